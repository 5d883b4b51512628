"""Lists of frames: whatever was saved is read, in few requests however long it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.media import frame_list, layout
from chalicelib.media.files import File
from chalicelib.media.frame_list import FrameList
from chalicelib.platform import bucket as bucket_module


def file(number: int) -> File:
    return File(f"dir/{number:06d}.jpg", f"share/dir/{number:06d}.jpg", 0, 30_000 + number, "image",
                "jpeg", 640 + number % 7, 480)  # fmt: skip


def saved(images: list[File], related: list[list[File]] | None = None) -> FrameList:
    frame_list.save(1, 1, FrameList(len(images), images=images, related=related or []))
    frame_list.load.cache_clear()
    return frame_list.load(1, 1)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Bytes of each read of the bucket."""
    sizes: list[int] = []
    original: Callable[..., Any] = bucket_module.get_range

    def counted(*args: Any) -> Any:
        body = original(*args)
        sizes.append(len(body))
        return body

    monkeypatch.setattr(bucket_module, "get_range", counted)
    return sizes


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([0, 1, 3, 4, 5, 9]),
    st.lists(st.integers(-9, 8), max_size=20),
    st.slices(9),
    st.booleans(),
)
def test_what_was_saved_is_read(
    bucket: None, count: int, wanted: list[int], part: slice, with_related: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame_list, "SHARD", 4)
        images = [file(number) for number in range(count)]
        related = [[file(100 + n)] * (n % 3) for n in range(count)] if with_related else []
        listed = saved(images, related)
        assert list(listed.images) == images
        assert len(listed.images) == count
        assert listed.images[part] == images[part]
        for number in wanted:
            if -count <= number < count:
                assert listed.images[number] == images[number]
        assert list(listed.related) == (related if any(related) else [])


def test_a_frame_of_a_small_task_costs_one_request(bucket: None, reads: list[int]) -> None:
    listed = saved([file(number) for number in range(300)])
    assert listed.size_of(299) == (640 + 299 % 7, 480)
    assert listed.name_of(299) == "dir/000299.jpg"
    assert len(reads) == 1


def test_a_frame_of_a_large_task_costs_two_small_requests(bucket: None, reads: list[int]) -> None:
    listed = saved([file(number) for number in range(20_000)])
    assert listed.images[15_432] == file(15_432)
    assert len(reads) == 2
    assert sum(reads) < 200_000


def test_a_whole_large_list_is_read_in_few_requests(bucket: None, reads: list[int]) -> None:
    listed = saved([file(number) for number in range(20_000)])
    assert [f.name for f in listed.images] == [file(n).name for n in range(20_000)]
    assert len(reads) <= 5


def test_lists_of_one_piece_are_still_read(bucket: None) -> None:
    listed = FrameList(2, images=[file(0), file(1)], related=[])
    bucket_module.put(layout.frames(1, 1), zstandard.compress(msgspec.msgpack.encode(listed)))
    frame_list.load.cache_clear()
    assert frame_list.load(1, 1) == listed


def test_what_is_not_there_is_not_loaded(bucket: None) -> None:
    frame_list.load.cache_clear()
    with pytest.raises(KeyError):
        frame_list.load(7, 7)
