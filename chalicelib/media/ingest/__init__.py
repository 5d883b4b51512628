"""From files to a task that can be annotated."""
