"""Files as people send them, and as those send them who mean harm: made on the fly, none is kept."""
