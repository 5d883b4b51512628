"""Statistics are those of the whole document, though it is not read for them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings

from chalicelib.annotations import routes_jobs, routes_tasks
from chalicelib.annotations.history import routes_jobs as job_history
from chalicelib.annotations.statistics import routes
from chalicelib.platform import http
from tests.support.api import Api
from tests.unit.annotations.conftest import (
    CAR,
    OWNER,
    STRANGER,
    Annotated,
    _believe,
    rectangle,
    track,
)
from tests.unit.annotations.history.drawn import SAVES, Editor
from tests.unit.annotations.statistics.naive import counted, plain

#: Each example has a task of its own.
EXAMPLES = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
OVERLAPPING = [(0, 9), (8, 19), (17, 25)]
APART = [(0, 9), (10, 25)]


@pytest.fixture
def api(log_of_jobs: None, monkeypatch: pytest.MonkeyPatch) -> Api:
    monkeypatch.setattr(http._Hooks, "authenticate", staticmethod(_believe))
    blueprints = (routes_jobs.routes, routes_tasks.routes, job_history.routes)
    return Api.of(*blueprints, routes.jobs, routes.tasks).with_headers(user=str(OWNER))


def of_job(task: Annotated, index: int = 0) -> str:
    return f"{task.job_urls[index]}/statistics"


def of_task(task: Annotated) -> str:
    return f"{task.url}/statistics"


@EXAMPLES
@given(SAVES)
def test_statistics_are_those_of_the_document(
    api: Api, make_task: Callable[..., Annotated], saves: list[tuple[str, int, Random]]
) -> None:
    for spans in (OVERLAPPING, APART):
        task = make_task(*spans)
        editor = Editor(api, task, spans)
        for what, number, random in saves:
            editor.save(what, number, random)
            index = number % len(spans)
            document = api.get(task.job_urls[index]).json
            assert plain(api.get(of_job(task, index)).json) == counted(document, *spans[index])
        whole = api.get(task.url).json
        assert plain(api.get(of_task(task)).json) == counted(whole, spans[0][0], spans[-1][1])


def test_a_job_without_annotations(api: Api, task: Annotated) -> None:
    found = api.get(of_job(task)).json
    assert found["version"] == 0
    assert found["total"] == {
        "objects": 0, "tags": 0, "shapes": 0, "tracks": 0, "keyframes": 0, "interpolated": 0
    }  # fmt: skip
    assert {label["name"] for label in found["labels"]} >= {"car", "person", "body"}
    assert all(label["objects"] == 0 for label in found["labels"])
    assert found["sources"] == {}
    frames = found["frames"]
    assert (frames["total"], frames["annotated"], frames["first"], frames["most"]) == (
        100,
        0,
        None,
        0,
    )


def test_what_it_looks_like(api: Api, task: Annotated) -> None:
    body = {
        "tags": [{"frame": 3, "label_id": CAR}],
        "shapes": [rectangle(0), rectangle(0, source="auto"), rectangle(50, label_id=CAR)],
        "tracks": [track((10, {}), (20, {"outside": True})), track((90, {}))],
    }
    api.put(task.job_urls[0], body)
    found = api.get(of_job(task)).json
    labels = {label["name"]: label for label in found["labels"]}
    car, person = labels["car"], labels["person"]
    assert (car["label_id"], car["objects"], car["tag"], car["rectangle"]) == (CAR, 2, 1, 1)
    assert (person["objects"], person["rectangle"], person["track_rectangle"]) == (4, 2, 2)
    assert (person["keyframes"], person["interpolated"]) == (2, 9 + 9)
    assert found["total"] == {
        "objects": 6, "tags": 1, "shapes": 3, "tracks": 2, "keyframes": 2, "interpolated": 18
    }  # fmt: skip
    assert found["sources"] == {"auto": 1, "manual": 5}
    frames = found["frames"]
    assert (frames["start"], frames["stop"], frames["first"], frames["last"]) == (0, 99, 0, 99)
    assert (frames["annotated"], frames["objects"], frames["most"]) == (3 + 10 + 10, 24, 2)
    assert len(frames["histogram"]) == 100
    assert frames["histogram"][0] == {"start": 0, "stop": 0, "annotated": 1, "objects": 2}


@pytest.mark.parametrize("size", [1, 7, 100, 101, 250, 12_345])
def test_stretches_cover_all_frames_once(
    api: Api, make_task: Callable[..., Annotated], size: int
) -> None:
    task = make_task((0, size - 1))
    api.put(task.job_urls[0], {"tracks": [track((size // 2, {}))]})
    frames = api.get(of_job(task)).json["frames"]
    covered = [frame for part in frames["histogram"]
               for frame in range(part["start"], part["stop"] + 1)]  # fmt: skip
    assert covered == list(range(size))
    assert len(frames["histogram"]) <= 100
    for name in ("annotated", "objects"):
        assert sum(part[name] for part in frames["histogram"]) == frames[name] == size - size // 2


def test_what_jobs_share_counts_once(api: Api, make_task: Callable[..., Annotated]) -> None:
    task = make_task(*OVERLAPPING)
    api.put(task.url, {"shapes": [rectangle(8), rectangle(18)], "tracks": [track((0, {}))]})
    total = api.get(of_task(task)).json["total"]
    assert (total["objects"], total["shapes"], total["tracks"]) == (3, 2, 1)
    of_jobs = [api.get(of_job(task, index)).json["total"]["objects"] for index in range(3)]
    assert of_jobs == [2, 3, 2]


def test_only_the_version_that_changed_is_sent(api: Api, task: Annotated) -> None:
    for path in (of_job(task), of_task(task)):
        first = api.get(path)
        known = {"if-none-match": str(first.header("etag"))}
        assert api.call("GET", path, headers=known).status == 304
        api.patch(task.job_urls[0], {"shapes": [rectangle()]}, action="create")
        again = api.call("GET", path, headers=known)
        assert (again.status, again.json["version"]) == (200, first.json["version"] + 1)


def test_strangers_see_none(api: Api, task: Annotated) -> None:
    for path in (of_job(task), of_task(task)):
        assert api.with_headers(user=str(STRANGER)).get(path).status == 403
        assert api.with_headers(user="0").get(path).status == 401
    assert api.get("/api/jobs/424242/annotations/statistics").status == 404
    assert api.get("/api/tasks/424242/annotations/statistics").status == 404
