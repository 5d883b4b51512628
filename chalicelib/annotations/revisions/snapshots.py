"""The annotations of a job at one revision: pages, and what was changed since they were made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import TypeVar

import msgspec

from chalicelib.annotations.model.document import (
    Annotation,
    Document,
    Objects,
    Shape,
    Tag,
    Track,
    gather,
)
from chalicelib.annotations.revisions.changes import Change, identity
from chalicelib.annotations.revisions.directories import Directory
from chalicelib.annotations.revisions.extents import reaches
from chalicelib.annotations.revisions.pages import Entry
from chalicelib.annotations.statistics.counting import Counts, added, delta

A = TypeVar("A", Tag, Shape, Track)
#: Objects by id; None for those that are deleted.
Layer = dict[int, Annotation | None]

_BY_ID = attrgetter("id")
_BY_FRAME = attrgetter("frame")


class Step:
    """A change with the revision that it makes.

    Attributes:
        small: what it does but for the objects that it creates in pages.
        created: pages of these.
        counts: by how much it alters the counts; after it, if it replaces everything.
        size: bytes of it before compression.
    """

    __slots__ = ("counts", "created", "order", "revision", "size", "small")

    def __init__(
        self,
        small: Change,
        revision: int,
        size: int,
        *,
        created: Directory | None = None,
        order: list[int] | None = None,
        counts: Counts | None = None,
    ) -> None:
        self.small = small
        self.revision = revision
        self.size = size
        self.created = created
        self.order = order
        self.counts = counts

    @property
    def change(self) -> Change:
        """The whole change, as it was saved. Raises Damaged."""
        if self.created is None:
            return self.small
        found = {
            object_id: item
            for page in self.created.load(self.created.entries).values()
            for object_id, item in page.items()
        }
        items = [found[object_id] for object_id in self.order or sorted(found)]
        return msgspec.structs.replace(self.small, create=gather(items))


class Snapshot(msgspec.Struct, frozen=True):
    """Never changed, so that threads may share it.

    Attributes:
        directories: pages, those of later revisions last. No object is in two of them.
        layers: what takes the place of what is in the pages, later ones last.
        totals: counts that make up those of the snapshot; None where they must be counted.
        weight: bytes that it holds in memory, about.
    """

    revision: int = 0
    directories: tuple[Directory, ...] = ()
    layers: tuple[Layer, ...] = ()
    totals: tuple[Counts, ...] | None = ()
    weight: int = 0

    def find(self, object_id: int, frame: int | None = None) -> Annotation | None:
        """An object. `frame`: where it is likely to be. Raises Damaged."""
        for layer in reversed(self.layers):
            if object_id in layer:
                return layer[object_id]
        for directory in self.directories:
            found = directory.find(object_id, frame)
            if found is not None:
                return found
        return None

    def find_many(self, wanted: Mapping[int, int | None]) -> dict[int, Annotation]:
        """Those of the objects that there are. `wanted`: ids with likely frames. Raises Damaged."""
        found: dict[int, Annotation] = {}
        left = dict(wanted)
        for layer in reversed(self.layers):
            for object_id in left.keys() & layer.keys():
                del left[object_id]
                item = layer[object_id]
                if item is not None:
                    found[object_id] = item
        for directory in self.directories:
            if left:
                there = directory.find_many(left)
                found |= there
                left = {key: frame for key, frame in left.items() if key not in there}
        return found

    def holding(self, change: Change) -> Snapshot:
        """The same, with what a change touches at hand. Raises Damaged."""
        wanted: dict[int, int | None] = dict.fromkeys(change.delete)
        wanted |= {identity(item): item.frame for item in change.update.all()}
        if change.restored:
            wanted |= {item.id: item.frame for item in change.create.all() if item.id is not None}
        if not wanted or not self.directories:
            return self
        found = self.find_many(wanted)
        layer: Layer = {object_id: found.get(object_id) for object_id in wanted}
        return msgspec.structs.replace(self, layers=(*self.layers, layer))

    def objects(self) -> Objects:
        """Tags and shapes by frame, then id; tracks by id. The lists are the caller's.

        Raises:
            Damaged: a page cannot be read.
        """
        return self._gathered(
            page
            for directory in self.directories
            for page in directory.load(directory.entries).values()
        )

    def readable(self) -> tuple[Objects, list[str]]:
        """The same as far as it can be read, and what cannot."""
        problems: list[str] = []
        loaded: list[dict[int, Annotation]] = []
        for directory in self.directories:
            found, lost = directory.load_readable(directory.entries)
            loaded += found.values()
            problems += lost
        return self._gathered(loaded), problems

    def between(self, start: int, stop: int) -> Objects:
        """What can be shown on frames `start` to `stop`, inclusive, and no other page is read.

        Tracks that reach in come whole. Raises Damaged.
        """
        return self._gathered(
            (
                {key: item for key, item in page.items() if reaches(item, start, stop)}
                for directory in self.directories
                for page in directory.load(_reaching(directory, start, stop)).values()
            ),
            lambda item: reaches(item, start, stop),
        )

    def document(self) -> Document:
        """All objects, with the revision. Raises Damaged."""
        found = self.objects()
        return Document(
            version=self.revision, tags=found.tags, shapes=found.shapes, tracks=found.tracks
        )

    def counts(self) -> Counts:
        """What there is by label, type, source and frame; pages are not read for it."""
        if self.totals is None:
            return delta(lambda _: None, Change(replace=True, create=self.objects()))
        return added(*self.totals)

    def changed(self) -> Layer:
        """What is not as in the pages: objects by id, None for those that are deleted."""
        together: Layer = {}
        for layer in self.layers:
            together |= layer
        return together

    def after(self, *steps: Step) -> Snapshot:
        """What changes make of it, in their order. Costs in proportion to the changes."""
        snapshot = self
        for step in steps:
            snapshot = snapshot._after(step)
        return snapshot

    def _after(self, step: Step) -> Snapshot:
        change, created = step.small, step.created
        directories = () if change.replace else self.directories
        layers = () if change.replace else self.layers
        layer: Layer = dict.fromkeys(change.delete)
        layer |= {identity(item): item for item in change.update.all()}
        layer |= {identity(item): item for item in change.create.all()}
        if created is not None and not _comes_back(created, layers):
            directories = (*directories, created)
        elif created is not None:
            layer |= {identity(item): item for item in step.change.create.all()}
        return Snapshot(
            revision=step.revision,
            directories=directories,
            layers=_stacked(layers, layer),
            totals=self._totals(step),
            weight=(0 if change.replace else self.weight)
            + (created.weight if created is not None else step.size),
        )

    def _totals(self, step: Step) -> tuple[Counts, ...] | None:
        if step.counts is None:
            return None
        if step.small.replace:
            return (step.counts,)
        if self.totals is None:
            return None
        totals = (*self.totals, step.counts)
        while len(totals) > 1 and totals[-2].size <= 2 * totals[-1].size:
            totals = (*totals[:-2], added(*totals[-2:]))
        return totals

    def _gathered(
        self,
        loaded: Iterable[dict[int, Annotation]],
        wanted: Callable[[Annotation], bool] = lambda _: True,
    ) -> Objects:
        """Objects of pages and layers together, in order."""
        over = self.changed()
        items: list[Annotation] = []
        for page in loaded:
            if over.keys().isdisjoint(page.keys()):
                items.extend(page.values())
            else:
                items.extend(item for key, item in page.items() if key not in over)
        items.extend(item for item in over.values() if item is not None and wanted(item))
        found = gather(items)
        return Objects(
            tags=_by_frame(found.tags), shapes=_by_frame(found.shapes),
            tracks=sorted(found.tracks, key=_BY_ID),
        )  # fmt: skip


def _comes_back(created: Directory, layers: Iterable[Layer]) -> bool:
    """Whether some of the objects may have been deleted before, or changed."""
    low, high = created.ids
    return any(low <= object_id <= high for layer in layers for object_id in layer)


def _reaching(directory: Directory, start: int, stop: int) -> Iterator[Entry]:
    return (entry for entry in directory.entries if entry.reaches(start, stop))


def _stacked(layers: tuple[Layer, ...], layer: Layer) -> tuple[Layer, ...]:
    """Layers with another one on top; small ones are merged so that there are few."""
    if not layer:
        return layers
    while layers and len(layers[-1]) <= 2 * len(layer):
        layer = layers[-1] | layer
        layers = layers[:-1]
    return (*layers, layer)


def _by_frame(items: list[A]) -> list[A]:
    # Two stable sorts by one key each: nearly sorted input costs one pass, tuples are not built.
    ordered = sorted(items, key=_BY_ID)
    ordered.sort(key=_BY_FRAME)
    return ordered
