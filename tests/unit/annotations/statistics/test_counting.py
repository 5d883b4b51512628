"""Counts are sums over objects, whichever way they come about."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.interpolation.tracks import at_frame, keyframes_of
from chalicelib.annotations.model.document import (
    Objects,
    Shape,
    ShapeType,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.annotations.revisions.changes import (
    Change,
    identity,
    replacement,
    settle,
)
from chalicelib.annotations.revisions.snapshots import Snapshot, Step
from chalicelib.annotations.statistics.counting import (
    Counts,
    added,
    counts_of,
    delta,
    subtracted,
)

LAST = 12
FRAMES = st.integers(0, LAST)
LABELS = st.integers(1, 3)
SOURCES = st.sampled_from(["manual", "auto", "file"])
KINDS: list[ShapeType] = ["rectangle", "mask", "polygon"]
TYPES = st.sampled_from(KINDS)

TAGS = st.builds(Tag, frame=FRAMES, label_id=LABELS, source=SOURCES)
SHAPES = st.builds(Shape, type=TYPES, frame=FRAMES, label_id=LABELS, source=SOURCES)


@st.composite
def tracks(draw: st.DrawFn) -> Track:
    kind = draw(TYPES)
    frames = draw(st.lists(FRAMES, min_size=1, max_size=5))
    shapes = [TrackedShape(type=kind, frame=f, outside=draw(st.booleans())) for f in frames]
    return Track(frame=frames[0], label_id=draw(LABELS), source=draw(SOURCES), shapes=shapes)


DOCUMENTS = st.builds(
    Objects,
    tags=st.lists(TAGS, max_size=4),
    shapes=st.lists(SHAPES, max_size=4),
    tracks=st.lists(tracks(), max_size=4),
)


def numbered(objects: Objects, start: int) -> Objects:
    for index, item in enumerate(objects.all(), start):
        item.id = index
    return objects


def seen(track: Track, frame: int) -> bool:
    there = at_frame(keyframes_of(track), frame)
    return there is not None and not there.outside


@given(DOCUMENTS)
def test_frames_have_as_many_objects_as_interpolation_shows(objects: Objects) -> None:
    counts = counts_of(objects)
    running = 0
    for frame in range(LAST + 1):
        running += counts.frames.get(frame, 0)
        expected = sum(tag.frame == frame for tag in objects.tags)
        expected += sum(shape.frame == frame for shape in objects.shapes)
        assert running == expected + sum(seen(track, frame) for track in objects.tracks)


@given(DOCUMENTS)
def test_tracks_are_seen_on_keyframes_and_between_them(objects: Objects) -> None:
    counts = counts_of(objects)
    for label_id in (1, 2, 3):
        measures = counts.labels.get(label_id, {})
        mine = [track for track in objects.tracks if track.label_id == label_id]
        keyframes = sum(not k.outside for track in mine for k in keyframes_of(track))
        assert measures.get("keyframe", 0) == keyframes
        shown = sum(seen(track, frame) for track in mine for frame in range(LAST + 1))
        after = measures.get("open", 0) * LAST - measures.get("open_from", 0)
        assert keyframes + measures.get("between", 0) + after == shown


@given(DOCUMENTS)
def test_objects_are_counted_by_label_type_and_source(objects: Objects) -> None:
    counts = counts_of(objects)
    found = [(tag.label_id, "tag") for tag in objects.tags]
    found += [(shape.label_id, shape.type) for shape in objects.shapes]
    found += [(track.label_id, f"track_{track.shapes[0].type}") for track in objects.tracks]
    for label_id, measures in counts.labels.items():
        for measure, count in measures.items():
            if measure not in {"keyframe", "between", "open", "open_from"}:
                assert count == found.count((label_id, measure))
    assert sum(found.count(key) for key in set(found)) == objects.count
    assert sum(counts.sources.values()) == objects.count
    for source, count in counts.sources.items():
        assert count == sum(item.source == source for item in objects.all())


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS, st.data())
def test_a_save_counts_only_what_it_changes(
    before: Objects, new: Objects, other: Objects, data: st.DataObject
) -> None:
    snapshot = Snapshot().after(Step(Change(create=numbered(before, 1)), 1, 0))
    ids = [identity(item) for item in before.all()]
    some = st.lists(st.sampled_from(ids or [999]), unique=True)
    # Numbered from 1 as well: updates of objects of the same kind, and of none.
    change = settle(
        Change(delete=data.draw(some), update=numbered(other, 1), create=numbered(new, 100)),
        snapshot,
    )
    after = snapshot.after(Step(change, 2, 0)).objects()
    difference = delta(snapshot.find, change)
    assert added(counts_of(before), difference) == counts_of(after)
    assert subtracted(counts_of(after), difference) == counts_of(before)


@given(DOCUMENTS, DOCUMENTS)
def test_what_replaces_everything_counts_itself(before: Objects, new: Objects) -> None:
    snapshot = Snapshot().after(Step(Change(create=numbered(before, 1)), 1, 0))
    change = replacement(numbered(new, 100))
    after = snapshot.after(Step(change, 2, 0)).objects()
    assert delta(snapshot.find, change) == counts_of(after)


@given(DOCUMENTS, DOCUMENTS)
def test_sums_leave_nothing_behind(left: Objects, right: Objects) -> None:
    a, b = counts_of(left), counts_of(right)
    assert added(a, b) == added(b, a)
    assert subtracted(added(a, b), b) == a
    assert subtracted(a, a) == Counts()
    assert subtracted(a, a).is_empty


@given(DOCUMENTS)
def test_counts_are_kept_as_text(objects: Objects) -> None:
    counts = counts_of(objects)
    assert msgspec.json.decode(msgspec.json.encode(counts), type=Counts) == counts


def test_a_shape_on_every_frame_takes_two_entries() -> None:
    shapes = [Shape(type="rectangle", frame=frame, label_id=1) for frame in range(1000)]
    assert counts_of(Objects(shapes=shapes)).frames == {0: 1, 1000: -1}
