"""Values that are wrong, on the wire: each refused with a message, each changing nothing."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from chalicelib.platform.http import Route
from tests.client.bad_input.paths import ROUTES, ids_of, named
from tests.support.processes import resident_megabytes
from tests.support.wire import Client

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.bad_input.estate import Estate
    from tests.support.server import Server
    from tests.support.wire import Person

WITH_BODY = [route for route in ROUTES if route.body is not None]

WRITES: tuple[tuple[str, dict[str, Any]], ...] = (("PUT", {}), ("PATCH", {"action": "create"}))

#: What is wrong → the rectangle, the fields of a good one given, and a word of the message.
WRONG: dict[str, tuple[Callable[[Estate], dict[str, Any]], str]] = {
    "frame of the wrong type": (lambda e: {"frame": "zero"}, "frame"),
    "points of the wrong type": (lambda e: {"points": "10,10,20,20"}, "points"),
    "label of the wrong type": (lambda e: {"label_id": "cat"}, "label_id"),
    "type that is none": (lambda e: {"type": "circle"}, "type"),
    "unknown label": (lambda e: {"label_id": 999_999_999}, "label"),
    "label of another task": (lambda e: {"label_id": e.foreign_label_id}, "label"),
    "three numbers": (lambda e: {"points": [1.0, 2.0, 3.0]}, "points"),
    "five numbers": (lambda e: {"points": [1.0] * 5}, "points"),
    "no numbers": (lambda e: {"points": []}, "points"),
    "polygon of two points": (lambda e: {"type": "polygon", "points": [1.0] * 4}, "points"),
    "null among the points": (lambda e: {"points": [1.0, None, 2.0, 3.0]}, "points"),
    "frame below zero": (lambda e: {"frame": -1}, "frame"),
    "mask that does not fill its box": (
        lambda e: {"type": "mask", "points": [0, 3, 0, 0, 1, 1]}, "runs of a mask",
    ),
    "coordinates beyond all pictures": (lambda e: {"points": [0, 0, 1e300, 1]}, "points"),
    "elements of no skeleton": (
        lambda e: {"elements": [{"type": "points", "frame": 0, "label_id": 1, "points": [1, 2]}]},
        "elements",
    ),
    "attribute that is none": (
        lambda e: {"attributes": [{"spec_id": 999_999_999, "value": "x"}]}, "attributes",
    ),
}  # fmt: skip


@pytest.mark.parametrize("place", ["annotations", "task_annotations"])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_bad_object_is_named_and_nothing_of_the_document_is_stored(
    wrong: str, place: str, unchanged: Estate
) -> None:
    fields, word = WRONG[wrong]
    path = getattr(unchanged, place)
    # A good one beside it: nothing of the document may arrive.
    body = {"shapes": [unchanged.shape(), unchanged.shape(**fields(unchanged))]}
    for method, query in WRITES:
        answer = unchanged.owner.call(method, path, body, **query)
        assert answer.status == 400, answer
        assert word in answer.message
        assert "[1]" in answer.message


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e400", b'"nan"'])
@pytest.mark.parametrize("place", ["annotations", "task_annotations"])
def test_numbers_that_are_none(number: bytes, place: str, unchanged: Estate) -> None:
    good = msgspec.json.encode({"shapes": [unchanged.shape(points=[1.5, 2.0, 3.0, 4.0])]})
    body = good.replace(b"1.5", number)
    for method, query in WRITES:
        answer = unchanged.owner.call(method, getattr(unchanged, place), body, **query)
        assert answer.status == 400, answer
        assert answer.message


def test_the_sdk_sends_nan_and_is_told(unchanged: Estate) -> None:
    """Python's own JSON writes NaN, which is not JSON: the SDK sends it as it is."""
    body = json.dumps({"shapes": [unchanged.shape(points=[float("nan"), 1, 2, 3])]}).encode()
    answer = unchanged.owner.call("PUT", unchanged.annotations, body)
    assert answer.status == 400
    assert "JSON" in answer.message


