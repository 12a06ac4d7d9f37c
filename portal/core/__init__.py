"""The shared kernel: files, the base page, visibility, cards, the search protocol."""
