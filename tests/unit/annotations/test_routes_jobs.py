from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.api import Api
from tests.unit.annotations.conftest import (
    BODY,
    CAR,
    COLOR,
    HEAD,
    LENGTH,
    NOTE,
    PARKED,
    PERSON,
    STRANGER,
    Annotated,
    rectangle,
    track,
)


def _create(api: Api, url: str, **objects: Any) -> Any:
    answer = api.patch(url, objects, action="create")
    assert answer.status == 200, answer
    return answer.json


def test_a_new_job_is_empty(api: Api, task: Annotated) -> None:
    answer = api.get(task.job_urls[0])
    assert answer.status == 200
    assert answer.json == {
        "version": 0, "tags": [], "shapes": [], "tracks": [], "intervals": []
    }  # fmt: skip


def test_put_answers_what_get_then_reads(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    body = {
        "version": 0,
        "tags": [{"frame": 3, "label_id": PERSON}],
        "shapes": [rectangle(2), rectangle(1, rotation=30, z_order=-2, occluded=True)],
        "tracks": [track((0, {}), (9, {"outside": True}))],
    }
    stored = api.put(url, body)
    assert stored.status == 200, stored
    read = api.get(url).json
    assert stored.json["version"] == read["version"] == 1
    assert [shape["frame"] for shape in read["shapes"]] == [1, 2]
    by_id = {shape["id"]: shape for shape in stored.json["shapes"]}
    assert by_id == {shape["id"]: shape for shape in read["shapes"]}
    assert read["tags"] == stored.json["tags"]
    assert read["tracks"] == stored.json["tracks"]
    assert read["shapes"][0]["rotation"] == 30
    assert read["shapes"][0]["source"] == "manual"


def test_ids_are_unique_over_all_kinds(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    skeleton = {
        "type": "skeleton", "frame": 0, "label_id": BODY,
        "elements": [{"type": "points", "frame": 0, "label_id": HEAD, "points": [1.0, 2.0]}],
    }  # fmt: skip
    body = {
        "tags": [{"frame": 0, "label_id": PERSON}], "shapes": [rectangle(), skeleton],
        "tracks": [track((0, {}), (5, {}))],
    }  # fmt: skip
    found = [_create(api, url, **body), _create(api, url, **body)]
    ids = [
        item["id"]
        for document in found
        for kind in ("tags", "shapes", "tracks")
        for outer in document[kind]
        for item in (outer, *outer.get("shapes", []), *outer.get("elements", []))
    ]
    assert len(ids) == len(set(ids)) == 14
    assert None not in ids


def test_put_replaces_everything(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    api.put(url, {"shapes": [rectangle(), rectangle()]})
    api.put(url, {"tags": [{"frame": 0, "label_id": CAR}]})
    read = api.get(url).json
    assert (len(read["tags"]), read["shapes"], read["version"]) == (1, [], 2)


def test_delete_empties_the_job(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    api.put(url, {"shapes": [rectangle()]})
    assert api.delete(url).status == 204
    assert api.get(url).json["shapes"] == []


def test_an_update_keeps_the_id(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    [shape] = _create(api, url, shapes=[rectangle()])["shapes"]
    changed = {**shape, "points": [0.0, 0.0, 5.0, 5.0]}
    answer = api.patch(url, {"shapes": [changed]}, action="update")
    assert answer.json["shapes"] == [changed]
    assert api.get(url).json["shapes"] == [changed]


def test_keyframes_keep_their_ids(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    [stored] = _create(api, url, tracks=[track((0, {}), (5, {}))])["tracks"]
    old = [shape["id"] for shape in stored["shapes"]]
    stored["shapes"].insert(1, {**stored["shapes"][0], "frame": 3, "id": None})
    api.patch(url, {"tracks": [stored]}, action="update")
    [read] = api.get(url).json["tracks"]
    new = [shape["id"] for shape in read["shapes"]]
    assert [new[0], new[2]] == old
    assert len(set(new)) == 3


def test_a_deleted_shape_does_not_come_back(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    shapes = _create(api, url, shapes=[rectangle(), rectangle(1)])["shapes"]
    gone = api.patch(url, {"shapes": shapes[:1]}, action="delete")
    assert gone.json["shapes"] == shapes[:1]
    late = api.patch(url, {"shapes": shapes}, action="update")
    assert late.json["shapes"] == shapes[1:]
    assert api.get(url).json["shapes"] == shapes[1:]


def test_deleting_what_is_not_there_changes_nothing(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    before = _create(api, url, shapes=[rectangle()])
    answer = api.patch(url, {"shapes": [rectangle(id=987654)]}, action="delete")
    assert (answer.status, answer.json["shapes"]) == (200, [])
    assert api.get(url).json["version"] == before["version"]


def test_ids_of_other_jobs_are_unknown(api: Api, make_task: Callable[..., Annotated]) -> None:
    task = make_task((0, 9), (10, 19))
    [shape] = _create(api, task.job_urls[0], shapes=[rectangle()])["shapes"]
    other = task.job_urls[1]
    api.patch(other, {"shapes": [{**shape, "frame": 12}]}, action="update")
    api.patch(other, {"shapes": [shape]}, action="delete")
    assert api.get(other).json["shapes"] == []
    assert api.get(task.job_urls[0]).json["shapes"] == [shape]


def test_missing_attributes_have_default_values(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    blue = {"spec_id": COLOR, "value": "blue"}
    parked = {"spec_id": PARKED, "value": "true"}
    _create(
        api, url,
        shapes=[rectangle(label_id=CAR, attributes=[blue])],
        tracks=[track((0, {"attributes": [parked]}), (4, {}), label_id=CAR)],
    )  # fmt: skip
    read = api.get(url).json
    values = {a["spec_id"]: a["value"] for a in read["shapes"][0]["attributes"]}
    assert values == {COLOR: "blue", PARKED: "false", LENGTH: "4", NOTE: ""}
    [found] = read["tracks"]
    assert {a["spec_id"]: a["value"] for a in found["attributes"]} == {COLOR: "red", LENGTH: "4"}
    for keyframe in found["shapes"]:
        assert {a["spec_id"]: a["value"] for a in keyframe["attributes"]} == {
            PARKED: "true", NOTE: "",
        }  # fmt: skip


@pytest.mark.parametrize("name", ["format", "filename", "location"])
def test_exports_are_elsewhere(api: Api, task: Annotated, name: str) -> None:
    assert api.get(task.job_urls[0], **{name: "x"}).status == 410


def test_what_the_client_has_is_not_sent_again(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    first = api.get(url).header("etag")
    assert first is not None
    known = {"if-none-match": first}
    assert api.call("GET", url, headers=known).status == 304
    _create(api, url, shapes=[rectangle()])
    answer = api.call("GET", url, headers=known)
    assert answer.status == 200
    assert answer.header("etag") != first


def test_a_save_marks_job_and_task_as_updated(api: Api, task: Annotated) -> None:
    before = task.updated
    _create(api, task.job_urls[0], shapes=[rectangle()])
    assert task.updated > before


def test_strangers_neither_read_nor_write(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    stranger = api.with_headers(user=str(STRANGER))
    assert stranger.get(url).status == 403
    assert stranger.put(url, {"shapes": [rectangle()]}).status == 403
    assert stranger.patch(url, {}, action="delete").status == 403
    assert stranger.post(f"{url}/changes", {}).status == 403
    assert stranger.delete(url).status == 403
    assert api.with_headers(user="0").get(url).status == 401
    assert api.get("/api/jobs/424242/annotations").status == 404
    assert api.get(url).json["version"] == 0
