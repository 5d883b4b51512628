"""Folding of annotation logs, in the background."""
