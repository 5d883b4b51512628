"""Editors that follow what others save, see a range of frames, and are told what looks odd."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from chalicelib.annotations import catching_up
from chalicelib.annotations.revisions import reading
from chalicelib.annotations.revisions.log import Head
from chalicelib.platform import table
from chalicelib.platform.table import Update
from chalicelib.projects import store as projects
from chalicelib.projects.models import Task
from tests.support.api import Answer, Api
from tests.unit.annotations.conftest import (
    ADMIN,
    CAR,
    COLOR,
    PERSON,
    STRANGER,
    Annotated,
    rectangle,
    track,
)


@pytest.fixture
def url(task: Annotated) -> str:
    return task.job_urls[0]


def _news(api: Api, url: str, since: Any) -> Answer:
    return api.get(f"{url}/changes", since=since)


def test_what_others_did_comes_to_its_net_effect(api: Api, url: str) -> None:
    body = {"shapes": [rectangle(), rectangle(1), rectangle(2)]}
    one, two, three = api.put(url, body).json["shapes"]
    [new] = api.patch(url, {"shapes": [rectangle(5)]}, action="create").json["shapes"]
    moved = {**one, "frame": 8}
    api.patch(url, {"shapes": [moved, {**new, "frame": 6}]}, action="update")
    api.patch(url, {"shapes": [two]}, action="delete")
    [gone] = api.patch(url, {"shapes": [rectangle(7)]}, action="create").json["shapes"]
    api.patch(url, {"shapes": [gone]}, action="delete")
    news = _news(api, url, 1).json
    assert news["version"] == 6
    assert not news["replaced"]
    assert news["create"] == [{"kind": "shape", **new, "frame": 6}]
    assert news["update"] == [{"kind": "shape", **moved}]
    assert news["delete"] == [two["id"]]
    assert [row["revision"] for row in news["revisions"]] == [6, 5, 4, 3, 2]
    assert {row["created"] for row in news["revisions"]} == {0, 1}
    assert three["id"] not in {item["id"] for item in news["update"]}


def test_what_was_replaced_comes_whole(api: Api, url: str) -> None:
    api.put(url, {"shapes": [rectangle()]})
    api.put(url, {"tags": [{"frame": 1, "label_id": CAR}], "tracks": [track((0, {}), (5, {}))]})
    [new] = api.patch(url, {"shapes": [rectangle(5)]}, action="create").json["shapes"]
    news = _news(api, url, 1).json
    read = api.get(url).json
    assert news["replaced"]
    assert {item["kind"]: item["id"] for item in news["create"]} == {
        "tag": read["tags"][0]["id"],
        "shape": new["id"],
        "track": read["tracks"][0]["id"],
    }
    assert COLOR in {value["spec_id"] for value in news["create"][0]["attributes"]}
    assert (news["update"], news["delete"]) == ([], [])
    assert news["revisions"][-1]["overwrote"]


def test_nothing_new(api: Api, url: str) -> None:
    api.put(url, {"shapes": [rectangle()]})
    answer = _news(api, url, 1)
    assert answer.json == {
        "version": 1, "since": 1, "revisions": [], "create": [], "update": [], "delete": [],
        "replaced": False,
    }  # fmt: skip
    known = {"if-none-match": str(answer.header("etag"))}
    assert api.call("GET", f"{url}/changes", query={"since": 1}, headers=known).status == 304
    api.put(url, {"shapes": []})
    assert api.call("GET", f"{url}/changes", query={"since": 1}, headers=known).status == 200


@pytest.mark.parametrize("since", [2, -1, "x", "", None, 10**30])
def test_revisions_that_are_none(api: Api, url: str, since: Any) -> None:
    api.put(url, {"shapes": [rectangle()]})
    answer = api.get(f"{url}/changes", **({} if since is None else {"since": since}))
    assert (answer.status, list(answer.json)) == (400, ["since"])


def test_who_is_too_far_behind_reads_anew(
    api: Api, task: Annotated, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, job_id = task.job_urls[0], task.jobs[0]
    for frame in range(4):
        api.patch(url, {"shapes": [rectangle(frame)]}, action="create")
    monkeypatch.setattr(catching_up, "MOST", 2)
    assert _news(api, url, 2).status == 200
    assert _news(api, url, 1).status == 410
    record = table.load(*reading.head_key(job_id))
    assert record is not None
    table.commit(Update(record.write(msgspec.structs.replace(record.read(Head), floor=3))))
    answer = _news(api, url, 2)
    assert (answer.status, "anew" in answer.json["detail"]) == (410, True)


def test_strangers_do_not_follow(api: Api, url: str) -> None:
    assert _news(api.with_headers(user=str(STRANGER)), url, 0).status == 403
    assert _news(api.with_headers(user="0"), url, 0).status == 401


def test_a_range_of_frames(api: Api, url: str) -> None:
    api.put(
        url,
        {
            "tags": [{"frame": 3, "label_id": PERSON}, {"frame": 9, "label_id": PERSON}],
            "shapes": [rectangle(frame) for frame in range(12)],
            "tracks": [
                track((0, {}), (2, {"outside": True})), track((1, {}), (6, {})), track((8, {})),
            ],
        },
    )  # fmt: skip
    read = api.get(url, start_frame=3, stop_frame=5).json
    assert [tag["frame"] for tag in read["tags"]] == [3]
    assert [shape["frame"] for shape in read["shapes"]] == [3, 4, 5]
    assert [found["frame"] for found in read["tracks"]] == [1]
    assert read["version"] == 1
    whole = api.get(url)
    assert api.get(url, start_frame=0).json["shapes"] == whole.json["shapes"]
    known = {"if-none-match": str(whole.header("etag"))}
    part = api.call("GET", url, query={"start_frame": 3}, headers=known)
    assert part.status == 200


def test_a_range_of_a_task(api: Api, make_task: Callable[..., Annotated]) -> None:
    task = make_task((0, 9), (8, 17), (16, 25))
    api.put(task.url, {"shapes": [rectangle(frame) for frame in range(26)]})
    read = api.get(task.url, start_frame=7, stop_frame=11).json
    assert [shape["frame"] for shape in read["shapes"]] == [7, 8, 9, 10, 11]
    assert api.get(task.url, start_frame=90, stop_frame=99).json["shapes"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"start_frame": -1}, "start_frame"), ({"stop_frame": "x"}, "stop_frame"),
        ({"start_frame": 5, "stop_frame": 4}, "stop_frame"), ({"stop_frame": 2**40}, "stop_frame"),
    ],
)  # fmt: skip
def test_ranges_that_are_none(api: Api, task: Annotated, query: dict[str, Any], field: str) -> None:
    for url in (task.url, task.job_urls[0]):
        answer = api.get(url, **query)
        assert (answer.status, list(answer.json)) == (400, [field])


def test_what_looks_odd_is_stored_and_said(api: Api, task: Annotated) -> None:
    flat = rectangle(2, points=[5.0, 5.0, 5.0, 9.0])
    for url in (task.job_urls[0], task.url):
        for answer in (
            api.put(url, {"shapes": [rectangle(500), flat]}),
            api.patch(url, {"shapes": [rectangle(500), flat]}, action="create"),
        ):
            assert answer.status == 200
            assert any("500" in text for text in answer.json["warnings"])
            assert any("shapes[1]" in text for text in answer.json["warnings"])
    fine = api.put(task.url, {"shapes": [rectangle()]}).json
    assert "warnings" not in fine
    assert "warnings" not in api.get(task.url).json
    change = {"client_id": "a", "kind": "shape", **rectangle(500)}
    saved = api.post(f"{task.job_urls[0]}/changes", {"version": 0, "create": [change]}).json
    assert len(saved["warnings"]) == 1


def test_what_is_beyond_every_picture_is_stored_and_said(api: Api, task: Annotated) -> None:
    record = table.load(*projects.task_key(task.id))
    assert record is not None
    known = record.read(Task)
    assert known.data is not None
    known.data.largest = (640, 480)
    table.commit(Update(record.write(known)))
    beyond = rectangle(2, points=[641.0, 5.0, 650.0, 9.0])
    for url in (task.job_urls[0], task.url):
        answer = api.patch(url, {"shapes": [rectangle(), beyond]}, action="create")
        assert answer.json["warnings"] == ["shapes[1]: it is outside the picture."]
        assert len(api.get(url).json["shapes"]) % 2 == 0


def test_a_conflict_has_both_sides(api: Api, url: str) -> None:
    one, two = api.put(url, {"shapes": [rectangle(), rectangle()]}).json["shapes"]
    for shape in (one, two):
        api.patch(url, {"shapes": [{**shape, "frame": 1}]}, action="update")
    mine = {**one, "frame": 2}
    body = {"version": 1, "update": [{"kind": "shape", **mine}], "delete": [two["id"]]}
    answer = api.post(f"{url}/changes", body)
    assert answer.status == 409
    found = {item["id"]: (item["server"], item["client"]) for item in answer.json["conflicts"]}
    assert found == {one["id"]: ({**one, "frame": 1}, mine), two["id"]: ({**two, "frame": 1}, None)}


def test_equal_requests_of_two_people_are_two(api: Api, url: str) -> None:
    body = {"shapes": [rectangle()]}
    assert api.put(url, body).json["version"] == 1
    assert api.put(url, body).json["version"] == 1
    assert api.with_headers(user=str(ADMIN)).put(url, body).json["version"] == 2
    # Somebody else has saved since, but not this person: it is still the same request.
    assert api.put(url, body).json["version"] == 1
    assert api.get(url).json["version"] == 2


def test_an_equal_request_after_another_one_of_the_same_person_is_new(api: Api, url: str) -> None:
    for number, frame in enumerate((0, 1, 0), 1):
        assert api.put(url, {"shapes": [rectangle(frame)]}).json["version"] == number
    assert [shape["frame"] for shape in api.get(url).json["shapes"]] == [0]


def test_an_equal_request_after_a_minute_is_a_new_one(
    api: Api, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.put(url, {"shapes": [rectangle()]})
    monkeypatch.setattr("chalicelib.annotations.revisions.retries.BLIND_WINDOW", -1)
    assert api.put(url, {"shapes": [rectangle()]}).json["version"] == 2


@pytest.mark.parametrize(
    ("headers", "client"),
    [
        ({"x-skylabel-client": "browser"}, "browser"),
        ({"user-agent": "cvat_sdk/2.80.0"}, "cvat-sdk/2.80.0"),
        ({"user-agent": "Mozilla/5.0 (X11)"}, "browser"),
        ({"user-agent": "x" * 500}, "x" * 64),
        ({}, ""),
    ],
)
def test_the_history_says_what_it_was_saved_with(
    api: Api, task: Annotated, headers: dict[str, str], client: str
) -> None:
    api.call("PUT", task.job_urls[0], {"shapes": [rectangle()]}, headers=headers)
    [row] = _news(api, task.job_urls[0], 0).json["revisions"]
    assert row["client"] == client
