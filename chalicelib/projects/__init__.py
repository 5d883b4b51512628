"""Projects, tasks, jobs and labels."""
