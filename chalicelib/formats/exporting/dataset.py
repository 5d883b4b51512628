"""What is exported as it is laid out in the archive: subsets, unique names, continuous numbers.

A project's tasks share a folder per subset. CVAT numbers their frames on from task to task within
a subset, names frames of videos by that number, and tells images of the same name apart by a
suffix; so do we.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from typing import overload

import msgspec

from chalicelib.formats.exporting.contents import FrameObjects
from chalicelib.formats.exporting.source import Frame, Part, Source, TaskMeta
from chalicelib.formats.labels import AttributeSpec, LabelSpec

DEFAULT_SUBSET = "default"
#: What a path has that is not safe, or could be said in another way. Most have nothing of it.
_ODD = re.compile(r"^/|//|^$|/$|(^|/)\.\.?(/|$)")


class Place(msgspec.Struct, frozen=True):
    """Where a task is in the archive.

    Attributes:
        subset: never empty.
        offset: what is added to the task's source numbers.
        first: number of its first frame among those of its subset.
        renamed: names of frames whose own names are taken, by number.
    """

    subset: str
    offset: int = 0
    first: int = 0
    renamed: Mapping[int, str] = {}


class Placed(msgspec.Struct, dict=True):
    """A task of an export with its frames as they are called in it.

    Attributes:
        index: number of the task among those exported.
    """

    part: Part
    index: int
    place: Place

    @property
    def subset(self) -> str:
        """Never empty."""
        return self.place.subset

    @property
    def offset(self) -> int:
        """What is added to the task's source numbers."""
        return self.place.offset

    @property
    def first(self) -> int:
        """Number of its first frame among those of its subset."""
        return self.place.first

    @property
    def meta(self) -> TaskMeta:
        return self.part.meta

    @cached_property
    def frames(self) -> Sequence[Frame]:
        """Frames in order, without deleted ones; a view that reads them when asked for."""
        frames = self.part.frames()
        return _Named(frames, self.place) if self.offset or self.place.renamed else frames

    def contents(
        self, start: int = 0, stop: int | None = None, *, tracked: bool = True
    ) -> Iterator[tuple[Frame, FrameObjects]]:
        """Frames `start` to `stop` (exclusive, of `frames`) with what is on them, in order."""
        frames = self.part.frames()[start:stop]
        found = self.part.contents(frames, tracked=tracked)
        return zip(self.frames[start:stop], found, strict=True)

    def images(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Bytes of the files of the same frames, in order, as stored."""
        return (body for _, body in self.part.images(self.part.frames()[start:stop]))


class Dataset:
    """Everything that is exported, as formats want it."""

    def __init__(self, source: Source, places: Sequence[Place] | None = None) -> None:
        """`places`: of the source's parts, if `places_in` was asked for them before."""
        places = places_in(source) if places is None else places
        self.source = source
        self.labels: tuple[LabelSpec, ...] = source.labels
        self.parts: Sequence[Placed] = tuple(
            Placed(part, index, place)
            for index, (part, place) in enumerate(zip(source.parts, places, strict=True))
        )

    @property
    def save_images(self) -> bool:
        """Whether images go into the archive."""
        return self.source.save_images

    @property
    def is_project(self) -> bool:
        """Whether it is a whole project, so that subsets have folders of their own."""
        return self.source.project is not None

    @cached_property
    def label_of(self) -> Mapping[int, LabelSpec]:
        """Labels by id, sublabels among them."""
        found = {label.id: label for label in self.labels}
        return found | {one.id: one for label in self.labels for one in label.sublabels}

    @cached_property
    def class_of(self) -> Mapping[int, int]:
        """Numbers of labels, from 0, in their order, by id; sublabels are not classes."""
        return {label.id: number for number, label in enumerate(self.labels)}

    @cached_property
    def attribute_of(self) -> Mapping[int, AttributeSpec]:
        """Attributes by id."""
        return {spec.id: spec for label in self.label_of.values() for spec in label.attributes}

    @cached_property
    def subsets(self) -> Mapping[str, Sequence[Placed]]:
        """Tasks by subset, in order."""
        found: dict[str, list[Placed]] = {}
        for part in self.parts:
            found.setdefault(part.subset, []).append(part)
        return found


def places_in(source: Source) -> list[Place]:
    """Where the parts of an export are in its archive. Of a project all names are read."""
    if source.project is None:
        return [Place(part.meta.subset or DEFAULT_SUBSET) for part in source.parts]
    places: list[Place] = []
    unnamed = unnamed_subset([part.meta.subset for part in source.parts])
    offset = first = 0
    previous = None
    taken: set[int] = set()
    for part in source.parts:
        subset = part.meta.subset or unnamed
        if subset != previous:
            offset, first, previous = 0, 0, subset
            taken = set()
        renamed = {} if part.meta.source else _renamed(part.frames(), taken)
        places.append(Place(subset, offset, first, renamed))
        offset += part.meta.start_frame + part.meta.step * part.meta.size
        first += len(part.frames())
    return places


def unnamed_subset(subsets: Sequence[str]) -> str:
    """What the subset without a name is called: a name that no other subset has."""
    name, number = DEFAULT_SUBSET, 0
    while name in subsets:
        number += 1
        name = f"{DEFAULT_SUBSET}_{number}"
    return name


def safe_path(name: str) -> str:
    """A frame's file name as a path inside the archive: no root, no parent folders."""
    name = name.replace("\\", "/")
    if not _ODD.search(name):
        return name
    parts = PurePosixPath(name).parts
    kept = [part for part in parts if part not in ("/", "..", ".")]
    return "/".join(kept) or "frame"


def safe_stem(name: str) -> str:
    """The same without the extension: what the files of a frame's annotations are called."""
    path = safe_path(name)
    stem, dot, _ = path.rpartition(".")
    return stem if dot and not stem.endswith("/") and stem else path


class _Named(Sequence[Frame]):
    """Frames under the names that they have in the archive."""

    def __init__(self, frames: Sequence[Frame], place: Place) -> None:
        self._frames = frames
        self._place = place

    def __len__(self) -> int:
        return len(self._frames)

    @overload
    def __getitem__(self, index: int) -> Frame: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Frame]: ...
    def __getitem__(self, index: int | slice) -> Frame | Sequence[Frame]:
        if isinstance(index, slice):
            return _Named(self._frames[index], self._place)
        return self._named(self._frames[index])

    def __iter__(self) -> Iterator[Frame]:
        return map(self._named, self._frames)

    def _named(self, frame: Frame) -> Frame:
        number = frame.source_number + self._place.offset
        if frame.name != frame.file_name:
            name = f"frame_{number:06d}"
            file_name = name + PurePosixPath(frame.file_name).suffix
        else:
            name = file_name = self._place.renamed.get(frame.number, frame.name)
        return Frame(frame.number, number, name, file_name, frame.width, frame.height)


def _renamed(frames: Sequence[Frame], taken: set[int]) -> dict[int, str]:
    """Frames whose name without extension another frame of the subset has already.

    Args:
        taken: hashes of the names so far; gets those of the frames.
    """
    renamed: dict[int, str] = {}
    for frame in frames:
        path = PurePosixPath(frame.name)
        stem, number = str(path.with_suffix("")), 0
        candidate = stem
        while hash(candidate) in taken:
            number += 1
            candidate = f"{stem}_{number}"
        taken.add(hash(candidate))
        if number:
            renamed[frame.number] = candidate + path.suffix
    return renamed
