"""Annotations of any number of frames, one frame after another, in little memory."""
