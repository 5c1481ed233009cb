"""What is theirs: a copy of everything, requests about it, the end of an account."""
