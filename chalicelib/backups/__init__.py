"""Backups of tasks and projects, in CVAT's layout."""
