"""What waits for the people of the programme."""
