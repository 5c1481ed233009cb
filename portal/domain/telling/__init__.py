"""What is told outside the portal, and by which way."""