#: Encodings that are not the one of JSON, and what a client may say of them.
ENCODED: dict[str, tuple[Callable[[bytes], bytes], dict[str, str]]] = {
    "utf-16": (lambda body: body.decode().encode("utf-16"), {}),
    "utf-16, said": (
        lambda body: body.decode().encode("utf-16"),
        {"Content-Type": "application/json; charset=utf-16"},
    ),
    "utf-32": (lambda body: body.decode().encode("utf-32"), {}),
    "a byte order mark": (lambda body: b"\xef\xbb\xbf" + body, {}),
    "latin-1": (lambda body: body.replace(b"manual", b"caf\xe9"), {}),
    "half a character": (lambda body: body.replace(b"manual", b"caf\xc3"), {}),
    "half a surrogate pair": (lambda body: body.replace(b"manual", b"\\ud800"), {}),
    "gzip": (gzip.compress, {"Content-Encoding": "gzip"}),
    "gzip, not said": (gzip.compress, {}),
    "deflate": (zlib.compress, {"Content-Encoding": "deflate"}),
}


@pytest.mark.parametrize("encoding", ENCODED)
def test_bodies_in_other_encodings(encoding: str, unchanged: Estate) -> None:
    encode, headers = ENCODED[encoding]
    good = msgspec.json.encode({"shapes": [unchanged.shape(source="manual")]})
    for path in (unchanged.annotations, unchanged.task_annotations):
        for method, query in WRITES:
            answer = unchanged.owner.call(method, path, encode(good), headers, **query)
            assert answer.status == 400, answer
            assert "JSON parse error" in answer.message
    change = {"create": [unchanged.shape(source="manual") | {"kind": "shape", "client_id": "a"}]}
    body = encode(msgspec.json.encode(change))
    answer = unchanged.owner.call("POST", f"{unchanged.annotations}/changes", body, headers)
    assert answer.status == 400, answer


def test_a_polygon_of_a_million_points(unchanged: Estate, server: Server) -> None:
    numbers = b",".join([b"12,34"] * 1_000_000)
    good = msgspec.json.encode({"shapes": [unchanged.shape(type="polygon", points=[])]})
    body = good.replace(b'"points":[]', b'"points":[' + numbers + b"]")
    before = resident_megabytes(server.pid)
    for path in (unchanged.annotations, unchanged.task_annotations):
        for method, query in WRITES:
            answer = unchanged.owner.call(method, path, body, **query)
            assert answer.status == 400, answer
            assert "A polygon has at most 500000 numbers, not 2000000." in answer.message
    assert resident_megabytes(server.pid) - before < 300


def test_a_mask_of_400_kilobytes(estate: Estate) -> None:
    """One row of 200,000 runs, stored and answered to the last run."""
    runs = [1 + number % 9 for number in range(200_000)]
    mask = estate.shape(type="mask", points=[*runs, 0, 0, sum(runs) - 1, 0])
    before = estate.owner.made("GET", estate.annotations)["shapes"]
    made = estate.owner.made("PATCH", estate.annotations, {"shapes": [mask]}, action="create")
    for path in (estate.annotations, estate.task_annotations):
        found = estate.owner.made("GET", path)["shapes"]
        assert mask["points"] in [shape["points"] for shape in found]
    estate.owner.made("PATCH", estate.annotations, made, action="delete")
    assert estate.owner.made("GET", estate.annotations)["shapes"] == before


