"""Which frames a task has, in which order, and in which chunks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.media.frames.chunks import default_chunk_size, job_chunk, task_chunk, within
from chalicelib.media.ingest.selection import BadSelection, parse_step, select


@given(st.integers(1, 500), st.integers(0, 600), st.integers(0, 600), st.integers(1, 50))
def test_selection_takes_what_range_takes(total: int, start: int, stop: int, step: int) -> None:
    expected = list(range(start, min(stop or total - 1, total - 1) + 1, step))
    if not expected:
        with pytest.raises(BadSelection):
            select(total, start, stop, f"step={step}")
        return
    selection = select(total, start, stop, f"step={step}")
    assert list(selection.numbers) == expected
    assert selection.size == len(expected)
    assert [selection.absolute(r) for r in range(selection.size)] == expected


def test_a_missing_stop_is_the_last_frame_taken() -> None:
    assert select(100, 10, None, "step=7").stop == 94


@pytest.mark.parametrize("text", ["step=0", "step=", "every=3", "step=2;rm", "step=-1"])
def test_filters_that_are_none(text: str) -> None:
    with pytest.raises(BadSelection, match="step=N"):
        parse_step(text)


@given(st.integers(1, 300), st.integers(1, 80))
def test_task_chunks_partition_the_frames(size: int, chunk_size: int) -> None:
    frames: list[int] = []
    number = 0
    while (chunk := task_chunk(number, chunk_size, size)) is not None:
        frames += chunk
        number += 1
    assert frames == list(range(size))
    assert task_chunk(-1, chunk_size, size) is None


@given(st.integers(0, 100), st.integers(0, 100), st.integers(1, 40))
def test_job_chunks_partition_the_segment(first: int, length: int, chunk_size: int) -> None:
    frames: list[int] = []
    index = 0
    while (chunk := job_chunk(index, chunk_size, first, first + length)) is not None:
        frames += chunk
        index += 1
    assert frames == list(range(first, first + length + 1))


def test_a_task_chunk_seen_from_a_job() -> None:
    assert within(range(10, 20), 15, 40) == range(15, 20)
    assert within(range(10, 20), 20, 40) is None
    assert within(None, 0, 40) is None


def test_default_chunk_sizes() -> None:
    assert default_chunk_size("interpolation", 3840, 2160) == 36
    assert default_chunk_size("annotation", 1920, 1080) == 36
    assert default_chunk_size("annotation", 640, 480) == 72
    assert default_chunk_size("annotation", 20000, 10000) == 2
