"""Who needs somebody beside them: care tasks, guardians, helpers, filling in together."""
