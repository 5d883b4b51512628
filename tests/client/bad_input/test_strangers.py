"""Ids of others on every route that takes an id, and nobody on every route that needs somebody.

The routes are read from the application, so a new one is tried here from its first day: it fails
until `ids_of` knows whose ids it takes and `BODIES` what it accepts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.platform.http import Route
from tests.client.bad_input.estate import Estate
from tests.client.bad_input.paths import ROUTES, ids_of, named
from tests.client.datasets import NAMES
from tests.support.wire import OFFSET, Answer, Client

if TYPE_CHECKING:
    from tests.support.server import Server
    from tests.support.wire import Person

WITH_ID = [route for route in ROUTES if "{" in route.path]
CLOSED = [route for route in ROUTES if not route.public]
#: What the server tells everybody of a path: the protocol that it speaks.
DISCOVERY = [route for route in WITH_ID if route.method == "OPTIONS"]
GUARDED = [route for route in WITH_ID if route.method != "OPTIONS"]

#: A body that only the permissions stand against, by the name of its type.
BODIES: dict[str, Any] = {
    "PatchedAccessTokenWriteRequest": {"name": "stolen"},
    "PatchedUserRequest": {"first_name": "Mallory"},
    "LabeledDataRequest": {"shapes": [], "tags": [], "tracks": []},
    "PatchedLabeledDataRequest": {"shapes": [], "tags": [], "tracks": []},
    "ChangesRequest": {"version": 0, "base": 0},
    "RestoreRequest": {"version": 0},
    "UploadRequest": {"name": "stolen.jpg", "size": 10},
    "BatchRequest": {"files": [{"name": "stolen.jpg", "size": 10}]},
    "DataRequest": {"image_quality": 70},
    "MetaChange": {"deleted_frames": [0]},
    "PatchedJobWriteRequest": {"state": "completed"},
    "PatchedLabelRequest": {"name": "stolen"},
    "PatchedProjectWriteRequest": {"name": "stolen"},
    "PatchedTaskWriteRequest": {"name": "stolen"},
    "PatchedCloudStorageWriteRequest": {"display_name": "stolen"},
}
#: So that no parameter is missing when the question is whose the object is.
QUERY = {
    "format": "COCO 1.0", "save_images": "false", "action": "create", "type": "frame",
    "number": 0, "quality": "original", "since": 0,
}  # fmt: skip


def attempt(who: Client, route: Route, path: str, estate: Estate) -> Answer:
    body: Any = None
    headers = {"Upload-Start": ""} if route.method == "POST" and route.body is None else {}
    if route.body is not None:
        name = route.body.__name__
        assert name in BODIES, f"{named(route)}: say here what a good body is"
        body = BODIES[name]
    elif route.path.endswith("{file_id}") and route.method == "PATCH":
        body, headers = b"67890", {"Content-Type": OFFSET, "Upload-Offset": "5"}
    finished = estate.backups if "/backup/" in route.path else estate.exports
    query = {**QUERY, "rq_id": finished.get(route.path.split("/")[2])}
    asked = {name: value for name, value in query.items() if name in route.query}
    return who.call(route.method, path, body, headers, **asked)


@pytest.mark.parametrize("route", GUARDED, ids=named)
def test_objects_of_others_are_out_of_reach(
    route: Route, unchanged: Estate, stranger: Person
) -> None:
    path = route.path.format(**ids_of(route, unchanged))
    answer = attempt(stranger, route, path, unchanged)
    assert answer.status in {403, 404}, answer
    if route.method != "HEAD":
        assert set(answer.json) == {"detail"}
        assert answer.json["detail"]


def test_the_same_requests_of_the_owner_pass(server: Server) -> None:
    """Else the test above would pass on a route that nobody may use, or on a wrong request."""
    estate = Estate(server)
    kept = [route for route in GUARDED if route.method != "DELETE"]
    kept.sort(key=lambda route: route.method not in {"GET", "HEAD"})
    assert len(kept) > 40
    try:
        for route in kept:
            path = route.path.format(**ids_of(route, estate))
            answer = attempt(estate.owner, route, path, estate)
            assert answer.status not in {401, 403, 405, 500}, (named(route), answer)
            assert answer.status != 404 or answer.json["detail"] != "Not found.", named(route)
    finally:
        for request in estate.owner.made("GET", "/api/requests")["results"]:
            estate.owner.wait(request["id"])  # what was started must not change things later


@pytest.mark.parametrize("route", DISCOVERY, ids=named)
def test_discovery_tells_a_stranger_nothing_of_the_object(
    route: Route, unchanged: Estate, stranger: Person
) -> None:
    ids = ids_of(route, unchanged)
    there = stranger.call("OPTIONS", route.path.format(**ids))
    missing = stranger.call("OPTIONS", route.path.format(**{**ids, "id": 999_999_999}))
    assert (there.status, there.body) == (missing.status, missing.body)


@pytest.mark.parametrize("route", CLOSED, ids=named)
def test_anonymous_people_are_asked_to_sign_in(
    route: Route, unchanged: Estate, server: Server
) -> None:
    path = route.path.format(**ids_of(route, unchanged))
    sent: Any = {} if route.body is not None else None
    answer = Client(server.url).call(route.method, path, sent)
    assert answer.status == 401
    if route.method != "HEAD":
        assert answer.json == {"detail": "Authentication credentials were not provided."}


@pytest.mark.parametrize("route", [r for r in ROUTES if r.public], ids=named)
def test_public_routes_are_the_known_ones(route: Route) -> None:
    assert route.path in {
        "/api/auth/login", "/api/auth/logout", "/api/auth/register", "/api/schema",
        "/api/server/about", "/api/server/annotation/formats", "/api/server/health",
    }  # fmt: skip


def test_bodies_that_name_objects_of_others(unchanged: Estate, stranger: Person) -> None:
    label = {"name": "stolen"}
    own = stranger.made("GET", "/api/tasks")["results"][0]["id"]
    owner = unchanged.owner.id
    for method, path, body in (
        ("POST", "/api/tasks", {"name": "t", "project_id": unchanged.project_id}),
        ("PATCH", f"/api/tasks/{own}", {"project_id": unchanged.project_id}),
        ("POST", "/api/jobs", {"type": "ground_truth", "task_id": unchanged.task_id}),
        ("POST", "/api/tasks", {"name": "t", "labels": [label], "owner_id": owner}),
        ("POST", "/api/projects", {"name": "p", "labels": [label], "owner_id": owner}),
        ("PATCH", f"/api/tasks/{own}", {"labels": [{"id": unchanged.label_id, "name": "mine"}]}),
    ):
        before = stranger.made("GET", "/api/tasks"), stranger.made("GET", "/api/projects")
        answer = stranger.call(method, path, body)
        if answer.status < 300:  # the owner that was named is not taken over
            assert answer.json["owner"]["id"] == stranger.id, (path, body)
            stranger.made("DELETE", f"{path}/{answer.json['id']}")
        else:
            assert answer.status in {400, 403, 404}, (answer, path, body)
            assert answer.message
        after = stranger.made("GET", "/api/tasks"), stranger.made("GET", "/api/projects")
        assert after == before


def test_media_are_not_read_from_storages_of_others(unchanged: Estate, stranger: Person) -> None:
    own = stranger.made("POST", "/api/tasks", {"name": "t", "labels": [{"name": "cat"}]})["id"]
    files = {"server_files": [NAMES[2]], "cloud_storage_id": unchanged.storage_id}
    answer = stranger.call("POST", f"/api/tasks/{own}/data", files)
    missing = stranger.call("POST", f"/api/tasks/{own}/data", {**files, "cloud_storage_id": 10**9})
    assert answer.status in {403, 404}
    assert missing.status in {403, 404}
    assert stranger.made("GET", f"/api/tasks/{own}")["size"] in {None, 0}
    stranger.made("DELETE", f"/api/tasks/{own}")


@pytest.mark.parametrize("query", ["task_id", "project_id", "job_id"])
@pytest.mark.parametrize("path", ["/api/labels", "/api/jobs", "/api/tasks", "/api/requests"])
def test_lists_narrowed_to_objects_of_others_show_nothing(
    path: str, query: str, unchanged: Estate, stranger: Person
) -> None:
    ids = {"task_id": unchanged.task_id, "project_id": unchanged.project_id,
           "job_id": unchanged.job_id}  # fmt: skip
    answer = stranger.get(path, **{query: ids[query]})
    assert answer.status in {200, 403, 404}, answer
    shown = answer.json.get("results", [])
    assert not [item for item in shown if item.get("task_id") == unchanged.task_id]
    if path == "/api/labels" or (path, query) in {("/api/jobs", "task_id"),
                                                  ("/api/tasks", "project_id")}:  # fmt: skip
        assert shown == []


def test_a_file_of_others_cannot_be_reached_through_an_object_of_ones_own(
    unchanged: Estate, stranger: Person
) -> None:
    own = stranger.made("GET", "/api/tasks")["results"][0]["id"]
    for path in (
        f"/api/tasks/{own}/data/{unchanged.data_upload_id}",
        f"/api/tasks/{own}/annotations/{unchanged.import_upload_id}",
    ):
        assert stranger.call("HEAD", path).status in {403, 404}
        assert stranger.send_tus(path, b"67890", 5).status in {403, 404}
    browser = f"/api/tasks/{own}/data/uploads/{unchanged.browser_upload_id}"
    for method, path in (("GET", browser), ("POST", f"{browser}/complete"), ("DELETE", browser)):
        assert stranger.call(method, path).status in {403, 404}
    path = f"/api/tasks/{own}/dataset/download"
    assert stranger.get(path, rq_id=unchanged.exports["tasks"]).status in {400, 403, 404}
