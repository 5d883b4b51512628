"""Pages and their index: nothing is lost in them, and what they say of themselves is true."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.model.document import Kind, Shape, Track, TrackedShape
from chalicelib.annotations.revisions import pages
from chalicelib.annotations.revisions.extents import FOREVER, extent, reaches
from chalicelib.annotations.revisions.id_index import IdIndex
from tests.unit.annotations.revisions import drawn

BY_KIND = st.sampled_from([("tag", drawn.tags), ("shape", drawn.shapes), ("track", drawn.tracks)])


@given(st.data(), BY_KIND, st.integers(100, 3_000))
def test_every_object_is_in_one_page(data: st.DataObject, what: Any, page_bytes: int) -> None:
    kind: Kind = what[0]
    items = data.draw(st.lists(what[1], max_size=30))
    ids = data.draw(st.permutations(range(1, len(items) + 1)))
    for item, object_id in zip(items, ids, strict=True):
        item.id = object_id
    made = list(pages.make(kind, items, page_bytes))
    read = [pages.decode(kind, page.blob) for page in made]
    assert [page.ids for page in made] == [list(found) for found in read]
    assert {key: drawn.packed(item) for found in read for key, item in found.items()} == {
        item.id: drawn.packed(item) for item in items
    }
    assert sum(map(len, read)) == len(items)
    firsts = [next(iter(found.values())).frame for found in read]
    assert firsts == sorted(firsts)


@given(st.data(), BY_KIND, FRAMES := st.integers(0, drawn.LAST_FRAME), FRAMES)
def test_what_reaches_into_frames_is_in_pages_that_do(
    data: st.DataObject, what: Any, left: int, right: int
) -> None:
    start, stop = sorted((left, right))
    items = data.draw(st.lists(what[1], max_size=30))
    for number, item in enumerate(items):
        item.id = number
    seen = set()
    for page in pages.make(what[0], items, 400):
        if page.first <= stop and page.last >= start:
            seen |= set(page.ids)
    assert seen >= {item.id for item in items if reaches(item, start, stop)}


@given(drawn.tracks, FRAMES)
def test_a_track_reaches_where_interpolation_shows_it(track: Any, frame: int) -> None:
    first, last = extent(track)
    lines = [track.shapes, *(part.shapes for part in track.elements)]
    shown = False
    for line in lines:
        before = [shape for shape in line if shape.frame <= frame]
        shown = shown or bool(before and not before[-1].outside)
    if shown:
        assert first <= frame <= last
    if last == FOREVER:
        assert any(not line[-1].outside for line in lines)


def test_a_track_without_an_end_reaches_to_the_end() -> None:
    keyframe = TrackedShape(type="rectangle", frame=5, points=[0, 0, 1, 1])
    gone = TrackedShape(type="rectangle", frame=9, points=[0, 0, 1, 1], outside=True)
    track = Track(id=1, frame=5, label_id=1, shapes=[keyframe])
    assert extent(track) == (5, FOREVER)
    track.shapes = [keyframe, gone]
    assert extent(track) == (5, 9)


@pytest.mark.parametrize("count", [3_000, 30_000])
def test_pages_have_their_size_whatever_the_number_of_objects(count: int) -> None:
    boxes = [
        Shape(id=n, type="rectangle", frame=n // 20, label_id=1, points=[n / 7, n / 3, 9.5, 8.25])
        for n in range(count)
    ]
    made = list(pages.make("shape", boxes))
    assert all(30_000 < page.raw < 100_000 for page in made[:-1])
    assert all(left.last <= right.first for left, right in pairwise(made))


def test_an_enormous_job_has_larger_pages_but_not_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_PAGES", 10)
    boxes = [
        Shape(id=n, type="rectangle", frame=n, label_id=1, points=[1.0, 2.0, 3.0, 4.0])
        for n in range(20_000)
    ]
    assert len(list(pages.make("shape", boxes))) <= 11


@given(st.dictionaries(st.integers(0, 2**53 - 1), st.integers(0, 2**32 - 1), max_size=60))
def test_an_index_finds_what_is_in_it(numbers: dict[int, int]) -> None:
    index = IdIndex.decode(IdIndex.of(numbers.items()).encode())
    assert dict(index.pairs()) == numbers
    assert {key: index.find(key) for key in numbers} == numbers
    assert index.span == ((min(numbers), max(numbers)) if numbers else (0, 0))
    assert index.find(2**53) is None
    assert all(index.find(key + 1) == numbers.get(key + 1) for key in numbers)


def test_an_index_of_ids_that_follow_each_other_is_tiny() -> None:
    index = IdIndex.of((number, number // 300) for number in range(10**6, 10**6 + 100_000))
    assert len(index.encode()) < 5_000
