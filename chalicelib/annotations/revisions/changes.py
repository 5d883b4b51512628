"""A change of a job's annotations, and what it makes of them. Nothing here reads or writes tables.

A change is what one save does, and what one revision of the log keeps: replaying the changes of a
job from the first gives its annotations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, TypeVar

import msgspec

from chalicelib.annotations.model.document import (
    Annotation,
    Document,
    Objects,
    Shape,
    SubShape,
    SubTrack,
    Tag,
    Track,
    TrackedShape,
    gather,
)

A = TypeVar("A", Tag, Shape, Track)
Part = SubShape | SubTrack | TrackedShape

_KINDS = ("tags", "shapes", "tracks")
_BY_ID = attrgetter("id")
_BY_FRAME = attrgetter("frame")


class Change(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What one save does, in this order.

    Attributes:
        replace: everything that was there before goes first.
        delete: ids of objects that go.
        update: whole objects that take the place of those with the same ids.
        create: new objects.
        clients: names that the client gave to created objects, in the order of `create.all()`,
            so that a repeated request can be answered as before; empty if it gave none.
        restored: created objects were there before and come back with their ids, those of their
            parts included. What is there already is updated instead.
    """

    replace: bool = False
    delete: list[int] = []
    update: Objects = msgspec.field(default_factory=Objects)
    create: Objects = msgspec.field(default_factory=Objects)
    clients: list[str] = []
    restored: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.replace or self.delete) and self.update.is_empty and self.create.is_empty

    @property
    def only_adds(self) -> bool:
        """Whether it can be applied without knowing what is there."""
        return not self.delete and self.update.is_empty and (self.replace or not self.restored)

    def touched(self) -> Iterator[int]:
        """Ids of the objects that it updates or deletes."""
        yield from self.delete
        yield from (identity(item) for item in self.update.all())

    def range_of_ids(self) -> tuple[int, int]:
        """The least and the greatest id of the objects in it; (0, 0) if there are none."""
        ids = [*self.touched(), *(identity(item) for item in self.create.all())]
        return (min(ids), max(ids)) if ids else (0, 0)


class Snapshot(msgspec.Struct, frozen=True):
    """The annotations of a job at one revision. Never changed, so that threads may share it.

    Attributes:
        weight: bytes from which it was decoded, a measure of its size in memory.
    """

    revision: int = 0
    tags: dict[int, Tag] = {}
    shapes: dict[int, Shape] = {}
    tracks: dict[int, Track] = {}
    weight: int = 0

    def find(self, object_id: int) -> Annotation | None:
        return self.shapes.get(object_id) or self.tracks.get(object_id) or self.tags.get(object_id)

    @property
    def count(self) -> int:
        return len(self.tags) + len(self.shapes) + len(self.tracks)

    def objects(self) -> Objects:
        """Tags and shapes by frame, then id; tracks by id. The lists are the caller's."""
        return Objects(
            tags=_by_frame(self.tags), shapes=_by_frame(self.shapes),
            tracks=sorted(self.tracks.values(), key=_BY_ID),
        )  # fmt: skip

    def document(self) -> Document:
        """The same, with the revision."""
        found = self.objects()
        return Document(
            version=self.revision, tags=found.tags, shapes=found.shapes, tracks=found.tracks
        )

    def after(self, *steps: Step) -> Snapshot:
        """What changes make of it, in their order."""
        copy = _Copy(self)
        for step in steps:
            copy.apply(step)
        return copy.finish()


class Step(msgspec.Struct, frozen=True):
    """A change with the revision that it makes. `size`: bytes from which it was decoded."""

    change: Change
    revision: int
    size: int


def identity(annotation: Annotation) -> int:
    """The id of a stored object."""
    if annotation.id is None:
        raise AssertionError("a stored object has an id")
    return annotation.id


def replacement(objects: Objects) -> Change:
    """The change after which there is nothing but these objects."""
    return Change(replace=True, create=objects)


