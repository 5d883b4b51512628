"""Dividing a task's annotations among its jobs, and putting them together again."""
