"""What annotations are, and which may be stored."""
