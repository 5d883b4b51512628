"""Uploads, the frame index, frames and chunks."""