@pytest.mark.parametrize("route", WITH_BODY, ids=named)
def test_a_body_that_is_no_object(route: Route, unchanged: Estate, server: Server) -> None:
    path = route.path.format(**ids_of(route, unchanged))
    who: Client = Client(server.url) if route.public else unchanged.owner
    query: dict[str, Any] = {"action": "create"} if "action" in route.query else {}
    for body in (b"{", b"[]", b"5", b'"text"', b"null", b"\xff\xfe", b'{"a":NaN}', b"[" * 90_000):
        answer = who.call(route.method, path, body, **query)
        assert answer.status == 400, (body[:9], answer)
        assert answer.message


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "*"])
def test_other_kinds_of_body_end_in_an_answer(content_type: str, unchanged: Estate) -> None:
    headers = {"Content-Type": content_type}
    answer = unchanged.owner.call("POST", "/api/tasks", b"\xff=\xfe&name", headers)
    assert answer.status in {400, 415}, answer
    assert answer.message


OBJECTS: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/api/tasks", {"name": 5}),
    ("POST", "/api/tasks", {"name": ""}),
    ("POST", "/api/tasks", {"name": "x" * 300}),
    ("POST", "/api/tasks", {"name": "t", "labels": "cat"}),
    ("POST", "/api/tasks", {"name": "t", "labels": [{"name": "a"}, {"name": "a"}]}),
    ("POST", "/api/tasks", {"name": "t", "labels": [{"name": "a", "type": "blob"}]}),
    ("POST", "/api/tasks", {"name": "t", "segment_size": -1}),
    ("POST", "/api/tasks", {"name": "t", "segment_size": 1.5}),
    ("POST", "/api/tasks", {"name": "t", "overlap": 10**20}),
    ("POST", "/api/tasks", {"name": "t", "project_id": 999_999_999}),
    ("POST", "/api/tasks", {"name": "t", "project_id": "one"}),
    ("POST", "/api/projects", {"name": None}),
    ("POST", "/api/projects", {"name": "p", "labels": [{"name": ""}]}),
    ("POST", "/api/projects", {"name": "p", "labels": [{"name": "a", "color": "no colour"}]}),
    ("PATCH", "/api/tasks/{task_id}", {"name": ""}),
    ("PATCH", "/api/jobs/{job_id}", {"state": "nearly done"}),
    ("PATCH", "/api/jobs/{job_id}", {"stage": 3}),
    ("PATCH", "/api/labels/{label_id}", {"name": "boat"}),
    ("PATCH", "/api/labels/{label_id}", {"name": ""}),
    ("PATCH", "/api/projects/{project_id}", {"labels": [{"id": 999_999_999, "deleted": True}]}),
    ("PATCH", "/api/projects/{project_id}", {"name": ["list"]}),
    ("PATCH", "/api/tasks/{task_id}/data/meta", {"deleted_frames": [3]}),
    ("PATCH", "/api/tasks/{task_id}/data/meta", {"deleted_frames": [-1]}),
    ("PATCH", "/api/tasks/{task_id}/data/meta", {"deleted_frames": [0, 0]}),
    ("PATCH", "/api/jobs/{job_id}/data/meta", {"deleted_frames": ["first"]}),
    ("POST", "/api/auth/access_tokens", {"name": 7}),
    ("POST", "/api/tasks/{open_task_id}/data/uploads", {"name": "a.jpg", "size": -1}),
    ("POST", "/api/tasks/{open_task_id}/data/uploads", {"name": "a.jpg", "size": 0}),
    ("POST", "/api/tasks/{open_task_id}/data/", {"image_quality": 500}),
    ("POST", "/api/tasks/{open_task_id}/data/", {"chunk_size": -2}),
    ("POST", "/api/tasks/{open_task_id}/data/", {"frame_filter": "every other"}),
]


@pytest.mark.parametrize(("method", "path", "body"), OBJECTS)
def test_fields_that_are_wrong(
    method: str, path: str, body: dict[str, Any], unchanged: Estate
) -> None:
    answer = unchanged.owner.call(method, path.format(**vars(unchanged)), body)
    assert answer.status == 400, answer
    assert answer.message


