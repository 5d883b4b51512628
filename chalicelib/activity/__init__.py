"""Background requests."""
