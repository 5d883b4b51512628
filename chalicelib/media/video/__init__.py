"""Videos: the sample table and exact frames."""
