"""What editors do with search, in the Wagtail admin."""
