"""XML and JSON of any size, written and read piece by piece."""
