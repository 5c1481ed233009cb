"""The door: how people get in, stay safe, and get back in."""
