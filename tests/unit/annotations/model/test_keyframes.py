"""Keyframes in any order, and tracks that begin elsewhere than their first keyframe."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.interpolation.tracks import at_frame, keyframes_of
from chalicelib.annotations.model.document import Objects, SubTrack, Track, TrackedShape
from chalicelib.annotations.model.keyframes import put_in_order
from tests.support.api import Api
from tests.unit.annotations.conftest import FINGER, HAND, PERSON, THUMB, Annotated, track

keyframes = st.builds(
    TrackedShape,
    type=st.just("rectangle"),
    frame=st.integers(0, 9),
    points=st.lists(st.integers(0, 50).map(float), min_size=4, max_size=4),
    outside=st.booleans(),
)
tracks = st.builds(
    Track,
    frame=st.integers(0, 12),
    label_id=st.just(PERSON),
    shapes=st.lists(keyframes, min_size=1, max_size=6),
)


@given(tracks)
def test_a_track_is_seen_where_it_was(given_track: Track) -> None:
    before = msgspec.convert(msgspec.to_builtins(given_track), Track)
    put_in_order(Objects(tracks=[given_track]))
    frames = [shape.frame for shape in given_track.shapes]
    assert frames == sorted(frames)
    assert given_track.frame == frames[0] == min(before.frame, frames[0])
    for frame in range(13):
        was, now = (at_frame(keyframes_of(one), frame) for one in (before, given_track))
        if was is None or was.outside:
            assert now is None or now.outside
        else:
            assert now is not None
            assert (now.points, now.outside) == (was.points, False)


@given(tracks)
def test_order_is_kept_once_there_is_one(given_track: Track) -> None:
    put_in_order(Objects(tracks=[given_track]))
    once = msgspec.to_builtins(given_track)
    put_in_order(Objects(tracks=[given_track]))
    assert msgspec.to_builtins(given_track) == once


def _hand(*parts: tuple[int, int, list[int]], frame: int, first: int) -> Track:
    """A skeleton of (label, frame of the element's track, frames of its keyframes)."""
    elements = [
        SubTrack(
            frame=start,
            label_id=label,
            shapes=[TrackedShape(type="points", frame=at, points=[float(at), 1]) for at in frames],
        )
        for label, start, frames in parts
    ]
    skeleton = [TrackedShape(type="skeleton", frame=first)]
    return Track(frame=frame, label_id=HAND, shapes=skeleton, elements=elements)


def test_a_skeleton_and_its_elements_begin_together() -> None:
    hand = _hand((THUMB, 4, [4, 8]), (FINGER, 9, [6]), frame=5, first=5)
    put_in_order(Objects(tracks=[hand]))
    thumb, finger = hand.elements
    assert [part.frame for part in (hand, thumb, finger)] == [4, 4, 4]
    assert [shape.frame for shape in hand.shapes] == [4]
    assert [(shape.frame, shape.outside) for shape in thumb.shapes] == [(4, False), (8, False)]
    assert [(shape.frame, shape.outside) for shape in finger.shapes] == [(4, True), (6, False)]


def test_an_element_that_says_nothing_is_dropped() -> None:
    hand = _hand((THUMB, 0, [0]), (FINGER, 0, []), frame=0, first=0)
    put_in_order(Objects(tracks=[hand]))
    assert [part.label_id for part in hand.elements] == [THUMB]


def _frames(stored: dict[str, Any]) -> list[tuple[int, bool]]:
    return [(shape["frame"], shape["outside"]) for shape in stored["shapes"]]


def test_the_api_answers_with_keyframes_in_order(api: Api, task: Annotated) -> None:
    sent = track((7, {}), (3, {}), (5, {"outside": True}))
    moved = {"points": [0.0, 0.0, 1.0, 1.0]}
    twice = track((3, {}), (5, {}), (5, moved))
    early = {**track((4, {})), "frame": 1}
    for url, begins in ((task.job_urls[0], [(1, True), (4, False)]), (task.url, [(4, False)])):
        stored = api.put(url, {"tracks": [sent, twice, early]})
        assert stored.status == 200
        read = api.get(url).json["tracks"]
        assert _frames(read[0]) == [(3, False), (5, True), (7, False)]
        assert read[0]["frame"] == 3
        assert read[1]["shapes"][-1]["points"] == moved["points"]
        assert _frames(read[2]) == begins
        assert stored.json["tracks"] == read
