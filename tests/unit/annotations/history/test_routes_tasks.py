"""The history of a task: its jobs' saves together."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.api import Api
from tests.unit.annotations.conftest import ADMIN, STRANGER, Annotated, rectangle, track
from tests.unit.annotations.history.conftest import create, without_version


@pytest.fixture
def task(make_task: Callable[..., Annotated]) -> Annotated:
    """Three jobs, each of which shares two frames with the next."""
    return make_task((0, 9), (8, 19), (18, 29))


def history(task: Annotated, *more: object) -> str:
    return "/".join([task.url, "history", *map(str, more)])


def test_saves_of_two_people_in_three_jobs(api: Api, task: Annotated) -> None:
    other = api.with_headers(user=str(ADMIN))
    versions = []
    for turn, (who, job) in enumerate([(api, 0), (other, 1), (api, 1), (other, 0), (api, 2)]):
        create(who, task.job_urls[job], shapes=[rectangle(job * 10 + turn)])
        versions.append(api.get(task.url).json["version"])
    assert versions == [1, 2, 3, 4, 5]
    rows = api.get(history(task)).json["results"]
    assert [row["revision"] for row in rows] == [5, 4, 3, 2, 1]
    where = [(task.jobs.index(row["job_id"]), row["job_revision"]) for row in rows]
    assert where == [(2, 1), (0, 2), (1, 2), (1, 1), (0, 1)]


def test_a_save_of_the_task_is_one_of_each_job(api: Api, task: Annotated) -> None:
    stored = api.put(task.url, {"shapes": [rectangle(8)], "tracks": [track((0, {}))]}).json
    rows = api.get(history(task)).json["results"]
    assert stored["version"] == len(rows) == 3
    assert {row["job_id"] for row in rows} == set(task.jobs)
    found = api.get(history(task, 3, "diff"), against=0).json
    assert [item["kind"] for item in found["created"]] == ["shape", "track"]
    assert (found["updated"], found["deleted"]) == ([], [])


def test_restoring_over_all_jobs(api: Api, task: Annotated) -> None:
    before = api.put(task.url, {"shapes": [rectangle(8)], "tracks": [track((0, {}))]}).json
    api.delete(task.job_urls[1])
    create(api, task.job_urls[2], shapes=[rectangle(20)])
    answer = api.post(history(task, 3, "restore"))
    assert answer.status == 200, answer
    assert (answer.json["created"], answer.json["deleted"], answer.json["version"]) == (2, 1, 7)
    now = api.get(task.url).json
    assert without_version(now) == without_version(api.get(history(task, 3)).json)
    assert [shape["id"] for shape in now["shapes"]] == [before["shapes"][0]["id"]]
    messages = {row["message"] for row in api.get(history(task)).json["results"][:2]}
    assert messages == {"Restored revision 3 of the task"}


def test_restoring_what_others_have_changed(api: Api, task: Annotated) -> None:
    api.put(task.url, {"shapes": [rectangle(8)]})
    version = api.get(task.url).json["version"]
    create(api, task.job_urls[0], shapes=[rectangle(1)])
    late = api.post(history(task, 0, "restore"), {"version": version})
    assert (late.status, late.json["version"]) == (409, version + 1)
    assert api.post(history(task, 0, "restore"), {"version": version + 9}).status == 400
    done = api.post(history(task, 0, "restore"), {"version": version + 1})
    assert done.status == 200, done
    assert api.get(task.url).json["shapes"] == []


def test_a_repeated_restore_is_applied_once(api: Api, task: Annotated) -> None:
    api.put(task.url, {"shapes": [rectangle(8), rectangle(18)]})
    body = {"version": api.get(task.url).json["version"]}
    keyed = api.with_headers(idempotency_key="k")
    first = keyed.post(history(task, 0, "restore"), body)
    assert first.status == 200, first
    again = keyed.post(history(task, 0, "restore"), body)
    assert (again.status, again.json) == (200, first.json)
    assert api.get(task.url).json["version"] == first.json["version"]


def test_what_is_asked_for_wrongly(api: Api, task: Annotated) -> None:
    create(api, task.job_urls[0], shapes=[rectangle()])
    for more in ([], ["diff"]):
        assert api.get(history(task, 2, *more)).status == 404
        assert api.get(history(task, "x", *more)).status == 400
    assert api.post(history(task, 2, "restore")).status == 404
    assert api.post(history(task, "x", "restore")).status == 400
    assert api.get(history(task, 1, "diff"), against="x").status == 400
    assert api.get(history(task), object="x").status == 400
    assert api.get(history(task), page=2).status == 404
    stranger = api.with_headers(user=str(STRANGER))
    for path in (history(task), history(task, 1), history(task, 1, "diff")):
        assert stranger.get(path).status == 403
    assert stranger.post(history(task, 0, "restore")).status == 403
    assert api.get("/api/tasks/424242/annotations/history").status == 404
    assert api.get(task.url).json["version"] == 1
