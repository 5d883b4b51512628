"""Frames, chunks, previews and lists of frames, as clients ask for them."""
