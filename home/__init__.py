"""The editorial front: home, standard pages, news, events."""
