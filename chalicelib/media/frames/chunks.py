"""Which frames make a chunk. Numbers are relative to the task."""

from __future__ import annotations

#: Frames of a video chunk, and of an image chunk of full-HD pictures.
BASE = 36


def default_chunk_size(mode: str, width: int, height: int) -> int:
    """Frames per chunk: as many pictures as make a download of reasonable size."""
    if mode == "interpolation":
        return BASE
    return max(2, min(2 * BASE, BASE * 1920 * 1080 // max(1, width * height)))


def task_chunk(number: int, chunk_size: int, size: int) -> range | None:
    """Frames of a task's chunk, or None if there is no such chunk."""
    start = number * chunk_size
    return range(start, min(start + chunk_size, size)) if 0 <= start < size else None


def job_chunk(index: int, chunk_size: int, first: int, last: int) -> range | None:
    """Frames of the `index`-th chunk of a segment `first..last`, or None."""
    start = first + index * chunk_size
    return range(start, min(start + chunk_size, last + 1)) if first <= start <= last else None


def within(frames: range | None, first: int, last: int) -> range | None:
    """The part of a chunk that a segment holds, or None if it holds nothing of it."""
    if frames is None:
        return None
    kept = range(max(frames.start, first), min(frames.stop, last + 1))
    return kept if len(kept) else None
