"""What is on the frames that are asked for, whichever these are."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.interpolation.tracks import frames_of_track
from chalicelib.annotations.model.document import Track, TrackedShape
from chalicelib.formats.exporting.contents import contents_of

LAST = 30


@st.composite
def tracks(draw: st.DrawFn) -> list[Track]:
    """Tracks by first frame; some leave the picture and come back."""
    found: list[Track] = []
    for _ in range(draw(st.integers(0, 5))):
        keyframes = sorted(draw(st.sets(st.integers(0, LAST), min_size=1, max_size=6)))
        shapes = [
            TrackedShape(
                type="rectangle",
                frame=frame,
                points=[0, 0, frame + 1, 1],
                outside=index > 0 and draw(st.booleans()),
            )
            for index, frame in enumerate(keyframes)
        ]
        found.append(Track(frame=keyframes[0], label_id=1, shapes=shapes))
    return sorted(found, key=lambda track: track.frame)


@given(tracks(), st.sets(st.integers(0, LAST)).map(sorted), st.sets(st.integers(0, LAST)))
def test_tracks_are_on_every_frame_where_they_can_be_seen(
    held: list[Track], frames: Sequence[int], deleted: set[int]
) -> None:
    wanted = [frame for frame in frames if frame not in deleted]
    seen = {
        (number, geometry.frame): geometry.points
        for number, track in enumerate(held)
        for geometry in frames_of_track(track, LAST, deleted)
        if not geometry.outside
    }
    found = list(contents_of([], held, wanted, LAST, deleted))
    assert [content.frame for content in found] == wanted
    for content in found:
        on_frame = [(item.track, item.geometry.points) for item in content.objects]
        expected = [
            (number, seen[number, content.frame])
            for number in range(len(held))
            if (number, content.frame) in seen
        ]
        assert on_frame == expected
