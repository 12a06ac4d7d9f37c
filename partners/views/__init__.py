"""Views of partners."""
