"""A change of a job's annotations, and what it makes of them. Nothing here reads or writes tables.

A change is what one save does, and what one revision of the log keeps: replaying the changes of a
job from the first gives its annotations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

import msgspec

from chalicelib.annotations.model.document import (
    Annotation,
    Kind,
    Objects,
    Shape,
    SubShape,
    SubTrack,
    Track,
    TrackedShape,
    gather,
    kind_of,
)

Part = SubShape | SubTrack | TrackedShape


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
        kinds: of what is to be deleted, in that order: an object of another kind stays. Empty if
            any kind is meant. Only who asks says it; the log does not keep it.
    """

    replace: bool = False
    delete: list[int] = []
    update: Objects = msgspec.field(default_factory=Objects)
    create: Objects = msgspec.field(default_factory=Objects)
    clients: list[str] = []
    restored: bool = False
    kinds: list[Kind] = []

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


class Holder(Protocol):
    """Something that has objects."""

    def find(self, object_id: int) -> Annotation | None:
        """An object, None if there is none."""
        ...


def identity(annotation: Annotation) -> int:
    """The id of a stored object."""
    if annotation.id is None:
        raise AssertionError("a stored object has an id")
    return annotation.id


def replacement(objects: Objects) -> Change:
    """The change after which there is nothing but these objects."""
    return Change(replace=True, create=objects)


def settle(change: Change, snapshot: Holder) -> Change:
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
    gone = doomed(change, snapshot.find)
    deleted = set(gone)
    return Change(
        delete=gone,
        update=gather(_known(update.all(), snapshot, deleted)),
        create=create,
        clients=change.clients,
        restored=change.restored,
    )


def doomed(change: Change, find: Callable[[int], Annotation | None]) -> list[int]:
    """Ids of the objects that a change deletes: those that there are, under the kind asked for."""
    found = {i: item for i in change.delete if (item := find(i)) is not None}
    if not change.kinds:
        return [*found]
    named = zip(change.delete, change.kinds, strict=True)
    return [*dict.fromkeys(i for i, kind in named if i in found and kind_of(found[i]) == kind)]


def number(change: Change, snapshot: Holder, allocate: Callable[[int], range]) -> None:
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
        if change.restored:
            # As they were: all of these ids have been theirs.
            bare += [part for part in parts(updated) if part.id is None]
            continue
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


def _known(updates: list[Annotation], snapshot: Holder, deleted: set[int]) -> list[Annotation]:
    """Of several updates of one object the last, if the object is there and of that kind."""
    last = {identity(item): item for item in updates}
    return [
        item
        for key, item in last.items()
        if key not in deleted and type(snapshot.find(key)) is type(item)
    ]


def _divided(objects: Objects, snapshot: Holder) -> tuple[Objects, Objects]:
    """Objects that are not there, and those that are."""
    away: list[Annotation] = []
    there: list[Annotation] = []
    for item in objects.all():
        known = item.id is not None and snapshot.find(item.id) is not None
        (there if known else away).append(item)
    return gather(away), gather(there)
