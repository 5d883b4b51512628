"""What annotations are read into, as formats see it, and asking for it."""
