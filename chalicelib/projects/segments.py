"""How the frames of a task are divided among jobs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

#: A task may not have more jobs than this.
MAX_JOBS = 5000
#: Frames that neighbouring jobs of a video share unless the client says otherwise: enough to join
#: tracks across the border.
VIDEO_OVERLAP = 5


class BadSegments(Exception):
    """The frames cannot be divided as asked. The text is for the user."""


class Segment(msgspec.Struct, frozen=True):
    """Frames `start`…`stop`, inclusive, relative to the task."""

    start: int
    stop: int

    @property
    def size(self) -> int:
        return self.stop - self.start + 1


class Plan(msgspec.Struct, frozen=True):
    """Segments in order, with the size and the overlap that were applied."""

    segment_size: int
    overlap: int
    segments: list[Segment]


def plan(
    size: int, segment_size: int, overlap: int | None, mode: Literal["annotation", "interpolation"]
) -> Plan:
    """Divide frames into segments of equal size; the last may be shorter.

    Args:
        size: frames of the task, at least 1.
        segment_size: frames of a segment; 0 puts all of them into one.
        overlap: frames shared by neighbours, at most half a segment; None chooses by `mode`.

    Raises:
        BadSegments: no frames, or more than `MAX_JOBS` segments.
    """
    if size < 1:
        raise BadSegments("The task has no frames.")
    length = segment_size if 0 < segment_size <= size else size
    wanted = overlap
    if wanted is None:
        wanted = VIDEO_OVERLAP if mode == "interpolation" else 0
    shared = min(wanted, length // 2)
    starts = range(0, size - shared, length - shared)
    _check_count(len(starts), "Choose larger segments.")
    segments = [Segment(start, min(start + length, size) - 1) for start in starts]
    return Plan(length, shared, segments)


def plan_of_files(mapping: Sequence[Sequence[str]]) -> tuple[list[str], Plan]:
    """Make one segment of each group of files.

    Returns:
        All files in the order that the groups give them, and the segments.

    Raises:
        BadSegments: an empty group, a file named twice, or too many groups.
    """
    if not mapping or not all(mapping):
        raise BadSegments("job_file_mapping: every job needs at least one file.")
    _check_count(len(mapping), "Use fewer groups of files.")
    files = [name for group in mapping for name in group]
    if len(set(files)) != len(files):
        raise BadSegments("job_file_mapping: a file may be in one job only.")
    segments: list[Segment] = []
    start = 0
    for group in mapping:
        segments.append(Segment(start, start + len(group) - 1))
        start += len(group)
    return files, Plan(0, 0, segments)


def applied(segments: Sequence[Segment]) -> tuple[int, int]:
    """Segment size and overlap of a division; 0 and 0 if its segments follow no rule."""
    first = segments[0]
    if len(segments) == 1:
        return first.size, 0
    shared = first.stop + 1 - segments[1].start
    size = segments[-1].stop + 1
    step = first.size - shared
    regular = all(
        segment == Segment(k * step, min(k * step + first.size, size) - 1)
        for k, segment in enumerate(segments)
    )
    return (first.size, shared) if regular else (0, 0)


def _check_count(count: int, advice: str) -> None:
    if count > MAX_JOBS:
        raise BadSegments(f"This makes {count} jobs; a task may have {MAX_JOBS} at most. {advice}")
