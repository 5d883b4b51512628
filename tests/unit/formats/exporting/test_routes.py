"""Asking for exports and downloading them, without the worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.activity import requests
from chalicelib.formats import request_files
from chalicelib.media.storages import store as cloud_storages
from chalicelib.media.storages.models import CloudStorage
from chalicelib.platform import bucket as storage
from chalicelib.platform import table
from chalicelib.platform.table import Create
from chalicelib.projects import store
from chalicelib.projects.trash import deleting
from tests.unit.formats.conftest import Person

COCO = {"format": "COCO 1.0"}


def export(person: Person, target: str, **query: str) -> Any:
    return person.api.post(f"/api/{target}/dataset/export", **(COCO | query))


def end(request_id: str) -> str:
    """Finish an export as the worker would. Returns the key of its file."""
    request = requests.load(request_id)
    assert request is not None
    key = request_files.own_prefix(request) + "x.zip"
    storage.put(key, b"zip")
    requests.finish(request, result_url="/x", result_key=key)
    return key


def test_an_export_is_asked_for(
    ann: Person, task: dict[str, Any], executions: list[tuple[str, ...]]
) -> None:
    answer = export(ann, f"tasks/{task['id']}", save_images="True")
    assert answer.status == 202
    request_id = (
        f"action=export&target=task&target_id={task['id']}&user_id={ann.id}"
        "&subresource=dataset&format=COCO_1~0"
    )
    assert answer.json == {"rq_id": request_id}
    assert executions[-1][:2] == ("export", request_id)
    request = requests.load(request_id)
    assert request is not None
    assert request.operation.type == "export:dataset"
    assert request.operation.format == "COCO 1.0"
    assert request.inputs["filename"].startswith(f"task_{task['id']}_dataset_")
    assert request.inputs["filename"].endswith("_coco 1.0.zip")


def test_a_running_duplicate_conflicts(ann: Person, task: dict[str, Any]) -> None:
    first = export(ann, f"tasks/{task['id']}")
    again = export(ann, f"tasks/{task['id']}")
    assert (again.status, again.json) == (409, first.json)


def test_other_formats_and_people_do_not_wait_for_each_other(
    ann: Person, task: dict[str, Any]
) -> None:
    for query in ({}, {"save_images": "true"}, {"format": "CVAT for images 1.1"}):
        assert export(ann, f"tasks/{task['id']}", **query).status == 202


def test_an_unchanged_task_is_not_exported_again(
    ann: Person, task: dict[str, Any], executions: list[tuple[str, ...]]
) -> None:
    request_id = export(ann, f"tasks/{task['id']}").json["rq_id"]
    key = end(request_id)
    begun = len(executions)
    assert export(ann, f"tasks/{task['id']}").json == {"rq_id": request_id}
    assert len(executions) == begun
    (job, _) = sorted(_jobs(ann, task))
    shape = {"type": "points", "frame": 0, "points": [1, 2], "label_id": _label(task)}
    saved = ann.api.put(f"/api/jobs/{job}/annotations", {"shapes": [shape]})
    assert saved.status == 200, saved
    assert export(ann, f"tasks/{task['id']}").status == 202
    assert len(executions) == begun + 1
    key = end(request_id)
    storage.delete(key)
    assert export(ann, f"tasks/{task['id']}").status == 202
    assert len(executions) == begun + 2


@pytest.mark.parametrize("count", [2, 6])
def test_a_project_is_exported_again_after_a_change_of_any_of_its_tasks(
    ann: Person, make_task: Callable[..., dict[str, Any]], count: int
) -> None:
    project = ann.api.post("/api/projects", {"name": "p", "labels": [{"name": "cat"}]}).json
    made = [make_task(project_id=project["id"]) for _ in range(count)]
    url = f"projects/{project['id']}"
    signatures = []
    for task in (None, *made):
        if task is not None:
            shape = {"type": "points", "frame": 0, "points": [1, 2], "label_id": _label(task)}
            ann.api.put(f"/api/jobs/{_jobs(ann, task)[0]}/annotations", {"shapes": [shape]})
        request_id = export(ann, url).json["rq_id"]
        end(request_id)
        assert export(ann, url).json == {"rq_id": request_id}
        request = requests.load(request_id)
        assert request is not None
        assert not request.is_open
        signatures.append(request.inputs["signature"])
    assert len(set(signatures)) == count + 1


def _jobs(person: Person, task: dict[str, Any]) -> list[int]:
    return [job.id for job in store.task_jobs(task["id"])]


def _label(task: dict[str, Any]) -> int:
    found = store.load_task(task["id"])
    assert found is not None
    return store.labels_of_task(found)[0].id


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"format": ""}, "format"),
        ({"format": "YOLO 9.9"}, "format"),
        ({"format": "CVAT 1.1"}, "format"),
        ({"save_images": "perhaps"}, "save_images"),
        ({"filename": "../x.zip"}, "filename"),
        ({"filename": ".zip"}, "filename"),
        ({"filename": "noextension"}, "filename"),
        ({"filename": "x" * 300 + ".zip"}, "filename"),
        ({"location": "moon"}, "location"),
        ({"location": "cloud_storage"}, "cloud_storage_id"),
        ({"location": "cloud_storage", "cloud_storage_id": "one"}, "cloud_storage_id"),
        ({"location": "cloud_storage", "cloud_storage_id": "4711"}, "cloud_storage_id"),
    ],
)
def test_what_cannot_be_exported_is_refused(
    ann: Person, task: dict[str, Any], query: dict[str, str], field: str
) -> None:
    answer = export(ann, f"tasks/{task['id']}", **query)
    assert answer.status == 400
    assert list(answer.json) == [field]


def test_a_task_without_data_is_refused(
    ann: Person, make_task: Callable[..., dict[str, Any]]
) -> None:
    answer = export(ann, f"tasks/{make_task(data=False)['id']}")
    assert (answer.status, answer.json) == (400, ["The task has no data yet."])


def test_jobs_and_projects_are_exported(
    ann: Person, make_task: Callable[..., dict[str, Any]]
) -> None:
    project = ann.api.post("/api/projects", {"name": "p", "labels": [{"name": "cat"}]}).json
    task = make_task(project_id=project["id"])
    job = _jobs(ann, task)[0]
    for target in (f"jobs/{job}", f"projects/{project['id']}"):
        answer = export(ann, target)
        assert answer.status == 202
        assert f"target={target.partition('s/')[0]}&" in answer.json["rq_id"]


def test_strangers_are_kept_out(ann: Person, bob: Person, task: dict[str, Any]) -> None:
    assert export(bob, f"tasks/{task['id']}").status == 403
    assert export(bob, "tasks/987654").status == 404
    anonymous = Person(0, bob.api.with_headers(authorization=""))
    assert export(anonymous, f"tasks/{task['id']}").status == 401


def test_a_file_is_downloaded_by_redirect(ann: Person, task: dict[str, Any]) -> None:
    request_id = export(ann, f"tasks/{task['id']}", filename="my cats.zip").json["rq_id"]
    path = f"/api/tasks/{task['id']}/dataset/download"
    assert ann.api.get(path, rq_id=request_id).status == 404
    key = end(request_id)
    answer = ann.api.get(path, rq_id=request_id)
    assert answer.status == 302
    link = urlsplit(answer.header("location") or "")
    assert link.path.endswith(key)
    disposition = parse_qs(link.query)["response-content-disposition"]
    assert disposition == ['attachment; filename="my cats.zip"']


def test_only_the_owner_downloads_and_only_there(
    ann: Person, bob: Person, make_task: Callable[..., dict[str, Any]]
) -> None:
    task, other = make_task(), make_task()
    request_id = export(ann, f"tasks/{task['id']}").json["rq_id"]
    end(request_id)
    path = f"/api/tasks/{task['id']}/dataset/download"
    assert bob.api.get(path, rq_id=request_id).status == 403
    assert (
        ann.api.get(path.replace(str(task["id"]), str(other["id"])), rq_id=request_id).status == 404
    )
    assert ann.api.get(path).status == 404


def test_formats_are_listed_for_everybody(ann: Person) -> None:
    answer = ann.api.with_headers(authorization="").get("/api/server/annotation/formats")
    assert answer.status == 200
    exporters = {one["name"]: one for one in answer.json["exporters"]}
    assert exporters["COCO 1.0"] == {
        "name": "COCO 1.0",
        "ext": "ZIP",
        "version": "1.0",
        "enabled": True,
        "dimension": "2d",
    }
    importers = {one["name"]: one for one in answer.json["importers"]}
    assert importers["CVAT 1.1"]["ext"] == "XML, ZIP"


def test_an_export_of_a_deleted_task_is_out_of_reach_until_the_task_is_restored(
    ann: Person, task: dict[str, Any]
) -> None:
    request_id = export(ann, f"tasks/{task['id']}").json["rq_id"]
    end(request_id)
    path = f"/api/tasks/{task['id']}/dataset/download"
    assert ann.api.get(path, rq_id=request_id).status == 302
    ann.api.delete(f"/api/tasks/{task['id']}")
    assert ann.api.get(path, rq_id=request_id).status == 404
    deleting.bring_back("task", task["id"])
    assert ann.api.get(path, rq_id=request_id).status == 302


def connected(owner: Person) -> int:
    """A cloud storage, as the table keeps it."""
    storage = CloudStorage(
        id=31,
        provider_type="AWS_S3_BUCKET",
        resource="datasets",
        display_name="Datasets",
        owner_id=owner.id,
        credentials_type="ANONYMOUS_ACCESS",
        secret="none",
        created_date="2026-01-02T03:04:05Z",
        updated_date="2026-01-02T03:04:05Z",
    )
    table.commit(Create(cloud_storages.record_of(storage)))
    return storage.id


def test_an_export_goes_to_a_cloud_storage_of_ones_own(
    ann: Person, bob: Person, task: dict[str, Any]
) -> None:
    url = f"tasks/{task['id']}"
    asked = {"location": "cloud_storage", "cloud_storage_id": str(connected(bob))}
    answer = export(ann, url, **asked)
    assert (answer.status, answer.json) == (
        403,
        {"detail": "You have no access to the cloud storage."},
    )
    table.delete_many([cloud_storages.key(31)])
    connected(ann)
    answer = export(ann, url, **asked)
    assert answer.status == 202
    request = requests.load(answer.json["rq_id"])
    assert request is not None
    assert request.inputs["cloud_storage_id"] == 31


@pytest.mark.parametrize("kind", ["task", "job", "project"])
def test_the_default_storage_counts_unless_another_is_named(
    ann: Person, bob: Person, make_task: Callable[..., dict[str, Any]], kind: str
) -> None:
    place = {"location": "cloud_storage", "cloud_storage_id": connected(ann)}
    project = ann.api.post(
        "/api/projects", {"name": "p", "labels": [{"name": "a"}], "target_storage": place}
    ).json
    task = make_task(project_id=project["id"], target_storage=place)
    job = store.task_jobs(task["id"])[0]
    url = {
        "task": f"tasks/{task['id']}",
        "job": f"jobs/{job.id}",
        "project": f"projects/{project['id']}",
    }[kind]
    request = requests.load(export(ann, url).json["rq_id"])
    assert request is not None
    assert request.inputs["cloud_storage_id"] == 31
    requests.fail(request, "enough")
    request = requests.load(export(ann, url, location="local").json["rq_id"])
    assert request is not None
    assert request.inputs["cloud_storage_id"] is None
    # The storage has changed hands since.
    requests.fail(request, "enough")
    table.delete_many([cloud_storages.key(31)])
    connected(bob)
    answer = export(ann, url)
    assert answer.status == 403
    assert answer.json["detail"].startswith("A cloud storage is selected as the default location.")


def test_a_file_of_another_place_is_not_reused(ann: Person, task: dict[str, Any]) -> None:
    url = f"tasks/{task['id']}"
    connected(ann)
    end(export(ann, url).json["rq_id"])
    request_id = export(ann, url, location="cloud_storage", cloud_storage_id="31").json["rq_id"]
    request = requests.load(request_id)
    assert request is not None
    assert request.is_open
