"""From a backup to a task or a project."""
