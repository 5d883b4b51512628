"""The history of one job: what is listed, what it was, what changed, and going back."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from chalicelib.accounts import users
from chalicelib.annotations import tasks
from chalicelib.annotations.revisions import page_cache
from chalicelib.annotations.revisions.cache import views
from chalicelib.platform import bucket, keys, table
from chalicelib.projects import store
from tests.support.api import Api
from tests.unit.annotations.conftest import (
    ADMIN,
    CAR,
    COLOR,
    LABELS,
    LENGTH,
    NOTE,
    PARKED,
    PERSON,
    STRANGER,
    Annotated,
    rectangle,
    track,
)
from tests.unit.annotations.history.conftest import create, without_version


def history(task: Annotated, *more: object) -> str:
    return "/".join([task.job_urls[0], "history", *map(str, more)])


def test_a_job_without_saves_has_no_history(api: Api, task: Annotated) -> None:
    assert api.get(history(task)).json == {
        "count": 0, "next": None, "previous": None, "results": []
    }  # fmt: skip


def test_saves_are_listed_newest_first(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    editor = api.with_headers(x_skylabel_client="browser")
    shapes = create(api, url, shapes=[rectangle(), rectangle(1)])["shapes"]
    api.patch(url, {"shapes": [{**shapes[0], "occluded": True}]}, action="update")
    editor.patch(url, {"shapes": shapes[1:]}, action="delete")
    api.put(url, {"tags": [{"frame": 0, "label_id": PERSON}]})
    found = api.get(history(task)).json
    assert found["count"] == 4
    rows = found["results"]
    assert [row["revision"] for row in rows] == [4, 3, 2, 1]
    numbers = [(row["created"], row["updated"], row["deleted"]) for row in rows]
    assert numbers == [(1, 0, 1), (0, 0, 1), (0, 1, 0), (2, 0, 0)]
    assert [row["replaced"] for row in rows] == [True, False, False, False]
    assert [row["overwrote"] for row in rows] == [True, False, False, False]
    assert [row["client"] for row in rows] == ["", "browser", "", ""]
    assert [row["created_date"] for row in rows] == sorted(
        (row["created_date"] for row in rows), reverse=True
    )
    assert all(row["size"] > 0 for row in rows)


def test_pages(api: Api, task: Annotated) -> None:
    for frame in range(5):
        create(api, task.job_urls[0], shapes=[rectangle(frame)])
    first = api.get(history(task), page_size=2).json
    assert [row["revision"] for row in first["results"]] == [5, 4]
    assert (first["count"], first["previous"]) == (5, None)
    assert first["next"].endswith("/annotations/history?page_size=2&page=2")
    last = api.get(history(task), page_size=2, page=3).json
    assert [row["revision"] for row in last["results"]] == [1]
    assert last["next"] is None
    everything = api.get(history(task), page_size="all").json
    assert [row["revision"] for row in everything["results"]] == [5, 4, 3, 2, 1]
    assert api.get(history(task), page=9).status == 404
    assert api.get(history(task), page="x").status == 404


def test_each_revision_is_read_as_it_was(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    read = [api.get(url).json]
    create(
        api, url, tags=[{"frame": 3, "label_id": PERSON}],
        shapes=[rectangle(), rectangle(2, label_id=CAR)],
        tracks=[track((0, {}), (9, {"outside": True}))],
    )  # fmt: skip
    read.append(api.get(url).json)
    shape = read[-1]["shapes"][0]
    api.patch(url, {"shapes": [{**shape, "points": [0.0, 0.0, 1.0, 1.0]}]}, action="update")
    read.append(api.get(url).json)
    api.put(url, {"shapes": [rectangle(5)]})
    read.append(api.get(url).json)
    api.delete(url)
    read.append(api.get(url).json)
    for number, document in enumerate(read):
        answer = api.get(history(task, number))
        assert answer.status == 200
        assert answer.json == document


def test_defaults_are_completed(api: Api, task: Annotated) -> None:
    blue = {"spec_id": COLOR, "value": "blue"}
    create(api, task.job_urls[0], shapes=[rectangle(label_id=CAR, attributes=[blue])])
    [shape] = api.get(history(task, 1)).json["shapes"]
    [added] = api.get(history(task, 1, "diff")).json["created"]
    for found in (shape, added):
        values = {value["spec_id"]: value["value"] for value in found["attributes"]}
        assert values == {COLOR: "blue", PARKED: "false", LENGTH: "4", NOTE: ""}


def test_a_revision_never_changes(api: Api, task: Annotated) -> None:
    create(api, task.job_urls[0], shapes=[rectangle()])
    for path in (history(task, 1), history(task, 1, "diff")):
        first = api.get(path)
        known = {"if-none-match": str(first.header("etag"))}
        create(api, task.job_urls[0], shapes=[rectangle()])
        assert api.call("GET", path, headers=known).status == 304


def test_what_changed(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    stored = create(api, url, shapes=[rectangle(), rectangle(1)], tracks=[track((0, {}))])
    moved = {**stored["shapes"][0], "points": [0.0, 0.0, 1.0, 1.0]}
    body = {
        "version": 1, "update": [{**moved, "kind": "shape"}], "delete": [stored["tracks"][0]["id"]],
        "create": [{"kind": "tag", "frame": 4, "label_id": PERSON, "client_id": "a"}],
    }  # fmt: skip
    assert api.post(f"{url}/changes", body).status == 200
    found = api.get(history(task, 2, "diff")).json
    assert (found["revision"], found["against"]) == (2, 1)
    [tag] = found["created"]
    assert (tag["kind"], tag["frame"], tag["label_id"]) == ("tag", 4, PERSON)
    before = {"kind": "shape", **stored["shapes"][0]}
    after = {"kind": "shape", **moved}
    assert found["updated"] == [
        {"id": moved["id"], "kind": "shape", "before": before, "after": after}
    ]
    assert found["deleted"] == [{"kind": "track", **stored["tracks"][0]}]
    back = api.get(history(task, 1, "diff"), against=2).json
    assert back["created"] == found["deleted"]
    assert back["deleted"] == found["created"]
    assert back["updated"] == [
        {"id": moved["id"], "kind": "shape", "before": after, "after": before}
    ]
    assert api.get(history(task, 2, "diff"), against=2).json["updated"] == []
    from_nothing = api.get(history(task, 2, "diff"), against=0).json
    assert len(from_nothing["created"]) == 3
    assert (from_nothing["updated"], from_nothing["deleted"]) == ([], [])


def test_what_a_replacement_dropped(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    [old] = create(api, url, shapes=[rectangle()])["shapes"]
    [new] = api.put(url, {"shapes": [rectangle(1)]}).json["shapes"]
    found = api.get(history(task, 2, "diff")).json
    assert [item["id"] for item in found["created"]] == [new["id"]]
    assert [item["id"] for item in found["deleted"]] == [old["id"]]


def test_restoring(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    stored = create(
        api, url, shapes=[rectangle(), rectangle(1)], tracks=[track((0, {}), (5, {}), (9, {}))]
    )
    before = api.get(url).json
    [moving] = stored["tracks"]
    api.patch(url, {"tracks": [{**moving, "shapes": moving["shapes"][:1]}]}, action="update")
    api.patch(url, {"shapes": stored["shapes"][:1]}, action="delete")
    create(api, url, shapes=[rectangle(2)])
    replaced = api.get(url).json
    answer = api.post(history(task, 1, "restore"))
    assert answer.status == 200, answer
    assert answer.json == {
        "version": 5, "restored": 1, "created": 1, "updated": 1, "deleted": 1, "left_out": 0
    }  # fmt: skip
    now = api.get(url).json
    assert now == {**before, "version": 5}
    row = api.get(history(task)).json["results"][0]
    assert row["message"] == "Restored revision 1"
    assert (row["created"], row["updated"], row["deleted"]) == (1, 1, 1)
    assert (row["replaced"], row["overwrote"]) == (False, False)
    assert api.post(history(task, 4, "restore")).status == 200
    assert without_version(api.get(url).json) == without_version(replaced)


def test_restoring_what_is_there_changes_nothing(api: Api, task: Annotated) -> None:
    create(api, task.job_urls[0], shapes=[rectangle()])
    answer = api.post(history(task, 1, "restore")).json
    assert (answer["version"], answer["created"], answer["updated"]) == (1, 0, 0)
    assert api.get(history(task)).json["count"] == 1


def test_restoring_marks_job_and_task_as_updated(api: Api, task: Annotated) -> None:
    create(api, task.job_urls[0], shapes=[rectangle()])
    before = task.updated
    api.post(history(task, 0, "restore"))
    assert task.updated > before


def test_restoring_what_others_have_changed(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    create(api, url, shapes=[rectangle()])
    create(api, url, shapes=[rectangle(1)])
    late = api.post(history(task, 0, "restore"), {"version": 1})
    assert late.status == 409
    assert late.json["version"] == 2
    assert api.get(url).json["version"] == 2
    assert api.post(history(task, 0, "restore"), {"version": 3}).status == 400
    assert api.post(history(task, 0, "restore"), {"version": 2}).json["version"] == 3
    assert api.get(url).json["shapes"] == []


def test_restoring_begins_anew_when_someone_saves_meanwhile(
    api: Api, task: Annotated, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = task.job_urls[0]
    create(api, url, shapes=[rectangle()])
    wanted = api.get(url).json
    create(api, url, shapes=[rectangle(1)])
    saves = tasks.save
    meanwhile = [rectangle(2), rectangle(3)]

    def disturbed(*arguments: Any) -> Any:
        if meanwhile:
            create(api, url, shapes=[meanwhile.pop()])
        return saves(*arguments)

    monkeypatch.setattr(tasks, "save", disturbed)
    answer = api.post(history(task, 1, "restore"))
    assert answer.status == 200, answer
    assert answer.json["version"] == 5
    assert without_version(api.get(url).json) == without_version(wanted)


def test_a_repeated_restore_is_applied_once(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    create(api, url, shapes=[rectangle()])
    keyed = api.with_headers(idempotency_key="k")
    first = keyed.post(history(task, 0, "restore"))
    assert first.json["version"] == 2
    assert keyed.post(history(task, 0, "restore")).json == first.json
    create(api, url, shapes=[rectangle(1)])
    assert keyed.post(history(task, 0, "restore")).json == first.json
    assert len(api.get(url).json["shapes"]) == 1
    assert keyed.post(history(task, 1, "restore")).status == 400


def test_objects_of_deleted_labels_are_left_out(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    create(api, url, shapes=[rectangle(), rectangle(1, label_id=CAR)])
    api.delete(url)
    record = table.load(keys.task(task.id), keys.LABELS)
    assert record is not None
    record.blob = store.pack_labels([label for label in LABELS if label.id != CAR])
    table.commit(table.Update(record))
    answer = api.post(history(task, 1, "restore")).json
    assert (answer["created"], answer["left_out"]) == (1, 1)
    assert [shape["label_id"] for shape in api.get(url).json["shapes"]] == [PERSON]
    message = api.get(history(task)).json["results"][0]["message"]
    assert message == "Restored revision 1; 1 objects of deleted labels left out"


def test_what_went_to_another_job_gets_a_new_id(
    api: Api, make_task: Callable[..., Annotated]
) -> None:
    task = make_task((0, 9), (10, 19))
    [shape] = create(api, task.job_urls[0], shapes=[rectangle()])["shapes"]
    moved = {**shape, "frame": 12}
    assert api.patch(task.url, {"shapes": [moved]}, action="update").status == 200
    assert [one["id"] for one in api.get(task.job_urls[1]).json["shapes"]] == [shape["id"]]
    assert api.post(history(task, 1, "restore")).json["created"] == 1
    [restored] = api.get(task.job_urls[0]).json["shapes"]
    assert restored["id"] != shape["id"]
    assert {**restored, "id": shape["id"]} == shape


def test_the_history_of_an_object(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    [shape, other] = create(api, url, shapes=[rectangle(), rectangle(1)])["shapes"]
    api.patch(url, {"shapes": [{**other, "z_order": 1}]}, action="update")
    changed = {**shape, "occluded": True}
    api.patch(url, {"shapes": [changed]}, action="update")
    api.put(url, {"shapes": [rectangle(5)]})
    api.put(url, {"shapes": [rectangle(6)]})
    api.post(history(task, 3, "restore"))
    api.patch(url, {"shapes": [shape]}, action="delete")
    found = api.get(history(task), object=shape["id"]).json
    rows = [(row["revision"], row["action"], row["object"]) for row in found["results"]]
    kind = {"kind": "shape"}
    assert rows == [
        (7, "deleted", None),
        (6, "created", kind | changed),
        (4, "deleted", None),
        (3, "updated", kind | changed),
        (1, "created", kind | shape),
    ]
    assert found["count"] == 5
    second = api.get(history(task), object=shape["id"], page_size=2, page=2).json
    assert [row["revision"] for row in second["results"]] == [4, 3]
    assert api.get(history(task), object=424242).json["count"] == 0


@pytest.mark.parametrize("more", [[], ["diff"]])
def test_revisions_that_never_were(api: Api, task: Annotated, more: list[str]) -> None:
    create(api, task.job_urls[0], shapes=[rectangle()])
    for number in (2, 10**9, 10**40):
        answer = api.get(history(task, number, *more))
        assert answer.status == 404
        assert "There is no revision" in answer.json["detail"]
    for text in ("-1", "x", "1.5", "١", "1e3", " "):
        answer = api.get(history(task, text, *more))
        assert answer.status == 400, (text, answer)
        assert list(answer.json) == ["revision"]


def test_nonsense_is_named(api: Api, task: Annotated) -> None:
    create(api, task.job_urls[0], shapes=[rectangle()])
    for value in ("-1", "x", "1.5"):
        answer = api.get(history(task, 1, "diff"), against=value)
        assert (answer.status, list(answer.json)) == (400, ["against"])
        answer = api.get(history(task), object=value)
        assert (answer.status, list(answer.json)) == (400, ["object"])
        answer = api.post(history(task, value, "restore"))
        assert (answer.status, list(answer.json)) == (400, ["revision"])
    assert api.get(history(task, 1, "diff"), against=2).status == 404
    assert api.post(history(task, 2, "restore")).status == 404
    assert api.post(history(task, 1, "restore"), {"version": -1}).status == 400
    assert api.post(history(task, 1, "restore"), {"version": "x"}).status == 400
    assert api.get(task.job_urls[0]).json["version"] == 1


def test_strangers_neither_see_nor_restore(api: Api, task: Annotated) -> None:
    create(api, task.job_urls[0], shapes=[rectangle()])
    for client, status in ((api.with_headers(user=str(STRANGER)), 403),
                           (api.with_headers(user="0"), 401)):  # fmt: skip
        assert client.get(history(task)).status == status
        assert client.get(history(task, 1)).status == status
        assert client.get(history(task, 1, "diff")).status == status
        assert client.get(history(task), object=1).status == status
        assert client.post(history(task, 0, "restore")).status == status
    assert api.get("/api/jobs/424242/annotations/history").status == 404
    assert api.get(task.job_urls[0]).json["version"] == 1


def test_who_saved_is_named(api: Api, task: Annotated) -> None:
    person = users.create("marie", "no password", groups=("admin",))
    marie = api.with_headers(user=str(ADMIN))
    assert person.id == ADMIN
    create(marie, task.job_urls[0], shapes=[rectangle()])
    create(api, task.job_urls[0], shapes=[rectangle()])
    nobody, named = api.get(history(task)).json["results"]
    assert nobody["owner"] is None
    assert (named["owner"]["id"], named["owner"]["username"]) == (ADMIN, "marie")


def test_a_revision_of_which_something_is_missing(api: Api, task: Annotated) -> None:
    url = task.job_urls[0]
    places = Random(1)
    many = [rectangle(points=[places.random() for _ in range(4)]) for _ in range(10_000)]
    create(api, url, shapes=many)
    [shape, *_] = api.get(url).json["shapes"]
    api.put(url, {"shapes": [rectangle()]})
    lost = [key for key, _ in bucket.listing(f"annotations/{task.jobs[0]}/")]
    assert lost
    bucket.delete(*lost)
    views.clear()
    page_cache.clear()
    for path in (history(task, 1), history(task, 2, "diff")):
        answer = api.get(path)
        assert (answer.status, list(answer.json)) == (410, ["detail"])
        assert "missing" in answer.json["detail"]
        assert "annotations/" not in answer.json["detail"]
    assert api.get(history(task), object=shape["id"]).status == 410
    assert api.post(history(task, 1, "restore")).status == 410
    assert api.get(history(task, 2)).status == 200
    assert api.get(history(task)).json["count"] == 2
