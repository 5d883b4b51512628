"""Reads annotations from uploaded files into tasks and jobs."""
