"""People: users, and the services, collectivities and places they belong to."""
