"""What is stored because clients rely on it, although it looks like a mistake.

A save that stores such things says so. It runs on every save, so each kind of oddity is looked for
with one cheap question about all the objects; only what that finds is looked at more closely.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from chalicelib.annotations.model.document import Objects, Shape, SubTrack, Tag, Track
from chalicelib.annotations.model.odd_geometry import Size, odd_keyframes, odd_shapes
from chalicelib.annotations.model.odd_values import Found, odd_values
from chalicelib.annotations.model.vocabulary import Vocabulary

#: Texts that a save returns; what is beyond is counted.
MOST = 20
SOURCES = ("manual", "auto", "semi-auto", "file", "consensus")


def oddities(
    objects: Objects,
    frames: range | None,
    size: Size,
    vocabulary: Vocabulary | None = None,
) -> list[str]:
    """What is odd about objects that passed `validation.check`.

    Args:
        frames: of the job or task; None: not known.
        size: width and height that no picture exceeds; None: not known.
        vocabulary: None: types and values are not compared with those of the labels.

    Returns:
        At most 20 texts such as `shapes[3]: it has no area.`, and then how many more there are.
    """
    found = found_in(objects, frames, size, vocabulary)
    texts = [f"{kind}[{index}]{where}: {what}" for kind, index, where, what in islice(found, MOST)]
    more = sum(1 for _ in found)
    return [*texts, f"and {more} more"] if more else texts


def found_in(
    objects: Objects, frames: range | None, size: Size, vocabulary: Vocabulary | None
) -> Iterator[Found]:
    """The same one by one: kind and index of the object, where in it, and what is odd."""
    for kind, items in (
        ("tags", objects.tags),
        ("shapes", objects.shapes),
        ("tracks", objects.tracks),
    ):
        if items:
            yield from _frames(kind, items, frames)
            yield from _sources(kind, items)
    for index, where, what in odd_shapes(objects.shapes, size):
        yield "shapes", index, where, what
    for index, track in enumerate(objects.tracks):
        for where, what in _track(track, frames, size):
            yield "tracks", index, where, what
    if vocabulary is not None:
        if vocabulary.typed:
            yield from _types(objects, vocabulary)
        if vocabulary.offers:
            yield from odd_values(objects, vocabulary)


def _frames(
    kind: str, items: Sequence[Tag | Shape | Track], frames: range | None
) -> Iterator[Found]:
    if frames is None:
        return
    strange = {frame for frame in {item.frame for item in items} if frame not in frames}
    if strange:
        for index, item in enumerate(items):
            if item.frame in strange:
                yield kind, index, "", _no_frame(item.frame, frames)


def _sources(kind: str, items: Sequence[Tag | Shape | Track]) -> Iterator[Found]:
    strange = {item.source for item in items}.difference(SOURCES)
    if strange:
        for index, item in enumerate(items):
            if item.source in strange:
                known = ", ".join(SOURCES)
                yield kind, index, "", f"source {item.source!r} is none of {known}."


def _track(track: Track, frames: range | None, size: Size) -> Iterator[tuple[str, str]]:
    yield from _keyframes(track, frames, size)
    if track.shapes[0].type == "skeleton":
        if not track.elements:
            yield "", "this skeleton has no elements."
    elif all(shape.outside for shape in track.shapes):
        yield "", "it is outside the picture on all its keyframes."
    for part, element in enumerate(track.elements):
        for where, what in _keyframes(element, frames, size):
            yield f".elements[{part}]{where}", what


def _keyframes(
    track: Track | SubTrack, frames: range | None, size: Size
) -> Iterator[tuple[str, str]]:
    numbers = [shape.frame for shape in track.shapes]
    is_known = frames is None or (min(numbers) in frames and max(numbers) in frames)
    if not is_known or len(set(numbers)) < len(numbers):
        yield from _odd_frames(numbers, track.frame, frames)
    for index, what in odd_keyframes(track.shapes, size):
        yield f".shapes[{index}]", what


def _odd_frames(
    numbers: Sequence[int], first: int, frames: range | None
) -> Iterator[tuple[str, str]]:
    """`first`: the frame of the track, of which something is said already."""
    seen: set[int] = set()
    for index, frame in enumerate(numbers):
        if frame in seen:
            what = f"there are two keyframes on frame {frame}; the last one counts."
            yield f".shapes[{index}]", what
        elif frames is not None and frame not in frames and frame != first:
            yield f".shapes[{index}]", _no_frame(frame, frames)
        seen.add(frame)


def _no_frame(frame: int, frames: range) -> str:
    return f"frame {frame} is none of {frames.start} to {frames.stop - 1}."


def _types(objects: Objects, vocabulary: Vocabulary) -> Iterator[Found]:
    given: set[tuple[int, str]] = {(shape.label_id, shape.type) for shape in objects.shapes}
    given.update((track.label_id, track.shapes[0].type) for track in objects.tracks)
    given.update((tag.label_id, "tag") for tag in objects.tags)
    strange = {}
    for label_id, kind in given:
        rule = vocabulary.labels[label_id]
        if rule.type not in {"any", kind}:
            strange[label_id, kind] = f"a {kind} of label {rule.name!r}, which is for {rule.type}."
    if strange:
        for group, index, item in _typed(objects):
            what = strange.get(item)
            if what:
                yield group, index, "", what


def _typed(objects: Objects) -> Iterator[tuple[str, int, tuple[int, str]]]:
    for index, tag in enumerate(objects.tags):
        yield "tags", index, (tag.label_id, "tag")
    for index, shape in enumerate(objects.shapes):
        yield "shapes", index, (shape.label_id, shape.type)
    for index, track in enumerate(objects.tracks):
        yield "tracks", index, (track.label_id, track.shapes[0].type)
