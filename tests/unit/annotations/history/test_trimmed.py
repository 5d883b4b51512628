"""What is too old to be kept is gone, and says so; the rest is numbered as before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from chalicelib.annotations.revisions import folding, reading, wasting
from chalicelib.annotations.revisions.cache import views
from chalicelib.platform import config
from tests.support.api import Api
from tests.unit.annotations.conftest import Annotated, rectangle
from tests.unit.annotations.history.conftest import create

Trim = Callable[[int], None]


@pytest.fixture
def trim(monkeypatch: pytest.MonkeyPatch) -> Trim:
    """Lets go of what is before the latest base of a job."""

    def all_of_it(job_id: int) -> None:
        kept = msgspec.structs.replace(config.settings(), history_days=-1)
        with monkeypatch.context() as patched:
            patched.setattr(wasting, "settings", lambda: kept)
            assert wasting.trim(job_id) > 0
        views.clear()

    return all_of_it


def fold(job_id: int) -> None:
    folding.try_fold(job_id, reading.look_at(job_id))


def numbers(found: dict[str, Any]) -> list[int]:
    return [row["revision"] for row in found["results"]]


def test_a_job(api: Api, task: Annotated, trim: Trim) -> None:
    url, [job] = task.job_urls[0], task.jobs
    [shape] = create(api, url, shapes=[rectangle()])["shapes"]
    api.patch(url, {"shapes": [{**shape, "z_order": 2}]}, action="update")
    for frame in range(2):
        create(api, url, shapes=[rectangle(frame)])
    fold(job)
    kept = {4: api.get(url).json}
    for number in (5, 6):
        api.patch(url, {"shapes": [{**shape, "z_order": number}]}, action="update")
        kept[number] = api.get(url).json
    trim(job)
    api.put(url, {})
    kept[7] = api.get(url).json
    history = f"{url}/history"
    for number in (0, 1, 3):
        assert api.get(f"{history}/{number}").status == 410
        assert api.get(f"{history}/5/diff", against=number).status == 410
        answer = api.post(f"{history}/{number}/restore")
        assert answer.status == 410
        assert "no longer kept; the oldest one is 4." in answer.json["detail"]
    assert api.get(f"{history}/8").status == 404
    found = api.get(history).json
    assert (found["count"], numbers(found)) == (4, [7, 6, 5, 4])
    for number, document in kept.items():
        assert api.get(f"{history}/{number}").json == document
    events = api.get(history, object=shape["id"]).json
    assert [(row["revision"], row["action"]) for row in events["results"]] == [
        (7, "deleted"), (6, "updated"), (5, "updated"),
    ]  # fmt: skip
    assert api.post(f"{history}/4/restore").json["created"] == 3
    assert api.get(url).json["shapes"] == kept[4]["shapes"]


def test_a_task(api: Api, make_task: Callable[..., Annotated], trim: Trim) -> None:
    task = make_task((0, 9), (8, 19))
    first, second = task.job_urls
    order = [first, second, first, first, second, first]
    seen: dict[int, Any] = {}
    for turn, url in enumerate(order, 1):
        create(api, url, shapes=[rectangle(turn if url == first else 10 + turn)])
        seen[turn] = api.get(task.url).json
        if turn == 4:
            fold(task.jobs[0])
    trim(task.jobs[0])
    history = f"{task.url}/history"
    found = api.get(history).json
    assert (found["count"], numbers(found)) == (3, [6, 5, 4])
    assert [row["job_revision"] for row in found["results"]] == [4, 2, 3]
    for number in (4, 5, 6):
        assert api.get(f"{history}/{number}").json == seen[number]
    for number in (0, 2, 3):
        assert api.get(f"{history}/{number}").status == 410
        assert api.post(f"{history}/{number}/restore").status == 410
    assert api.post(f"{history}/4/restore").status == 200
    assert api.get(task.url).json["shapes"] == seen[4]["shapes"]
