"""An object is found under its own kind only, as in CVAT."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.api import Api
from tests.unit.annotations.conftest import PERSON, Annotated, rectangle, track


@pytest.fixture
def shared(make_task: Callable[..., Annotated]) -> Annotated:
    """A task of two jobs that share no frame."""
    return make_task((0, 9), (10, 19))


def _tag(**fields: Any) -> dict[str, Any]:
    return {"frame": 1, "label_id": PERSON, **fields}


@pytest.mark.parametrize("whole", [True, False], ids=["task", "job"])
def test_nothing_is_deleted_under_another_kind(api: Api, shared: Annotated, whole: bool) -> None:
    url = shared.url if whole else shared.job_urls[0]
    body = {
        "tags": [_tag()],
        "shapes": [rectangle(1)],
        "tracks": [track((1, {}), (4, {"outside": True}))],
    }
    there = api.put(url, body).json
    [tag], [shape], [path] = there["tags"], there["shapes"], there["tracks"]
    wrong = {
        "tags": [{**tag, "id": shape["id"]}, {**tag, "id": path["id"]}],
        "shapes": [{**shape, "id": tag["id"]}],
        "tracks": [{**path, "id": shape["id"]}],
    }
    answer = api.patch(url, wrong, action="delete")
    assert (answer.status, answer.json["version"]) == (200, there["version"])
    assert (answer.json["tags"], answer.json["shapes"], answer.json["tracks"]) == ([], [], [])
    assert api.get(url).json == there
    # Beside what is right, and for a client that says which version it has.
    both = {**wrong, "shapes": [shape, *wrong["shapes"]], "version": there["version"]}
    answer = api.patch(url, both, action="delete").json
    assert [one["id"] for one in answer["shapes"]] == [shape["id"]]
    left = api.get(url).json
    assert (left["tags"], left["shapes"], left["tracks"]) == ([tag], [], [path])


def test_an_update_under_another_kind_changes_nothing(api: Api, shared: Annotated) -> None:
    """Not even one that puts the object on a frame of another job."""
    for url in (shared.url, shared.job_urls[0]):
        there = api.put(url, {"shapes": [rectangle(1)]}).json
        [shape] = there["shapes"]
        for frame in (1, 15):
            wrong = {"tags": [_tag(id=shape["id"], frame=frame)]}
            answer = api.patch(url, wrong, action="update")
            assert (answer.status, answer.json["tags"]) == (200, [])
            assert api.get(url).json == there
