"""Which frame a dataset's image is."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.formats.importing.matching import AMBIGUOUS, NOT_IN_TASK, FrameMatcher
from tests.unit.formats.datasets import photos, video

PARTS = st.sampled_from("abc")
NAMES = [
    "a.jpg",
    "b/c.png",
    "b/d.v2.png",
    "x/same.png",
    "y/same.png",
    "e.jpg",
    "e.png",
    "nested/a.jpg",
]


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
        ("./a.jpg", 0),
        ("labels/e.jpg.txt", 5),
        ("labels/e.png.txt", 6),
        ("/data/a.jpg", 0),
        ("images//b/c.png", 1),
        ("x", NOT_IN_TASK),
        ("x/", NOT_IN_TASK),
        ("nested/a.jpg", 7),
        ("other/a.jpg", 0),
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


def test_a_frame_of_the_whole_name_comes_before_those_that_end_with_it() -> None:
    """So that what was exported below a folder of the format's own comes back."""
    matcher = FrameMatcher(photos(["a.jpg", "x/a.jpg", "x/y/a.jpg"]), is_video=False)
    for number, name in enumerate(["a.jpg", "x/a.jpg", "x/y/a.jpg"]):
        for spelled in (name, f"obj_train_data/{name}", f"images/{name[:-4]}.txt"):
            found = matcher.by_name(spelled)
            assert not isinstance(found, str)
            assert found.number == number


@given(
    st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=4), unique_by=tuple), st.data()
)
def test_as_all_endings_say(paths: list[list[str]], data: st.DataObject) -> None:
    names = ["/".join(path) + ".png" for path in paths]
    asked = data.draw(st.lists(PARTS, min_size=1, max_size=5))
    found = FrameMatcher(photos(names), is_video=False).by_name("/".join(asked))
    longer = [path for path in paths if asked[-len(path) :] == path]
    shorter = [path for path in paths if path[-len(asked) :] == asked]
    if longer:
        assert not isinstance(found, str)
        assert found.name == names[paths.index(max(longer, key=len))]
    elif len(shorter) == 1:
        assert not isinstance(found, str)
        assert found.name == names[paths.index(shorter[0])]
    else:
        assert found == (AMBIGUOUS if shorter else NOT_IN_TASK)


def test_200_000_frames_take_little_memory_and_time() -> None:
    """In folders where all have the same names, which is what takes longest."""
    names = [f"data/seq_{n // 1000:04d}/{n % 1000:06d}.jpg" for n in range(200_000)]
    frames = photos(names)
    tracemalloc.start()
    matcher = FrameMatcher(frames, is_video=False)
    begun = time.process_time()
    for number in range(0, 200_000, 997):
        for spelled in (f"obj/{names[number]}", names[number][5:-4]):
            found = matcher.by_name(spelled)
            assert not isinstance(found, str)
            assert found.number == number
    taken = time.process_time() - begun
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 130 << 20
    assert taken < 15
    begun = time.process_time()
    for number in range(0, 200_000, 10):
        matcher.by_name(names[number][5:-4])
    assert time.process_time() - begun < 2
