"""What clients are told of a job of which something is missing."""

from __future__ import annotations

import pytest

from chalicelib.annotations.revisions import log, pages, payloads
from chalicelib.annotations.revisions.cache import views
from chalicelib.platform import bucket
from tests.support.api import Api
from tests.unit.annotations.conftest import Annotated, rectangle

FRAMES = 100


@pytest.fixture
def url(api: Api, task: Annotated, monkeypatch: pytest.MonkeyPatch) -> str:
    """A job that has lost half of the file with its annotations."""
    monkeypatch.setattr(log, "INLINE_LIMIT", 900)
    monkeypatch.setattr(payloads, "PAGED_FROM", 700)
    monkeypatch.setattr(pages, "PAGE_BYTES", 1_000)
    shapes = [rectangle(frame, group=frame * 7 % 31) for frame in range(FRAMES)]
    assert api.put(task.job_urls[0], {"shapes": shapes}).status == 200
    [(key, _)] = bucket.listing(log.object_prefix(task.jobs[0]))
    whole = bucket.get(key)
    assert whole is not None
    bucket.put(key, _cut(whole))
    views.clear()
    return task.job_urls[0]


def _cut(whole: bytes) -> bytes:
    """The file without the middle of its pages; what stands behind them is there."""
    third = len(whole) // 3
    return whole[:third] + b"\x00" * (third // 2) + whole[third + third // 2 :]


def test_the_rest_is_given_and_the_damage_named(api: Api, url: str) -> None:
    answer = api.get(url)
    assert answer.status == 200
    left = {shape["frame"] for shape in answer.json["shapes"]}
    assert FRAMES / 3 < len(left) < FRAMES
    assert {0, FRAMES - 1} <= left
    assert answer.header("x-annotations-damaged") == str(len(answer.json["damaged"]))
    assert all("shapes on frames" in text for text in answer.json["damaged"])


def test_frames_that_are_there_are_given_as_ever(api: Api, url: str) -> None:
    answer = api.get(url, start_frame="0", stop_frame="3")
    assert (answer.status, len(answer.json["shapes"])) == (200, 4)
    assert answer.header("x-annotations-damaged") is None


def test_frames_that_are_not_are_named(api: Api, url: str) -> None:
    lost = {*range(FRAMES)} - {shape["frame"] for shape in api.get(url).json["shapes"]}
    answer = api.get(url, start_frame=str(min(lost)), stop_frame=str(max(lost)))
    assert answer.status == 200
    assert answer.json["damaged"]
    assert not {shape["frame"] for shape in answer.json["shapes"]} & lost


def test_saves_go_on_where_they_can(api: Api, url: str) -> None:
    found = api.get(url).json["shapes"]
    assert api.patch(url, {"shapes": [rectangle(5)]}, action="create").status == 200
    assert api.patch(url, {"shapes": [found[0]]}, action="update").status == 200
    assert api.patch(url, {"shapes": [found[-1]]}, action="delete").status == 200
    lost = {*range(FRAMES)} - {shape["frame"] for shape in found}
    known = {shape["frame"]: shape["id"] for shape in found}
    frame = min(lost)
    missing = rectangle(frame, id=known[frame - 1] + 1)
    answer = api.patch(url, {"shapes": [missing]}, action="update")
    assert answer.status == 409
    assert answer.json["detail"].startswith("Part of these annotations")
    assert api.put(url, {"shapes": [rectangle(1)]}).status == 200
    answer = api.get(url)
    assert (len(answer.json["shapes"]), answer.header("x-annotations-damaged")) == (1, None)
