"""Where the frames of an export go: subsets, unique names, continuous numbers.

A project's tasks share a folder per subset. CVAT numbers their frames on from task to task within
a subset, names frames of videos by that number, and tells images of the same name apart by a
suffix; so do we.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

import msgspec

from chalicelib.formats.exporting import Frame, Part, Source

DEFAULT_SUBSET = "default"


class Placed(msgspec.Struct, frozen=True):
    """A part of an export with its frames as they are called in it.

    Attributes:
        subset: never empty.
        offset: what is added to the part's source numbers.
    """

    part: Part
    subset: str
    offset: int
    frames: Sequence[Frame]


def placed(source: Source) -> Iterator[Placed]:
    """The parts of an export, in order, one in memory at a time."""
    if source.project is None:
        for part in source.parts:
            yield Placed(part, part.meta.subset or DEFAULT_SUBSET, 0, part.frames())
        return
    names = _Names()
    offset, previous = 0, None
    unnamed = unnamed_subset([part.meta.subset for part in source.parts])
    for part in source.parts:
        subset = part.meta.subset or unnamed
        if subset != previous:
            offset, previous = 0, subset
        frames = [names.renamed(frame, subset, offset) for frame in part.frames()]
        yield Placed(part, subset, offset, frames)
        offset += part.meta.start_frame + part.meta.step * part.meta.size


def unnamed_subset(subsets: Sequence[str]) -> str:
    """What the subset without a name is called: a name that no other subset has."""
    name, number = DEFAULT_SUBSET, 0
    while name in subsets:
        number += 1
        name = f"{DEFAULT_SUBSET}_{number}"
    return name


def safe_path(name: str) -> str:
    """A frame's file name as a path inside the archive: no root, no parent folders."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    kept = [part for part in parts if part not in ("/", "..", ".")]
    return "/".join(kept) or "frame"


class _Names:
    """Names given so far, by subset."""

    def __init__(self) -> None:
        self._taken: set[tuple[str, str]] = set()

    def renamed(self, frame: Frame, subset: str, offset: int) -> Frame:
        number = frame.source_number + offset
        if frame.name != frame.file_name:
            name = f"frame_{number:06d}"
            file_name = name + PurePosixPath(frame.file_name).suffix
        else:
            name = file_name = self._unique(frame.name, subset)
        return msgspec.structs.replace(frame, source_number=number, name=name, file_name=file_name)

    def _unique(self, name: str, subset: str) -> str:
        path = PurePosixPath(name)
        stem, number = str(path.with_suffix("")), 0
        candidate = stem
        while (subset, candidate) in self._taken:
            number += 1
            candidate = f"{stem}_{number}"
        self._taken.add((subset, candidate))
        return candidate + path.suffix
