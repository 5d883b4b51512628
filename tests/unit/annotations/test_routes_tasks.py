"""A task's annotations are those of its jobs. Frames 8 and 9 belong to two jobs here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.annotations import store
from tests.support.api import Api
from tests.unit.annotations.conftest import CAR, PERSON, Annotated, rectangle, track


@pytest.fixture
def shared(make_task: Callable[..., Annotated]) -> Annotated:
    """Two jobs that share two frames."""
    return make_task((0, 9), (8, 19))


def _shape(kind: str, points: list[float], frame: int = 8) -> dict[str, Any]:
    return {"type": kind, "frame": frame, "label_id": PERSON, "points": points}


EVERY_SHAPE = [
    rectangle(8),
    _shape("polygon", [0.0, 0.0, 30.0, 0.0, 15.0, 20.0]),
    _shape("polyline", [0.0, 0.0, 30.0, 0.0]),
    _shape("points", [4.0, 5.0]),
    _shape("ellipse", [50.0, 50.0, 80.0, 30.0]),
    _shape("mask", [0.0, 4.0, 1.0, 1.0, 2.0, 2.0]),
]


def _frames(objects: list[dict[str, Any]]) -> list[int]:
    return [item["frame"] for item in objects]


def test_objects_go_to_the_jobs_that_have_their_frames(api: Api, shared: Annotated) -> None:
    body = {
        "shapes": [rectangle(0), rectangle(8), rectangle(15), rectangle(20)],
        "tags": [{"frame": 9, "label_id": PERSON}],
    }
    assert api.put(shared.url, body).status == 200
    left, right = (api.get(url).json for url in shared.job_urls)
    assert _frames(left["shapes"]) == [0, 8]
    assert _frames(right["shapes"]) == [8, 15]
    assert _frames(left["tags"]) == _frames(right["tags"]) == [9]
    whole = api.get(shared.url).json
    assert _frames(whole["shapes"]) == [0, 8, 15]
    assert _frames(whole["tags"]) == [9]
    assert whole["version"] == 2


def test_reading_and_writing_back_changes_nothing(api: Api, shared: Annotated) -> None:
    """CVAT doubles polylines, points, ellipses and masks on shared frames each time."""
    body = {"shapes": EVERY_SHAPE, "tracks": [track((2, {}), (15, {}), (18, {"outside": True}))]}
    api.put(shared.url, body)
    before = _without_ids(api.get(shared.url).json)
    for _ in range(3):
        api.put(shared.url, _without_ids(api.get(shared.url).json))
    assert _without_ids(api.get(shared.url).json) == before
    assert len(before["shapes"]) == len(EVERY_SHAPE)
    assert len(before["tracks"]) == 1


def test_tracks_are_cut_and_joined(api: Api, shared: Annotated) -> None:
    far = {"points": [110.0, 20.0, 210.0, 220.0]}
    api.put(shared.url, {"tracks": [track((4, {}), (14, far), (16, {**far, "outside": True}))]})
    [left], [right] = (api.get(url).json["tracks"] for url in shared.job_urls)
    # The box moves by 10 pixels a frame, and each job says where it is at the cut.
    assert [(s["frame"], s["points"][0]) for s in left["shapes"]] == [(4, 10), (9, 60)]
    assert [(s["frame"], s["points"][0], s["outside"]) for s in right["shapes"]] == [
        (8, 50, False), (14, 110, False), (16, 110, True),
    ]  # fmt: skip
    [whole] = api.get(shared.url).json["tracks"]
    assert whole["id"] == left["id"]
    # Keyframes that only the cut made are not the task's.
    assert [s["frame"] for s in whole["shapes"]] == [4, 14, 16]


def test_a_track_ends_with_its_job(api: Api, shared: Annotated) -> None:
    api.put(shared.job_urls[0], {"tracks": [track((4, {}))]})
    [whole] = api.get(shared.url).json["tracks"]
    assert [(s["frame"], s["outside"]) for s in whole["shapes"]] == [(4, False), (10, True)]
    [own] = api.get(shared.job_urls[0]).json["tracks"]
    assert [s["frame"] for s in own["shapes"]] == [4]


def test_objects_of_different_people_on_a_shared_frame(api: Api, shared: Annotated) -> None:
    nearly = [11.0, 21.0, 111.0, 221.0]
    elsewhere = [500.0, 20.0, 600.0, 220.0]
    api.put(shared.job_urls[0], {"shapes": [rectangle(8), rectangle(9, label_id=CAR)]})
    api.put(
        shared.job_urls[1],
        {"shapes": [rectangle(8, points=nearly), rectangle(8, points=elsewhere), rectangle(9)]},
    )
    found = api.get(shared.url).json["shapes"]
    assert [(s["frame"], s["label_id"], s["points"][0]) for s in found] == [
        (8, PERSON, 10), (8, PERSON, 500), (9, CAR, 10), (9, PERSON, 10),
    ]  # fmt: skip


def test_an_update_reaches_every_copy(api: Api, shared: Annotated) -> None:
    [shape] = api.put(shared.url, {"shapes": [rectangle(8)]}).json["shapes"]
    answer = api.patch(shared.url, {"shapes": [{**shape, "label_id": CAR}]}, action="update")
    assert [s["id"] for s in answer.json["shapes"]] == [shape["id"]]
    for url in (shared.url, *shared.job_urls):
        assert [s["label_id"] for s in api.get(url).json["shapes"]] == [CAR]


def test_an_object_may_move_to_another_job(api: Api, shared: Annotated) -> None:
    [shape] = api.put(shared.url, {"shapes": [rectangle(2)]}).json["shapes"]
    api.patch(shared.url, {"shapes": [{**shape, "frame": 15}]}, action="update")
    left, right = (api.get(url).json["shapes"] for url in shared.job_urls)
    assert left == []
    assert [(s["id"], s["frame"]) for s in right] == [(shape["id"], 15)]


def test_deleting_drops_every_copy(api: Api, shared: Annotated) -> None:
    api.put(shared.url, {"shapes": EVERY_SHAPE, "tracks": [track((2, {}), (15, {}))]})
    whole = api.get(shared.url).json
    gone = {"shapes": whole["shapes"][:2], "tracks": whole["tracks"]}
    answer = api.patch(shared.url, gone, action="delete")
    assert answer.json["shapes"] == gone["shapes"]
    assert len(api.get(shared.url).json["shapes"]) == len(EVERY_SHAPE) - 2
    for url in shared.job_urls:
        read = api.get(url).json
        assert len(read["shapes"]) == len(EVERY_SHAPE) - 2
        assert read["tracks"] == []


def test_deleting_everything(api: Api, shared: Annotated) -> None:
    api.put(shared.url, {"shapes": [rectangle(0), rectangle(15)]})
    assert api.delete(shared.url).status == 204
    for url in (shared.url, *shared.job_urls):
        assert api.get(url).json["shapes"] == []


def test_a_replacement_of_many_jobs_is_seen_whole(
    api: Api, make_task: Callable[..., Annotated]
) -> None:
    task = make_task(*((k * 10, k * 10 + 9) for k in range(40)))
    api.put(task.url, {"shapes": [rectangle(frame) for frame in range(400)]})
    assert _frames(api.get(task.url).json["shapes"]) == list(range(400))
    api.put(task.url, {"tags": [{"frame": 399, "label_id": PERSON}]})
    read = api.get(task.url).json
    assert (read["shapes"], len(read["tags"])) == ([], 1)


def test_a_stale_client_is_told(api: Api, shared: Annotated) -> None:
    first = api.put(shared.url, {"shapes": [rectangle(0), rectangle(15)]}).json
    [one, two] = first["shapes"]
    api.patch(shared.job_urls[0], {"shapes": [{**one, "frame": 1}]}, action="update")
    stale = {"version": first["version"]}
    assert api.put(shared.url, {**stale, "shapes": []}).status == 409
    update = api.patch(shared.url, {**stale, "shapes": [one]}, action="update")
    assert update.status == 409
    assert [item["id"] for item in update.json["conflicts"]] == [one["id"]]
    fine = api.patch(shared.url, {**stale, "shapes": [{**two, "frame": 16}]}, action="update")
    assert fine.status == 200
    assert _frames(api.get(shared.url).json["shapes"]) == [1, 16]


def test_what_the_client_has_is_not_sent_again(api: Api, shared: Annotated) -> None:
    known = {"if-none-match": api.get(shared.url).header("etag") or ""}
    assert api.call("GET", shared.url, headers=known).status == 304
    api.put(shared.job_urls[1], {"shapes": [rectangle(15)]})
    assert api.call("GET", shared.url, headers=known).status == 200


def test_only_changed_jobs_move(api: Api, shared: Annotated) -> None:
    before = shared.updated
    api.patch(shared.url, {"shapes": [rectangle(0)]}, action="create")
    assert store.read_revisions(shared.jobs) == dict(zip(shared.jobs, [1, 0], strict=True))
    assert shared.updated > before


def _without_ids(document: dict[str, Any]) -> dict[str, Any]:
    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: strip(v) for k, v in value.items() if k not in {"id", "version"}}
        return [strip(item) for item in value] if isinstance(value, list) else value

    stripped: dict[str, Any] = strip(document)
    return stripped
