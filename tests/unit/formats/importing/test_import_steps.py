"""Imports against a real table and bucket, from the upload to the stored annotations."""

from __future__ import annotations

import gzip
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.activity import requests
from chalicelib.annotations.tasks import read_task
from chalicelib.formats import report_store
from chalicelib.media.sources import places
from chalicelib.media.storages import access as storage_access
from chalicelib.media.storages import store as storage_records
from chalicelib.media.storages.models import CloudStorage
from chalicelib.platform import bucket as storage_bucket
from chalicelib.platform import clock
from chalicelib.projects import store
from functions.dataset_import import handler
from tests.unit.formats.conftest import Person

XML = b"""<annotations>
<image id="0" name="a.jpg"><box label="cat" xtl="1" ytl="2" xbr="3" ybr="4"/></image>
<image id="3" name="d.jpg"><box label="cat" xtl="5" ytl="6" xbr="7" ybr="8"/></image>
</annotations>"""


def upload(person: Person, path: str, body: bytes = XML) -> str:
    """Send a file by TUS. Returns its id."""
    length = {"upload-length": str(len(body)), "tus-resumable": "1.0.0"}
    created = person.api.with_headers(**_named(length)).post(path)
    assert created.status == 201, created
    file_id = created.header("upload-filename") or ""
    piece = {"upload-offset": "0", "content-type": "application/offset+octet-stream"}
    api = person.api.with_headers(**_named(piece), content_length=str(len(body)))
    sent = api.patch(f"{path}/{file_id}", body)
    assert sent.status == 204, sent
    return file_id


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("-", "_"): value for name, value in headers.items()}


def finish(person: Person, path: str, file_id: str, **query: str) -> Any:
    api = person.api.with_headers(upload_finish="")
    return api.post(path, filename=file_id, **({"format": "CVAT 1.1"} | query))


def run(request_id: str, step: str = "import") -> tuple[str, str]:
    """Run the worker. Returns status and message of the request."""
    context = SimpleNamespace(
        function_name="import",
        memory_limit_in_mb=1769,
        invoked_function_arn="arn",
        aws_request_id="1",
        get_remaining_time_in_millis=lambda: 900_000,
    )
    request = requests.load(request_id)
    assert request is not None
    handler.handle({"step": step, "request_id": request_id, "run": request.run}, context)
    request = requests.load(request_id)
    assert request is not None
    return request.status, request.message


def points(task: dict[str, Any]) -> list[tuple[int, list[float]]]:
    return [(shape.frame, shape.points) for shape in read_task(task["id"]).shapes]


def test_a_file_is_imported_into_every_job(ann: Person, task: dict[str, Any]) -> None:
    path = f"/api/tasks/{task['id']}/annotations"
    started = ann.api.with_headers(upload_start="").post(path, format="CVAT 1.1")
    assert started.status == 202
    file_id = upload(ann, path)
    answer = finish(ann, path, file_id)
    assert answer.status == 202
    assert answer.json == {
        "rq_id": f"action=import&target=task&target_id={task['id']}&subresource=annotations"
    }
    again = finish(ann, path, file_id)
    assert (again.status, again.json) == (409, answer.json)
    assert run(answer.json["rq_id"]) == ("finished", "Imported 2 objects on 2 frames.")
    assert points(task) == [(0, [1, 2, 3, 4]), (3, [5, 6, 7, 8])]
    assert storage_bucket.get(f"uploads/{file_id}/file") is None


@pytest.mark.parametrize(("mode", "expected"), [("append", 3), ("replace", 2), ("", 2)])
def test_modes(ann: Person, task: dict[str, Any], mode: str, expected: int) -> None:
    _annotate(ann, task)
    path = f"/api/tasks/{task['id']}/annotations"
    run(finish(ann, path, upload(ann, path), import_mode=mode).json["rq_id"])
    assert len(points(task)) == expected


def test_a_job_takes_only_its_frames(ann: Person, task: dict[str, Any]) -> None:
    job = store.task_jobs(task["id"])[1].id
    path = f"/api/jobs/{job}/annotations"
    told = run(finish(ann, path, upload(ann, path)).json["rq_id"])
    assert told == (
        "finished",
        "Imported 1 object on 1 frame; 1 left out: image is not in the task (a.jpg).",
    )
    assert points(task) == [(3, [5, 6, 7, 8])]


