from __future__ import annotations

from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.projects.segments import (
    MAX_JOBS,
    BadSegments,
    Segment,
    applied,
    plan,
    plan_of_files,
)

Mode = Literal["annotation", "interpolation"]
modes = st.sampled_from(["annotation", "interpolation"])


@given(
    size=st.integers(1, 3000),
    segment_size=st.integers(0, 4000),
    overlap=st.none() | st.integers(0, 4000),
    mode=modes,
)
def test_every_frame_is_covered_and_neighbours_share_exactly_the_overlap(
    size: int, segment_size: int, overlap: int | None, mode: Mode
) -> None:
    made = plan(size, segment_size, overlap, mode)
    segments = made.segments

    assert segments[0].start == 0
    assert segments[-1].stop == size - 1
    for left, right in pairwise(segments):
        assert left.stop + 1 - right.start == made.overlap
        assert left.size == made.segment_size
        assert right.stop > left.stop
    assert 0 < segments[-1].size <= made.segment_size
    assert made.overlap <= made.segment_size // 2
    assert len(segments) == 1 or applied(segments) == (made.segment_size, made.overlap)


@pytest.mark.parametrize(
    ("size", "segment_size", "overlap", "mode", "expected"),
    [
        (10, 0, None, "annotation", [(0, 9)]),
        (10, 4, None, "annotation", [(0, 3), (4, 7), (8, 9)]),
        (10, 4, 1, "annotation", [(0, 3), (3, 6), (6, 9)]),
        (1800, 600, None, "interpolation", [(0, 599), (595, 1194), (1190, 1789), (1785, 1799)]),
        (10, 3, 9, "annotation", [(0, 2), (2, 4), (4, 6), (6, 8), (8, 9)]),
        (1, 1, None, "interpolation", [(0, 0)]),
        (7, 100, None, "interpolation", [(0, 6)]),
    ],
)
def test_segments_are_those_of_cvat(
    size: int,
    segment_size: int,
    overlap: int | None,
    mode: Mode,
    expected: list[tuple[int, int]],
) -> None:
    made = plan(size, segment_size, overlap, mode)
    assert [(segment.start, segment.stop) for segment in made.segments] == expected


def test_a_task_has_at_most_five_thousand_jobs() -> None:
    assert len(plan(MAX_JOBS, 1, None, "annotation").segments) == MAX_JOBS
    with pytest.raises(BadSegments, match="5001 jobs"):
        plan(MAX_JOBS + 1, 1, None, "annotation")


def test_no_frames_make_no_task() -> None:
    with pytest.raises(BadSegments, match="no frames"):
        plan(0, 0, None, "annotation")


@given(groups=st.lists(st.integers(1, 6), min_size=1, max_size=40))
def test_each_group_of_files_becomes_one_segment_of_its_files(groups: list[int]) -> None:
    mapping = [[f"{g}/{k}.jpg" for k in range(count)] for g, count in enumerate(groups)]

    files, made = plan_of_files(mapping)

    assert [files[segment.start : segment.stop + 1] for segment in made.segments] == mapping
    assert (made.segment_size, made.overlap) == (0, 0)


@pytest.mark.parametrize("mapping", [[], [["a.jpg"], []], [["a.jpg"], ["a.jpg"]], [["a", "a"]]])
def test_a_mapping_names_each_file_once_and_has_no_empty_job(mapping: list[list[str]]) -> None:
    with pytest.raises(BadSegments, match="job_file_mapping"):
        plan_of_files(mapping)


def test_uneven_groups_follow_no_rule() -> None:
    assert applied([Segment(0, 1), Segment(2, 7), Segment(8, 8)]) == (0, 0)
