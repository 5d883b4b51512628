"""A job of which something is missing: the rest is answered, and what is missing is said."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.annotations.revisions import log, pages, payloads
from chalicelib.platform import bucket
from tests.support.api import Api
from tests.unit.annotations.conftest import Annotated, rectangle
from tests.unit.annotations.revisions.conftest import forget


@pytest.fixture
def shapes(api: Api, task: Annotated, monkeypatch: pytest.MonkeyPatch) -> dict[int, dict[str, Any]]:
    """Shapes by frame: those of a replacement whose file is gone, and two that came later."""
    monkeypatch.setattr(log, "INLINE_LIMIT", 900)
    monkeypatch.setattr(payloads, "PAGED_FROM", 700)
    monkeypatch.setattr(pages, "PAGE_BYTES", 4_000)
    url = task.job_urls[0]
    found = api.put(
        url, {"shapes": [rectangle(f, points=[f / 3, f / 7, 99.0, 99.0]) for f in range(90)]}
    ).json["shapes"]
    found += api.patch(url, {"shapes": [rectangle(95), rectangle(96)]}, action="create").json[
        "shapes"
    ]
    files = [key for key, _ in bucket.listing(log.object_prefix(task.jobs[0]))]
    assert files
    bucket.delete(*files)
    forget()
    return {shape["frame"]: shape for shape in found}


def test_the_rest_is_answered(api: Api, task: Annotated, shapes: dict[int, Any]) -> None:
    for url in (task.job_urls[0], task.url):
        for query in ({}, {"start_frame": 50, "stop_frame": 97}):
            answer = api.get(url, **query)
            assert answer.status == 200
            assert [shape["frame"] for shape in answer.json["shapes"]] == [95, 96]
            assert answer.header("x-annotations-damaged") == str(len(answer.json["damaged"]))
            assert any("frames" in text for text in answer.json["damaged"])
            assert answer.header("etag") is None
    assert "damaged" not in api.get(task.job_urls[0], start_frame=94).json


def test_what_needs_nothing_of_it_is_saved(
    api: Api, task: Annotated, shapes: dict[int, Any]
) -> None:
    url = task.job_urls[0]
    assert api.patch(url, {"shapes": [rectangle(94)]}, action="create").status == 200
    moved = {**shapes[95], "z_order": 4}
    assert api.patch(url, {"shapes": [moved]}, action="update").json["shapes"] == [moved]
    assert api.patch(url, {"shapes": [shapes[96]]}, action="delete").status == 200
    assert [shape["frame"] for shape in api.get(url).json["shapes"]] == [94, 95]


def test_what_is_in_it_is_not_changed(api: Api, task: Annotated, shapes: dict[int, Any]) -> None:
    for url in (task.job_urls[0], task.url):
        for action in ("update", "delete"):
            answer = api.patch(url, {"shapes": [shapes[5]]}, action=action)
            assert answer.status == 409
            assert "cannot be read" in answer.json["detail"]
    assert api.get(task.job_urls[0]).json["version"] == 2