def test_a_step_that_dies_after_storing_adds_nothing_twice(
    ann: Person, task: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/api/tasks/{task['id']}/annotations"
    request_id = finish(ann, path, upload(ann, path), import_mode="append").json["rq_id"]
    with monkeypatch.context() as dying:
        dying.setattr(requests, "finish", _die)
        with pytest.raises(SystemError):
            run(request_id)
    assert len(points(task)) == 2
    assert run(request_id)[0] == "finished"
    assert len(points(task)) == 2


def _die(*_: Any, **__: Any) -> None:
    raise SystemError


def test_a_bad_file_changes_nothing(ann: Person, task: dict[str, Any]) -> None:
    _annotate(ann, task)
    path = f"/api/tasks/{task['id']}/annotations"
    body = XML.replace(b'label="cat" xtl="5"', b'label="cat" xtl="five"')
    told = run(finish(ann, path, upload(ann, path, body)).json["rq_id"])
    assert told == (
        "failed",
        'annotations, line 3: in image: "five" is not a number',
    )
    assert points(task) == [(1, [9, 9])]


def test_a_dataset_of_other_images_changes_nothing(ann: Person, task: dict[str, Any]) -> None:
    _annotate(ann, task)
    path = f"/api/tasks/{task['id']}/annotations"
    body = XML.replace(b'name="a.jpg"', b'name="x.jpg"').replace(b'name="d.jpg"', b'name="y.jpg"')
    assert run(finish(ann, path, upload(ann, path, body)).json["rq_id"]) == (
        "failed",
        "annotations: nothing of it fits: image is not in the task (x.jpg, y.jpg)",
    )
    assert points(task) == [(1, [9, 9])]


def test_a_dataset_without_objects_is_as_good_as_any(ann: Person, task: dict[str, Any]) -> None:
    _annotate(ann, task)
    path = f"/api/tasks/{task['id']}/annotations"
    body = b'<annotations><image id="0" name="a.jpg"></image></annotations>'
    assert run(finish(ann, path, upload(ann, path, body)).json["rq_id"])[0] == "finished"
    assert points(task) == []


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"Rar!\x1a\x07\x01\x00", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
        (gzip.compress(XML), "gzip"), (b"annotations.xml".ljust(257, b"\0") + b"ustar\0", "tar"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["CVAT 1.1", "COCO 1.0", "PASCAL VOC 1.1", "Parquet 1.0"])
def test_how_else_an_archive_is_packed_is_said(
    ann: Person, task: dict[str, Any], name: str, start: bytes, kind: str
) -> None:
    path = f"/api/tasks/{task['id']}/annotations"
    answer = finish(ann, path, upload(ann, path, start.ljust(600, b"\0")), format=name)
    assert run(answer.json["rq_id"]) == (
        "failed", f"annotations: is packed as {kind}: pack the files as ZIP",
    )  # fmt: skip


def test_a_polygon_of_two_points_changes_nothing(ann: Person, task: dict[str, Any]) -> None:
    _annotate(ann, task)
    path = f"/api/tasks/{task['id']}/annotations"
    body = (
        b'<annotations><image id="0" name="a.jpg"><polygon label="cat" points="1,2;3,4"/>'
        b"</image></annotations>"
    )
    status, message = run(finish(ann, path, upload(ann, path, body)).json["rq_id"])
    assert status == "failed"
    assert message == (
        "annotations, polygon on frame 0: points: A polygon has at least 6 numbers, two a point,"
        " not 4."
    )
    assert points(task) == [(1, [9, 9])]


def test_a_report_is_kept(ann: Person, task: dict[str, Any]) -> None:
    path = f"/api/tasks/{task['id']}/annotations"
    body = XML.replace(b'name="a.jpg"', b'name="z.jpg"').replace(b'xbr="7"', b'xbr="5"')
    request_id = finish(ann, path, upload(ann, path, body)).json["rq_id"]
    status, message = run(request_id)
    assert status == "finished"
    assert message == (
        "Imported 1 object on 1 frame; "
        "1 changed: kept although it has no area (rectangle on frame 3); "
        "1 left out: image is not in the task (z.jpg)."
    )
    request = requests.load(request_id)
    assert request is not None
    report = report_store.load(request)
    assert report is not None
    assert (report.verb, report.format, report.objects, report.frames) == (
        "Imported", "CVAT 1.1", 1, 1,
    )  # fmt: skip
    assert report.skipped == {"image is not in the task": 1}
    assert report.converted == {"kept although it has no area": 1}
    assert report.examples["kept although it has no area"] == ["rectangle on frame 3"]
    assert report.files["annotations"].objects == 1


def test_what_is_cancelled_changes_nothing(
    ann: Person, task: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    _annotate(ann, task)
    path = f"/api/tasks/{task['id']}/annotations"
    request_id = finish(ann, path, upload(ann, path)).json["rq_id"]
    settled = requests.settle

    def cancelled_just_before(request: Any) -> bool:
        assert requests.cancel(request_id)
        return settled(request)

    monkeypatch.setattr(requests, "settle", cancelled_just_before)
    assert run(request_id) == ("failed", requests.CANCELLED)
    assert points(task) == [(1, [9, 9])]


def test_a_file_of_a_cloud_storage_is_imported_and_stays(
    ann: Person, bob: Person, task: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = clock.iso()
    storage = CloudStorage(
        id=7, owner_id=ann.id, provider_type="AWS_S3_BUCKET", resource="theirs",
        display_name="theirs", credentials_type="ANONYMOUS_ACCESS", created_date=moment,
        updated_date=moment, secret="",
    )  # fmt: skip
    monkeypatch.setattr(storage_records, "load", lambda number: storage if number == 7 else None)
    monkeypatch.setattr(storage_access, "place", lambda number: places.place(places.OWN))
    path = f"/api/tasks/{task['id']}/annotations"
    query = {"format": "CVAT 1.1", "location": "cloud_storage", "filename": "deep/a.xml"}
    assert ann.api.post(path, **query, cloud_storage_id="8").status == 404
    answer = ann.api.post(path, **query, cloud_storage_id="7")
    assert answer.status == 202, answer
    assert run(answer.json["rq_id"]) == (
        "failed",
        "a.xml: there is no such file in the cloud storage.",
    )
    storage_bucket.put("deep/a.xml", XML)
    answer = ann.api.post(path, **query, cloud_storage_id="7")
    assert run(answer.json["rq_id"])[0] == "finished"
    assert len(points(task)) == 2
    assert storage_bucket.get("deep/a.xml") == XML


def test_an_empty_file_is_said(ann: Person, task: dict[str, Any]) -> None:
    path = f"/api/tasks/{task['id']}/annotations"
    created = ann.api.with_headers(upload_length="0").post(path)
    file_id = created.header("upload-filename") or ""
    assert run(finish(ann, path, file_id).json["rq_id"]) == ("failed", "annotations: is empty")


def test_a_broken_step_fails_the_request(ann: Person, task: dict[str, Any]) -> None:
    path = f"/api/tasks/{task['id']}/annotations"
    request_id = finish(ann, path, upload(ann, path)).json["rq_id"]
    assert run(request_id, "fail") == (
        "failed",
        "The annotations could not be imported: unknown error",
    )


def test_uploads_of_others_and_of_other_tasks_are_refused(
    ann: Person, bob: Person, task: dict[str, Any]
) -> None:
    path = f"/api/tasks/{task['id']}/annotations"
    file_id = upload(ann, path)
    job = f"/api/jobs/{store.task_jobs(task['id'])[0].id}/annotations"
    assert finish(ann, job, file_id).json == {
        "filename": ["The file was uploaded for something else."]
    }
    assert finish(bob, path, file_id).status == 403
    assert finish(ann, path, "1_nothing").status == 400
    assert bob.api.call("HEAD", f"{path}/{file_id}").status == 403


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"format": "YOLO 9.9"}, "format"),
        ({"import_mode": "merge"}, "import_mode"),
        ({"location": "cloud_storage"}, "cloud_storage_id"),
        ({"location": "cloud_storage", "cloud_storage_id": "x"}, "cloud_storage_id"),
        ({"location": "moon"}, "location"),
        ({"use_default_location": "maybe"}, "use_default_location"),
    ],
)
def test_what_cannot_be_imported_is_refused_at_once(
    ann: Person, task: dict[str, Any], query: dict[str, str], field: str
) -> None:
    api = ann.api.with_headers(upload_start="")
    answer = api.post(f"/api/tasks/{task['id']}/annotations", **({"format": "COCO 1.0"} | query))
    assert answer.status == 400
    assert list(answer.json) == [field]


def _annotate(person: Person, task: dict[str, Any]) -> None:
    found = store.load_task(task["id"])
    assert found is not None
    (label,) = store.labels_of_task(found)
    shape = {"type": "points", "frame": 1, "points": [9, 9], "label_id": label.id}
    saved = person.api.put(f"/api/tasks/{task['id']}/annotations", {"shapes": [shape]})
    assert saved.status == 200, saved
