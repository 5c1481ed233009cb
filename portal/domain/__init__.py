"""The nouns of an assisted return: one file each, with its tables and its verbs."""
