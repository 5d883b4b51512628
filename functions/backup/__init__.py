"""Writes backups of tasks and projects, and restores them."""
