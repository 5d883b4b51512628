"""Which frame a dataset's image is."""

from __future__ import annotations

import pytest

from chalicelib.formats.importing.matching import AMBIGUOUS, NOT_IN_TASK, FrameMatcher
from tests.unit.formats.datasets import photos, video

NAMES = ["a.jpg", "b/c.png", "b/d.v2.png", "x/same.png", "y/same.png", "e.jpg", "e.png"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.jpg", 0),
        ("a.PNG", 0),
        ("a", 0),
        ("images/default/a.jpg", 0),
        ("images\\default\\a.jpg", 0),
        ("c.png", 1),
        ("images/b/c.jpeg", 1),
        ("b/d.v2", 2),
        ("y/same.png", 4),
        ("data/y/same.jpg", 4),
        ("same.png", AMBIGUOUS),
        ("images/e.png", 6),
        ("e", AMBIGUOUS),
        ("z/c.png", NOT_IN_TASK),
        ("", NOT_IN_TASK),
        ("/", NOT_IN_TASK),
    ],
)
def test_images_by_name(name: str, expected: int | str) -> None:
    found = FrameMatcher(photos(NAMES), is_video=False).by_name(name, 3)
    assert (found if isinstance(found, str) else found.number) == expected


@pytest.mark.parametrize(
    ("name", "number", "expected"),
    [
        ("frame_000106", None, 2),
        ("frame_000106.PNG", 100, 2),
        ("default/frame_000106.jpg", None, 2),
        ("000106.jpg", None, 2),
        ("clip.mp4", 103, 1),
        ("frame_000107", None, NOT_IN_TASK),
        ("clip.mp4", None, NOT_IN_TASK),
    ],
)
def test_frames_of_a_video(name: str, number: int | None, expected: int | str) -> None:
    found = FrameMatcher(video(4, start=100, step=3), is_video=True).by_name(name, number)
    assert (found if isinstance(found, str) else found.number) == expected
