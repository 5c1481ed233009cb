"""What runs in the child process that decodes strangers' files: it imports nothing else of the portal."""