def settle(change: Change, snapshot: Snapshot) -> Change:
    """The part of a change that has an object to work on.

    Updates and deletions of objects that do not exist are left out, so that a deleted object
    never comes back; so are updates of what is deleted at the same time. Of several updates of
    one object the last counts.
    """
    if change.only_adds:
        return change
    create, update = change.create, change.update
    if change.restored:
        create, there = _divided(create, snapshot)
        update = Objects(
            tags=there.tags + update.tags, shapes=there.shapes + update.shapes,
            tracks=there.tracks + update.tracks,
        )  # fmt: skip
    gone = [i for i in dict.fromkeys(change.delete) if snapshot.find(i) is not None]
    deleted = set(gone)
    return Change(
        delete=gone,
        update=gather(_known(update.all(), snapshot, deleted)),
        create=create,
        clients=change.clients,
        restored=change.restored,
    )


def number(change: Change, snapshot: Snapshot, allocate: Callable[[int], range]) -> None:
    """Give ids to what has none, in place.

    Parts of updated objects (keyframes, elements) keep the ids that they have in the snapshot;
    whatever other ids parts came with are not theirs. `allocate` returns that many unused ids.
    """
    bare: list[Annotation | Part] = [item for item in change.create.all() if item.id is None]
    holders: list[Shape | Track] = [shape for shape in change.create.shapes if shape.elements]
    for holder in [*holders, *change.create.tracks]:
        for part in parts(holder):
            if not change.restored:
                part.id = None
            if part.id is None:
                bare.append(part)
    for updated in change.update.all():
        stored = snapshot.find(identity(updated))
        kept = {part.id for part in parts(stored)} if stored else set()
        for part in parts(updated):
            if part.id in kept:
                kept.discard(part.id)
            else:
                part.id = None
                bare.append(part)
    if bare:
        for item, object_id in zip(bare, allocate(len(bare)), strict=True):
            item.id = object_id


def parts(annotation: Annotation) -> Iterator[Part]:
    """Keyframes and elements of an object."""
    if isinstance(annotation, Shape):
        yield from annotation.elements
    elif isinstance(annotation, Track):
        yield from annotation.shapes
        for element in annotation.elements:
            yield element
            yield from element.shapes


def _known(updates: list[Annotation], snapshot: Snapshot, deleted: set[int]) -> list[Annotation]:
    """Of several updates of one object the last, if the object is there and of that kind."""
    last = {identity(item): item for item in updates}
    return [
        item
        for key, item in last.items()
        if key not in deleted and type(snapshot.find(key)) is type(item)
    ]


def _divided(objects: Objects, snapshot: Snapshot) -> tuple[Objects, Objects]:
    """Objects that are not there, and those that are."""
    away: list[Annotation] = []
    there: list[Annotation] = []
    for item in objects.all():
        known = item.id is not None and snapshot.find(item.id) is not None
        (there if known else away).append(item)
    return gather(away), gather(there)


class _Copy:
    """A snapshot being changed. What no step touches is shared with the original."""

    def __init__(self, original: Snapshot) -> None:
        self._own: set[str] = set()
        self._maps: dict[str, dict[int, Any]] = {kind: getattr(original, kind) for kind in _KINDS}
        self._weight = original.weight
        self._revision = original.revision

    def apply(self, step: Step) -> None:
        change = step.change
        if change.replace:
            self._maps = {kind: {} for kind in _KINDS}
            self._own = set(_KINDS)
            self._weight = 0
        for kind in _KINDS:
            updated, created = getattr(change.update, kind), getattr(change.create, kind)
            if updated or created or change.delete:
                found = self._writable(kind)
                for object_id in change.delete:
                    found.pop(object_id, None)
                for item in updated:
                    found[item.id] = item
                found.update({item.id: item for item in created})
        self._weight += step.size
        self._revision = step.revision

    def finish(self) -> Snapshot:
        return Snapshot(revision=self._revision, weight=self._weight, **self._maps)

    def _writable(self, kind: str) -> dict[int, Any]:
        if kind not in self._own:
            self._own.add(kind)
            self._maps[kind] = self._maps[kind].copy()
        return self._maps[kind]


def _by_frame(items: dict[int, A]) -> list[A]:
    # Two stable sorts by one key each: nearly sorted input costs one pass, tuples are not built.
    ordered = sorted(items.values(), key=_BY_ID)
    ordered.sort(key=_BY_FRAME)
    return ordered
