"""What annotations once were: revisions of jobs and tasks, their differences, and going back."""
