"""What formats do not tell of an object, for the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Literal

from chalicelib.annotations.model.document import Tag, Track
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.report import Report

ATTRIBUTES = "attributes were left out"
TRACKS = "track became separate shapes"
TURNED = "turned rectangle lost its turn"
GROUP = "group was left out"
Z_ORDER = "z-order was left out"
OCCLUDED = "occlusion was left out"
SOURCE = "source was left out"
SCORE = "score was left out"

#: What an object may have that a format does not hold; joints are values of a skeleton's points.
Fact = Literal["group", "z_order", "occluded", "source", "score", "joints"]
#: Where most objects come from. What is imported is from a file, whichever it was before.
PLAIN_SOURCES = frozenset({"manual", "file"})

#: What is said of each, and how many objects have it: all at once, of which there are millions.
_FACTS: Mapping[Fact, tuple[str, Callable[[Sequence[ObjectOnFrame]], int]]] = {
    "group": (GROUP, lambda items: len([1 for item in items if item.group])),
    "z_order": (Z_ORDER, lambda items: len([1 for item in items if item.geometry.z_order])),
    "occluded": (OCCLUDED, lambda items: len([1 for item in items if item.geometry.occluded])),
    "source": (SOURCE, lambda items: len([1 for it in items if it.source not in PLAIN_SOURCES])),
    "score": (SCORE, lambda items: len([1 for item in items if item.score != 1])),
    "joints": (ATTRIBUTES, lambda items: len([1 for item in items if _told_joints(item)])),
}


def note_facts(report: Report, frame: Frame, taken: Iterable[ObjectOnFrame], *held: Fact) -> None:
    """Count what the objects of a frame have that is lost.

    Args:
        held: what the format has a place for.
    """
    told = [
        item
        for item in taken
        if item.group
        or item.score != 1
        or item.source not in PLAIN_SOURCES
        or item.elements
        or (geometry := item.geometry).z_order
        or geometry.occluded
    ]
    if not told:
        # Of most frames of most datasets.
        return
    for fact, (reason, count_of) in _FACTS.items():
        if fact not in held and (count := count_of(told)):
            report.convert(reason, frame.name, count)


def _told_joints(item: ObjectOnFrame) -> bool:
    return any(one.attributes for one in item.elements)


def note_groups(report: Report, frame: Frame, leaders: Iterable[ObjectOnFrame]) -> None:
    """Count groups that did not become one instance, in formats that have no other groups.

    Args:
        leaders: an object of each instance of a frame.
    """
    sizes = Counter(item.group for item in leaders if item.group)
    if count := sum(size for size in sizes.values() if size > 1):
        report.convert(GROUP, frame.name, count)


def note_tags(report: Report, frame: Frame, tags: Sequence[Tag], *held: Fact) -> None:
    """Count what the tags of a frame have besides their labels and values."""
    if "group" not in held and (count := sum(bool(tag.group) for tag in tags)):
        report.convert(GROUP, frame.name, count)
    if "source" not in held and (count := sum(tag.source not in PLAIN_SOURCES for tag in tags)):
        report.convert(SOURCE, frame.name, count)


def note_losses(
    report: Report,
    frame: Frame,
    taken: Collection[ObjectOnFrame],
    *held: Fact,
    tracks: bool = False,
) -> None:
    """Count what the objects of a frame lost, of formats that have no attributes.

    Args:
        held: what else the format has a place for.
        tracks: whether the format tells which shapes are of one track.
    """
    attributes = parts = 0
    for item in taken:
        if item.geometry.attributes:
            attributes += 1
        if item.track is not None:
            parts += 1
    if attributes:
        report.convert(ATTRIBUTES, frame.name, attributes)
    if parts and not tracks:
        report.convert(TRACKS, frame.name, parts)
    note_facts(report, frame, taken, *held)


def skip_shapes(report: Report, frame: Frame, content: FrameObjects) -> None:
    """Note that none of the shapes of a frame can be written."""
    for item in content.objects:
        report.skip(f"{item.kind} cannot be written", frame.name)


def skip_tracks(report: Report, tracks: Iterable[Track]) -> None:
    """Note that no track can be written, where contents are read without them."""
    for track in tracks:
        report.skip(f"{track.shapes[0].type} track cannot be written")
