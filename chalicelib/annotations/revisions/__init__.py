"""The log of a job's revisions: how it is written, read, folded and kept."""
