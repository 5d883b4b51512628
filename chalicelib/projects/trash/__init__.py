"""Deleted projects and tasks, which can be restored for a while."""
