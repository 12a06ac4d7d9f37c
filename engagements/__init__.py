"""What the organisation promises and measures."""
