"""Where the files of a task may stand, beside the uploads."""
