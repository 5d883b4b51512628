"""Counts of annotations that can be added and subtracted, so that a save counts only its change.

Counts of a document are the sum of the counts of its objects. So the counts of a job are those of
its base and the `delta` of every revision after it, and nothing has to be read to know them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import TypeVar

import msgspec

from chalicelib.annotations.model.document import Annotation, Objects, Shape, Tag, Track, gather
from chalicelib.annotations.revisions.changes import Change

_LABEL_AND_TYPE = attrgetter("label_id", "type")
_LABEL = attrgetter("label_id")
_SOURCE = attrgetter("source")
_FRAME = attrgetter("frame")

K = TypeVar("K", int, str)
Find = Callable[[int], Annotation | None]


class Counts(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What there is, or by how much it changed: every number may be negative.

    Attributes:
        labels: by label id and measure: `tag`; a shape's type; `track_` and the type of a track;
            of tracks also `keyframe` (where the object is seen), `between` (frames between two
            keyframes where it is seen), `open` (tracks that end with a keyframe where it is
            seen, so that it stays to the end of the job) and `open_from` (the sum of the frames
            of these keyframes).
        sources: objects by source.
        frames: by how many objects more (or less) are seen from a frame on than on the one
            before. So a shape on every frame of ten makes two entries, not ten.
    """

    labels: dict[int, dict[str, int]] = {}
    sources: dict[str, int] = {}
    frames: dict[int, int] = {}

    @property
    def size(self) -> int:
        """Number of entries; each takes about ten bytes as JSON, fewer as msgpack."""
        measures = sum(len(measures) for measures in self.labels.values())
        return measures + len(self.sources) + len(self.frames)

    @property
    def is_empty(self) -> bool:
        return self.size == 0


def counts_of(objects: Objects) -> Counts:
    """Counts of all objects of a document."""
    tally = _Tally()
    tally.add(objects, 1)
    return tally.counts()


def delta(find: Find, change: Change) -> Counts:
    """By how much a settled change alters the counts.

    Args:
        find: gives the object of an id as it was before the change; it is asked for those that
            the change updates or deletes. An object that is not found counts as none.
        change: if it replaces everything, what is returned are the counts after it, whatever
            there was before.
    """
    tally = _Tally()
    if not change.replace:
        before = [found for object_id in change.touched() if (found := find(object_id)) is not None]
        tally.add(gather(before), -1)
        tally.add(change.update, 1)
    tally.add(change.create, 1)
    return tally.counts()


def added(*several: Counts) -> Counts:
    """The sum of counts, which stay as they are."""
    return _sum((counts, 1) for counts in several)


def subtracted(left: Counts, right: Counts) -> Counts:
    """`left` without `right`; both stay as they are."""
    return _sum([(left, 1), (right, -1)])


def _sum(signed: Iterable[tuple[Counts, int]]) -> Counts:
    tally = _Tally()
    for counts, sign in signed:
        for label_id, measures in counts.labels.items():
            _count(tally.measures(label_id), measures, sign)
        _count(tally.sources, counts.sources, sign)
        _count(tally.frames, counts.frames, sign)
    return tally.counts()


class _Tally:
    """Counts in the making."""

    def __init__(self) -> None:
        self.labels: dict[int, dict[str, int]] = {}
        self.sources: dict[str, int] = {}
        self.frames: dict[int, int] = {}

    def measures(self, label_id: int) -> dict[str, int]:
        return self.labels.setdefault(label_id, {})

    def add(self, objects: Objects, sign: int) -> None:
        # Counted in C: a save of ten thousand shapes must not take long to count.
        for label_id, count in Counter(map(_LABEL, objects.tags)).items():
            _count(self.measures(label_id), {"tag": count}, sign)
        for (label_id, kind), count in Counter(map(_LABEL_AND_TYPE, objects.shapes)).items():
            _count(self.measures(label_id), {kind: count}, sign)
        for items in (objects.tags, objects.shapes, objects.tracks):
            _count(self.sources, Counter(map(_SOURCE, items)), sign)
        on_frame: list[Tag] | list[Shape]
        for on_frame in (objects.tags, objects.shapes):
            seen = self.frames
            for frame, count in Counter(map(_FRAME, on_frame)).items():
                seen[frame] = seen.get(frame, 0) + sign * count
                seen[frame + 1] = seen.get(frame + 1, 0) - sign * count
        for track in objects.tracks:
            self._add_track(track, sign)

    def counts(self) -> Counts:
        """Without the zeros, so that equal counts are equal."""
        labels = {label_id: _nonzero(measures) for label_id, measures in self.labels.items()}
        return Counts(
            labels={label_id: measures for label_id, measures in labels.items() if measures},
            sources=_nonzero(self.sources),
            frames=_nonzero(self.frames),
        )

    def _add_track(self, track: Track, sign: int) -> None:
        measures = self.measures(track.label_id)
        kind = track.shapes[0].type if track.shapes else "skeleton"
        found = {f"track_{kind}": 1, "keyframe": 0, "between": 0, "open": 0, "open_from": 0}
        # Of several keyframes on one frame the last counts, as in interpolation.
        outside = {shape.frame: shape.outside for shape in track.shapes}
        frames = sorted(outside)
        seen = False
        for index, frame in enumerate(frames):
            if outside[frame] is seen:
                _count(self.frames, {frame: -1 if seen else 1}, sign)
            if seen:
                found["between"] += frame - frames[index - 1] - 1
            seen = not outside[frame]
            found["keyframe"] += seen
        if seen:
            found["open"], found["open_from"] = 1, frames[-1]
        _count(measures, found, sign)


def _count(into: dict[K, int], numbers: Mapping[K, int], sign: int) -> None:
    for key, number in numbers.items():
        into[key] = into.get(key, 0) + sign * number


def _nonzero(numbers: Mapping[K, int]) -> dict[K, int]:
    return {key: number for key, number in numbers.items() if number}
