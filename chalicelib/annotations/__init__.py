"""The annotation document, its revision log and its rules."""
