"""Files as people send them, and as people send them who mean harm: made on the fly, nothing of it is kept."""
