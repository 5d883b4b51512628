"""Annotations are cut into objects in whatever pieces they come, and named as they are stored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.model.document import (
    AttributeValue,
    Shape,
    SubShape,
    SubTrack,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.backups.naming import Names
from chalicelib.backups.numbering import Numbers
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.report import Report
from chalicelib.projects.models import Attribute, Label, Sublabel
from functions.backup.restoring import annotation_items
from functions.backup.restoring.annotation_items import items

VALUE = st.one_of(st.none(), st.integers(0, 99), st.text('"\\{}[]é', max_size=6))
OBJECT = st.dictionaries(
    st.sampled_from(["points", '"]}', "tags"]), VALUE | st.lists(VALUE, max_size=2)
)
OBJECTS = st.lists(OBJECT, max_size=2)
ENTRY = st.builds(
    lambda tags, shapes, tracks: {"version": 0, "tags": tags, "shapes": shapes, "tracks": tracks},
    OBJECTS, OBJECTS, OBJECTS,
)  # fmt: skip
ENTRIES = st.lists(ENTRY, max_size=3)


def cut(body: bytes, size: int) -> Iterator[bytes]:
    return (body[at : at + size] for at in range(0, len(body), size))


@given(ENTRIES, st.integers(1, 40))
def test_every_object_is_found_in_whatever_pieces(entries: list[Any], size: int) -> None:
    found = items(cut(msgspec.json.encode(entries), size), "annotations.json")
    assert [(one.job, one.kind, msgspec.json.decode(one.body)) for one in found] == [
        (number, kind, item)
        for number, entry in enumerate(entries)
        for kind in ("tags", "shapes", "tracks")
        for item in entry[kind]
    ]


@given(ENTRIES, st.integers(0, 200))
def test_what_is_cut_off_is_said(entries: list[Any], missing: int) -> None:
    body = msgspec.json.encode(entries)
    with pytest.raises(BadDataset, match="cut off"):
        list(items([body[: max(0, len(body) - 1 - missing)]], "annotations.json"))


def test_an_object_without_end_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annotation_items, "LARGEST", 10_000)

    def endless() -> Iterator[bytes]:
        yield b'[{"tags":[{"source":"'
        for _ in range(1000):
            yield b"x" * 1000

    with pytest.raises(BadDataset, match="an object of more than"):
        list(items(endless(), "annotations.json"))


LABELS = [
    Label(
        id=1, name="car",
        attributes=[Attribute(id=11, name="color"), Attribute(id=12, name="number")],
    ),
    Label(
        id=2, name="body", type="skeleton",
        sublabels=[Sublabel(id=3, name="car", attributes=[Attribute(id=13, name="color")])],
    ),
]  # fmt: skip
VALUES = st.lists(
    st.builds(AttributeValue, st.sampled_from([11, 12]), st.text(max_size=5)), max_size=2
)
PART_VALUES = st.lists(st.builds(AttributeValue, st.just(13), st.text(max_size=5)), max_size=1)
POINTS = st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=6)
FRAMES, FLAGS = st.integers(0, 99), st.booleans()
GEOMETRY: dict[str, Any] = {
    "type": st.sampled_from(["rectangle", "mask", "cuboid"]), "frame": FRAMES, "points": POINTS,
    "rotation": st.floats(0, 360), "occluded": FLAGS, "outside": FLAGS,
    "z_order": st.integers(-5, 5),
}  # fmt: skip
FACTS: dict[str, Any] = {"group": st.integers(0, 9), "source": st.sampled_from(["manual", "auto"])}
KEYS = st.lists(st.builds(TrackedShape, **GEOMETRY, attributes=VALUES), max_size=3)
PART_KEYS = st.lists(st.builds(TrackedShape, **GEOMETRY, attributes=PART_VALUES), max_size=3)
THINGS = st.one_of(
    st.builds(Tag, frame=FRAMES, label_id=st.just(1), attributes=VALUES, **FACTS),
    st.builds(Shape, label_id=st.just(1), attributes=VALUES, score=st.floats(0, 1), **GEOMETRY,
              **FACTS),
    st.builds(Shape, label_id=st.just(2), **GEOMETRY, **FACTS, elements=st.lists(
        st.builds(SubShape, label_id=st.just(3), attributes=PART_VALUES, **GEOMETRY, **FACTS),
        max_size=2)),
    st.builds(Track, frame=FRAMES, label_id=st.just(1), attributes=VALUES, shapes=KEYS, **FACTS),
    st.builds(Track, frame=FRAMES, label_id=st.just(2), shapes=st.just([]), **FACTS,
              elements=st.lists(st.builds(SubTrack, frame=FRAMES, label_id=st.just(3),
                                          attributes=PART_VALUES, shapes=PART_KEYS, **FACTS))),
)  # fmt: skip


@given(THINGS)
def test_names_lead_back_to_the_same_object(thing: Tag | Shape | Track) -> None:
    names, report = Names(LABELS), Report()
    numbers = Numbers(LABELS, report)
    kind = "tag" if isinstance(thing, Tag) else "shape" if isinstance(thing, Shape) else "track"
    named = getattr(names, kind)(thing)
    read = msgspec.json.decode(msgspec.json.encode(named), type=type(named))
    assert getattr(numbers, kind)(read, "here") == thing
    assert report == Report()


class Counting:
    """A pattern that notes how many bytes it has gone through."""

    def __init__(self, pattern: re.Pattern[bytes]) -> None:
        self._pattern = pattern
        self.bytes = 0

    def finditer(self, body: bytearray, at: int) -> Iterator[re.Match[bytes]]:
        self.bytes += len(body) - at
        return self._pattern.finditer(body, at)

    def match(self, body: bytearray, at: int) -> re.Match[bytes] | None:
        self.bytes += len(body) - at
        return self._pattern.match(body, at)


@pytest.mark.parametrize(
    ("head", "filler"),
    [
        (b"", b" "), (b"[", b" "), (b"[{", b"1"), (b'[{"', b"x"), (b'[{"tags":[{"source":"', b"x"),
        (b'[{"tags":[{"source":"', b"\\\\"), (b'[{"tags":[{"source":"', b'\\"'),
        (b'[{"tags":[{"frame":', b"1"), (b'[{"tags":[{"points":[', b"1,"),
    ],
    ids=str,
)  # fmt: skip
def test_a_long_line_is_gone_through_once(
    monkeypatch: pytest.MonkeyPatch, head: bytes, filler: bytes
) -> None:
    patterns = [Counting(annotation_items._TOKEN), Counting(annotation_items._REST)]
    for name, pattern in zip(("_TOKEN", "_REST"), patterns, strict=True):
        monkeypatch.setattr(annotation_items, name, pattern)
    body = head + filler * 50_000
    with pytest.raises(BadDataset, match="cut off"):
        list(items(cut(body, 101), "annotations.json"))
    # A string is looked for by one pattern, and its rest by the other.
    assert sum(pattern.bytes for pattern in patterns) < 2.1 * len(body)


def test_a_string_without_end_does_not_make_the_pattern_go_back() -> None:
    """Nothing is tried a second time: the pattern is done at the first byte that does not fit."""
    for pattern in (annotation_items._TOKEN, annotation_items._REST):
        source = pattern.pattern.replace(b"++", b"").replace(b"*+", b"")
        assert b"*" not in source
        assert b"+" not in source
