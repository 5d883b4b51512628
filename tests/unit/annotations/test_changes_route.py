"""The editor's save: atomic, repeatable, and aware of what others did."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Answer, Api
from tests.unit.annotations.conftest import CAR, PERSON, Annotated, rectangle, track


@pytest.fixture
def url(task: Annotated) -> str:
    return task.job_urls[0]


def _save(api: Api, url: str, key: str | None = None, **changes: Any) -> Answer:
    headers = {"idempotency-key": key} if key else {}
    return api.call("POST", f"{url}/changes", changes, headers=headers)


def _new(client_id: str, kind: str = "shape", **fields: Any) -> dict[str, Any]:
    body = {"shape": rectangle, "tag": _tag, "track": _track}[kind](**fields)
    return {"client_id": client_id, "kind": kind, **body}


def _tag(**fields: Any) -> dict[str, Any]:
    return {"frame": 0, "label_id": PERSON, **fields}


def _track(**fields: Any) -> dict[str, Any]:
    return track((0, {}), (5, {}), **fields)


def _changed(kind: str, stored: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"kind": kind, **stored, **fields}


def test_new_objects_get_ids_by_the_names_that_the_client_gave(api: Api, url: str) -> None:
    # In an order that is not that of kinds.
    answer = _save(
        api, url, version=0,
        create=[_new("c", "track"), _new("a", frame=4), _new("b", "tag", label_id=CAR)],
    )  # fmt: skip
    assert answer.status == 200, answer
    ids = answer.json["ids"]
    read = api.get(url).json
    assert answer.json["version"] == read["version"] == 1
    assert [item["id"] for item in read["tracks"]] == [ids["c"]]
    assert [(item["id"], item["frame"]) for item in read["shapes"]] == [(ids["a"], 4)]
    assert [(item["id"], item["label_id"]) for item in read["tags"]] == [(ids["b"], CAR)]
    assert not {"kind", "client_id"} & set(read["shapes"][0])


def test_everything_in_one_save(api: Api, url: str) -> None:
    first = _save(api, url, create=[_new("a"), _new("b"), _new("c", "tag")]).json
    [one, two] = api.get(url).json["shapes"]
    second = _save(
        api, url, version=first["version"], create=[_new("d", frame=9)],
        update=[_changed("shape", one, frame=7)], delete=[two["id"], first["ids"]["c"]],
    )  # fmt: skip
    read = api.get(url).json
    assert second.json["version"] == read["version"] == 2
    assert [(item["id"], item["frame"]) for item in read["shapes"]] == [
        (one["id"], 7), (second.json["ids"]["d"], 9),
    ]  # fmt: skip
    assert read["tags"] == []


def test_a_repeated_save_is_applied_once(api: Api, url: str) -> None:
    first = _save(api, url, "k1", create=[_new("a"), _new("b", "tag")])
    _save(api, url, "k2", version=1, create=[_new("other")])
    again = _save(api, url, "k1", create=[_new("a"), _new("b", "tag")])
    assert again.json == first.json
    assert len(api.get(url).json["shapes"]) == 2
    assert api.get(url).json["version"] == 2


def test_a_repeated_save_is_no_conflict_with_itself(api: Api, url: str) -> None:
    start = _save(api, url, create=[_new("a"), _new("b")]).json
    [one, two] = api.get(url).json["shapes"]
    wanted: dict[str, Any] = {
        "version": start["version"], "update": [_changed("shape", one, frame=3)],
        "delete": [two["id"]],
    }  # fmt: skip
    first = _save(api, url, "k", **wanted)
    again = _save(api, url, "k", **wanted)
    assert (first.status, again.status) == (200, 200)
    assert again.json == first.json
    assert api.get(url).json["version"] == 2


def test_a_key_belongs_to_one_request(api: Api, url: str) -> None:
    _save(api, url, "k", create=[_new("a")])
    answer = _save(api, url, "k", create=[_new("b")])
    assert answer.status == 400
    assert "Idempotency-Key" in answer.body.decode()
    assert len(api.get(url).json["shapes"]) == 1
    assert _save(api, url, "x" * 300, create=[]).status == 400


def test_a_key_makes_any_write_repeatable(api: Api, task: Annotated) -> None:
    for url in (task.url, task.job_urls[0]):
        key = {"idempotency-key": f"create {url}"}
        body = {"shapes": [rectangle()]}
        answers = [
            api.call("PATCH", url, body, query={"action": "create"}, headers=key) for _ in range(2)
        ]
        assert answers[0].json == answers[1].json
    assert len(api.get(task.url).json["shapes"]) == 2


def test_changes_of_different_objects_merge(api: Api, url: str) -> None:
    _save(api, url, create=[_new("a"), _new("b")])
    [one, two] = api.get(url).json["shapes"]
    mine = _save(api, url, version=1, update=[_changed("shape", one, frame=3)])
    theirs = _save(
        api, url, version=1, update=[_changed("shape", two, frame=4)], create=[_new("c", frame=5)]
    )
    assert (mine.status, theirs.status) == (200, 200)
    assert [item["frame"] for item in api.get(url).json["shapes"]] == [3, 4, 5]


def test_a_conflict_names_the_objects_and_saves_nothing(api: Api, url: str) -> None:
    _save(api, url, create=[_new("a"), _new("b"), _new("c", "track"), _new("d", "tag")])
    start = api.get(url).json
    [one, two], [path], [tag] = start["shapes"], start["tracks"], start["tags"]
    moved = _changed("shape", one, frame=3)
    _save(api, url, version=1, update=[moved], delete=[two["id"], path["id"]])
    answer = _save(
        api, url, version=1, create=[_new("mine")], delete=[one["id"], two["id"]],
        update=[_changed("shape", two, frame=8), _changed("track", path),
                _changed("tag", tag, frame=9)],
    )  # fmt: skip
    assert answer.status == 409
    assert answer.json["version"] == 2
    assert answer.json["detail"]
    conflicts = {item["id"]: (item["kind"], item["server"]) for item in answer.json["conflicts"]}
    assert conflicts == {
        one["id"]: ("shape", {**one, "frame": 3}), two["id"]: ("shape", None),
        path["id"]: ("track", None),
    }  # fmt: skip
    assert api.get(url).json["version"] == 2


def test_two_who_delete_the_same_agree(api: Api, url: str) -> None:
    _save(api, url, create=[_new("a")])
    [one] = api.get(url).json["shapes"]
    for _ in range(2):
        assert _save(api, url, version=1, delete=[one["id"]]).status == 200


def test_a_replaced_document_conflicts_with_every_update(api: Api, url: str) -> None:
    _save(api, url, create=[_new("a")])
    [one] = api.get(url).json["shapes"]
    api.put(url, {"shapes": [rectangle()]})
    answer = _save(api, url, version=1, update=[_changed("shape", one)])
    assert answer.status == 409
    assert [item["server"] for item in answer.json["conflicts"]] == [None]


def test_a_stale_put_is_refused_if_the_client_says_what_it_has(api: Api, url: str) -> None:
    api.put(url, {"shapes": [rectangle()]})
    api.put(url, {"version": 1, "shapes": [rectangle(1)]})
    stale = api.put(url, {"version": 1, "shapes": []})
    assert (stale.status, stale.json["version"]) == (409, 2)
    assert len(api.get(url).json["shapes"]) == 1
    assert api.put(url, {"shapes": []}).status == 200


def test_a_stale_patch_is_refused_if_the_client_says_what_it_has(api: Api, url: str) -> None:
    one, two = api.put(url, {"shapes": [rectangle(), rectangle()]}).json["shapes"]
    api.patch(url, {"shapes": [{**one, "frame": 1}]}, action="update")
    stale = {"version": 1, "shapes": [{**one, "label_id": CAR}]}
    answer = api.patch(url, stale, action="update")
    assert answer.status == 409
    assert [item["id"] for item in answer.json["conflicts"]] == [one["id"]]
    assert api.patch(url, {"version": 1, "shapes": [two]}, action="delete").status == 200
    assert api.patch(url, {**stale, "version": 0}, action="update").status == 200
    [read] = api.get(url).json["shapes"]
    assert (read["frame"], read["label_id"]) == (0, CAR)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"create": [rectangle()]}, "create"),
        ({"create": [{"kind": "shape", **rectangle()}]}, "create"),
        ({"create": [_new("a") | {"kind": "blob"}]}, "create"),
        ({"create": [_new("a", id=3)]}, "create"),
        ({"create": [_new("a", points=[1.0])]}, "create"),
        ({"create": [_new("a", label_id=999)]}, "create"),
        ({"update": [_changed("shape", rectangle())]}, "update"),
        ({"update": [_changed("shape", rectangle(id=3, label_id=999))]}, "update"),
        ({"delete": ["a"]}, "delete"),
        ({"version": 5}, "version"),
    ],
)
def test_bad_changes_are_named(api: Api, url: str, changes: dict[str, Any], field: str) -> None:
    answer = _save(api, url, **changes)
    assert answer.status == 400
    assert field in answer.json
    assert api.get(url).json["version"] == 0
