"""Writes datasets into the bucket."""
