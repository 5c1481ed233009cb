"""What is the same on every page."""
