"""Shapes as datasets have them: boxes, outlines, pixels, run lengths."""
