"""The application: what is asked, answered, agreed to and kept in versions."""