@pytest.mark.parametrize(
    ("method", "path", "field"),
    [
        ("POST", "/api/tasks", "assignee_id"),
        ("POST", "/api/projects", "owner_id"),
        ("PATCH", "/api/tasks/{task_id}", "assignee_id"),
        ("PATCH", "/api/tasks/{task_id}", "owner_id"),
        ("PATCH", "/api/jobs/{job_id}", "assignee"),
    ],
)
def test_people_whom_one_may_not_see_exist_or_not(
    method: str, path: str, field: str, unchanged: Estate, stranger: Person
) -> None:
    """The same answer for both: nobody finds out who has an account here."""
    path = path.format(**vars(unchanged))
    answers = [
        unchanged.owner.call(method, path, {"name": "t", field: someone})
        for someone in (stranger.id, 999_999_999)
    ]
    assert [answer.status for answer in answers] == [403, 403]
    assert answers[0].body == answers[1].body


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("frame", {"number": 3}),
        ("frame", {"number": -1}),
        ("frame", {"number": 10**30}),
        ("frame", {"number": "one"}),
        ("frame", {"number": "1.0"}),
        ("frame", {}),
        ("frame", {"number": 0, "quality": "best"}),
        ("chunk", {"number": 1}),
        ("chunk", {"number": -1}),
        ("chunk", {"number": 10**30}),
        ("smell", {"number": 0}),
    ],
)
def test_frames_and_chunks_out_of_range(
    kind: str, fields: dict[str, Any], unchanged: Estate
) -> None:
    for path in (f"/api/tasks/{unchanged.task_id}/data/", f"/api/jobs/{unchanged.job_id}/data"):
        answer = unchanged.owner.get(path, type=kind, **fields)
        assert answer.status == 400, answer
        assert answer.message


def test_a_frame_of_another_job_is_out_of_range(unchanged: Estate) -> None:
    path = f"/api/jobs/{unchanged.job_id}/data"
    answer = unchanged.owner.get(path, type="frame", number=2, quality="original")
    assert answer.status == 400
    assert "Frame 2" in answer.message


def test_frames_that_clients_may_write_beyond_the_end(estate: Estate) -> None:
    """CVAT's jobs keep what they are sent; its tasks drop frames that no job has."""
    before = estate.owner.made("GET", estate.annotations)["shapes"]
    for path, kept in ((estate.annotations, True), (estate.task_annotations, False)):
        answer = estate.owner.made(
            "PATCH", path, {"shapes": [estate.shape(frame=100_000)]}, action="create"
        )
        found = [s for s in estate.owner.made("GET", path)["shapes"] if s["frame"] == 100_000]
        assert bool(found) == kept
        if kept:
            estate.owner.made("PATCH", path, answer, action="delete")
    assert estate.owner.made("GET", estate.annotations)["shapes"] == before


QUERIES = [
    "page=0", "page=-1", "page=x", "page=999999", "page=1e3", "page_size=x", "page_size=0",
    "sort=nothing", "filter={", "filter=[]", 'filter={"==":[{"var":"nothing"},1]}',
    'filter={"pow":[2,99999999]}', "org=nowhere", "org_id=x", "org_id=5&org=a",
]  # fmt: skip


@pytest.mark.parametrize("path", ["tasks", "projects", "jobs", "labels", "users", "requests"])
@pytest.mark.parametrize("query", QUERIES)
def test_questions_that_cannot_be_answered(
    path: str, query: str, estate: Estate, stranger: Person
) -> None:
    answer = estate.owner.get(f"/api/{path}?{query}")
    assert answer.status in {400, 404}, answer
    assert answer.message


@pytest.mark.parametrize("text", ["0", "-1", "1e9", "9" * 30, "%00", "..%2F..", "nul", "%ff", "٣"])
@pytest.mark.parametrize("kind", ["tasks", "jobs", "projects", "labels", "users"])
def test_ids_that_are_none(kind: str, text: str, estate: Estate) -> None:
    answer = estate.owner.get(f"/api/{kind}/{text}")
    assert answer.status == 404, answer
    assert answer.json == {"detail": "Not found."}
