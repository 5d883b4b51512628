"""Worker functions of media."""
