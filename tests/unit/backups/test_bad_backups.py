"""Backups that are none, or mean harm: refused with file and place, and nothing is made."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from typing import Any

import pytest

from chalicelib.platform import bucket as storage
from chalicelib.platform.table import Record
from functions.backup.restoring import annotation_items
from tests.unit.backups.conftest import World, packed
from tests.unit.backups.test_cvat_layouts import PHOTOS, data, job, manifest, shape, task

#: Records that a failed restoration may leave: people, ids, and its own request.
KEPT = ("USER", "COUNTER#", "REQUEST#", "EMAIL#")


def good(**changes: Any) -> dict[str, Any]:
    """Everything that a backup of a task needs; `changes` by member, `__` for a dot."""
    content: dict[str, Any] = {
        **data(), "data/manifest.jsonl": manifest(sorted(PHOTOS)), "task.json": task(),
        "annotations.json": [job(), job()],
    }  # fmt: skip
    return content | {name.replace("__", "."): value for name, value in changes.items()}


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in good().items() if name not in names}


def with_data(**changes: Any) -> dict[str, Any]:
    document = task()
    document["data"] |= changes
    return good(task__json=document)


def left_in(storage: str) -> dict[str, Any]:
    """A backup whose media stays where it is."""
    return {name: value for name, value in with_data(storage=storage).items() if name in {
        "task.json", "annotations.json", "data/manifest.jsonl"}}  # fmt: skip


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def jobs(*spans: tuple[int, int]) -> list[dict[str, Any]]:
    return [{"start_frame": a, "stop_frame": b, "status": "annotation"} for a, b in spans]


BAD: dict[str, tuple[Any, str]] = {
    "no zip": (b"Rar! nothing", "mine.zip: is no backup that can be read"),
    "empty archive": ({}, "mine.zip: is not a backup of a task: it has no task.json"),
    "a project's": (
        {"project.json": {"name": "p", "version": "1.0"}},
        "it has no task.json (project.json is there: it is a backup of another kind)",
    ),
    "no annotations": (without("annotations.json"), "mine.zip/annotations.json: is missing"),
    "no media": (
        {"task.json": task(), "annotations.json": [job()]}, "mine.zip/data/: has no media"
    ),
    "missing picture": (without("data/img2.jpg"), "img2.jpg is missing, which data/manifest.jsonl"),
    "another version": (good(task__json=task(version="2.0")), "has version '2.0'; 1.0 is known"),
    "task.json is no JSON": (good(task__json=b"{"), "mine.zip/task.json: is not what a backup"),
    "task.json is a list": (good(task__json=b"[]"), "mine.zip/task.json: is not what a backup"),
    "task.json is no text": (good(task__json=b'{"name": "\xff"}'), "mine.zip/task.json: is not"),
    "task.json without end": (good(task__json=nested(100_000)), "mine.zip/task.json: is not"),
    "no name": (good(task__json=task(name="")), "mine.zip/task.json: is not what a backup holds"),
    "huge frame": (
        good(task__json=task(jobs=jobs((0, 10**30)))), "mine.zip/task.json: is not what a backup"
    ),
    "negative frame": (good(task__json=task(jobs=jobs((-1, 4)))), "mine.zip/task.json: is not"),
    "no jobs": (good(task__json=task(jobs=[])), "mine.zip/task.json, jobs: has no jobs"),
    "jobs with a gap": (good(task__json=task(jobs=jobs((0, 1), (3, 4)))), "no job has frame 2"),
    "job inside another": (good(task__json=task(jobs=jobs((0, 4), (1, 2)))), "inside another"),
    "job that ends before": (good(task__json=task(jobs=jobs((0, 2), (3, 1)))), "ends before it"),
    "jobs of no rule": (
        good(task__json=task(jobs=jobs((0, 3), (1, 4)))), "in a way that no task can have"
    ),
    "jobs of no size": (
        good(task__json=task(jobs=jobs((0, 2), (2, 3), (3, 4)))), "in a way that no task can have"
    ),
    "too many frames": (good(task__json=task(jobs=jobs((0, 9)))), "holds 5 frames, but the jobs"),
    "huge jobs": (
        good(task__json=task(jobs=jobs((0, 2**31 - 1)))), "holds 5 frames, but the jobs have 2,147"
    ),
    "too many jobs": (
        good(task__json=task(jobs=jobs(*((n, n) for n in range(5001))))), "has 5,001 jobs"
    ),
    "label twice": (
        good(task__json=task(labels=[{"name": "a"}, {"name": "a"}])),
        "mine.zip/task.json, labels: Label 'a' is given twice",
    ),
    "label that is none": (good(task__json=task(labels=[{"name": 5}])), "task.json, labels:"),
    "drawing with a script": (
        good(task__json=task(labels=[{
            "name": "s", "type": "skeleton", "svg": "<script></script>", "attributes": [],
            "sublabels": [{"name": "1", "attributes": []}]}])),
        "may not hold <script>",
    ),
    "bad filter": (with_data(frame_filter="step=0"), "is not of the form step=N"),
    "unknown storage": (with_data(storage="moon"), "mine.zip/task.json: is not what a backup"),
    "no such storage": (left_in("cloud_storage"), "in a cloud storage that you have not"),
    "not in the share": (left_in("share"), "there is no such file"),
    "0 bytes": (b"", "mine.zip: is empty"),
    "a dataset": (
        {"annotations/instances_default.json": {"images": []}, "images/default/a.jpg": b"a"},
        "mine.zip: is not a backup of a task: it has no task.json",
    ),
    "entities in a drawing": (
        good(task__json=task(labels=[{
            "name": "s", "type": "skeleton", "attributes": [],
            "svg": "<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;&b;'>]><circle>&c;</circle>",
            "sublabels": [{"name": "1", "attributes": []}]}])),
        "mine.zip/task.json, labels: The svg of a skeleton may not hold comments, declarations or",
    ),
    "annotations are text": (good(annotations__json=b"nothing"), "annotations.json: is not a list"),
    "manifest is no manifest": (
        good(**{"data/manifest.jsonl": b"nothing"}), "mine.zip/data/manifest.jsonl: line 1"
    ),
    "manifest leads out": (
        good(**{"data/manifest.jsonl": manifest(["../../etc/passwd.jpg"])}), "is not the name of a"
    ),
    "annotations are no list": (good(annotations__json={"tags": []}), "annotations.json: is not a"),
    "annotations are cut off": (
        good(annotations__json=b'[{"version":0,"tags":[{"frame":0'), "annotations.json, job 1: is"
    ),
    "annotations without end": (good(annotations__json=nested(100)), "annotations.json, job 1:"),
    "annotations are no JSON": (
        good(annotations__json=b'[{"tags":[],"shapes":[{]},"tracks":[]}]'), "brackets do not match"
    ),
    "annotations are empty": (good(annotations__json=b""), "annotations.json: is cut off"),
    "picture that is none": (good(**{"data/img0.jpg": b"nothing"}), "mine.zip/data/: "),
    "empty picture": (good(**{"data/img0.jpg": b""}), "mine.zip/data/: img0.jpg: nothing in it"),
    "path outside": (good(**{"data/../../x.jpg": PHOTOS["img0.jpg"]}), "leads outside"),
    "absolute path": (good(**{"/etc/x": b"1"}), "leads outside"),
    "backslash": (good(**{"data\\x.jpg": b"1"}), "leads outside"),
    "honeypots without a pool": (
        with_data(validation_layout={"mode": "gt_pool"}), "does not name the frames of its ground"
    ),
}  # fmt: skip


def left() -> list[str]:
    """Keys of what a restoration has made."""
    made = {record.pk for record in Record.scan() if not str(record.pk).startswith(KEPT)}
    objects = (key for key, _ in storage.listing("") if not key.startswith("uploads/"))
    return sorted({*made, *objects})


def everything() -> tuple[Counter[str], list[tuple[str, int]]]:
    """How many records of each item there are but for counters, and objects with their sizes."""
    records = Counter(
        f"{record.pk} {record.sk}"
        for record in Record.scan()
        if not str(record.pk).startswith("COUNTER#")
    )
    return records, sorted(storage.listing(""))


@pytest.mark.usefixtures("share")
@pytest.mark.parametrize("name", BAD)
def test_nothing_is_made_of_a_bad_backup(world: World, name: str) -> None:
    content, told = BAD[name]
    body = content if isinstance(content, bytes) else packed(content)
    records, objects = everything()
    request = world.restore("task", body)
    assert request.status == "failed"
    assert told in request.message, request.message
    assert left() == []
    # The request itself says what was wrong; the file that was sent is not kept.
    after = everything()
    assert [key.partition(" ")[0] for key in after[0] - records] == [f"REQUEST#{request.id}"]
    assert after[1] == objects


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (good(), "it has no project.json (task.json is there: it is a backup of another kind)"),
        ({"project.json": b""}, "mine.zip/project.json: is not what a backup holds"),
        ({"project.json": b"["}, "mine.zip/project.json: is not what a backup holds"),
        ({"project.json": {"name": "p", "version": "0.9"}}, "has version '0.9'; 1.0 is known"),
        (
            {"project.json": {"name": "p", "version": "1.0"}, "task_7/data/a.jpg": b""},
            "mine.zip: is not a backup of a task: it has no task_7/task.json",
        ),
        (b"", "mine.zip: is empty"),
    ],
    ids=["a task's", "0 bytes", "cut off", "version", "no task.json", "empty file"],
)
def test_nothing_is_made_of_a_bad_project(world: World, content: Any, told: str) -> None:
    body = content if isinstance(content, bytes) else packed(content)
    request = world.restore("project", body)
    assert request.status == "failed"
    assert told in request.message, request.message
    assert left() == []
    assert not list(storage.listing(""))


def test_a_huge_document_is_not_read(world: World) -> None:
    huge = b'{"name": "' + b"x" * (65 << 20) + b'"}'
    request = world.restore("task", packed(good(task__json=huge), zipfile.ZIP_DEFLATED))
    assert request.message == "mine.zip/task.json: has more than 64 MB"
    assert left() == []


def test_a_huge_object_is_named_and_what_came_before_it_goes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotation_items, "LARGEST", 2 << 20)
    # So much that it is in files of the bucket, not in the table.
    many = [shape(0, type="mask", points=[*range(1, 999), 0, 0, 9, 9]) for _ in range(500)]
    second = job(shapes=[shape(4), shape(4, source="x" * (3 << 20))])
    request = world.restore("task", packed(good(annotations__json=[job(shapes=many), second])))
    assert request.status == "failed"
    assert request.message == ("mine.zip/annotations.json, job 2: has an object of more than 2 MB")
    assert left() == []


def test_one_bad_task_of_a_project_and_nothing_is_made(world: World) -> None:
    content = {
        "project.json": {"name": "p", "version": "1.0", "labels": task()["labels"]},
        **{f"task_0/{name}": value for name, value in good().items()},
        **{f"task_1/{name}": value for name, value in good().items()},
        "task_1/annotations.json": [job(shapes=[shape(0)]), {"shapes": 5}],
        "task_1/data/img4.jpg": b"cut",
    }
    request = world.restore("project", packed(content))
    assert request.status == "failed"
    assert "mine.zip/task_1/data/: img4.jpg" in request.message
    assert left() == []


def test_a_bomb_is_refused_before_it_goes_off(world: World) -> None:
    bomb = good(**{"data/img0.jpg": bytes(300 << 20)})
    request = world.restore("task", packed(bomb, zipfile.ZIP_DEFLATED))
    assert request.status == "failed"
    assert "it unpacks to" in request.message
    assert left() == []


def test_damage_is_found(world: World) -> None:
    body = bytearray(packed(good()))
    body[body.index(PHOTOS["img3.jpg"]) + 600] ^= 1
    request = world.restore("task", bytes(body))
    assert request.message == ("mine.zip/data/img3.jpg: cannot be unpacked: its checksum is wrong")
    assert left() == []


@pytest.mark.parametrize("part", [0.2, 0.5, 0.99])
def test_an_archive_that_is_cut_off_is_refused(world: World, part: float) -> None:
    body = packed(good())
    request = world.restore("task", body[: int(len(body) * part)])
    assert (request.status, request.message.startswith("mine.zip: is no backup")) == (
        "failed",
        True,
    )
    assert left() == []


def test_a_link_is_refused(world: World) -> None:
    sink = io.BytesIO(packed(good()))
    with zipfile.ZipFile(sink, "a") as archive:
        info = zipfile.ZipInfo("data/link.jpg")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    request = world.restore("task", sink.getvalue())
    assert "it holds a link, data/link.jpg" in request.message
    assert left() == []


def test_what_cannot_be_stored_is_left_out_and_said(world: World) -> None:
    shapes = [
        shape(0), shape(0, label="unknown"), shape(0, points=[1.0, 2.0, 3.0]), shape(99),
        shape(0, attributes=[{"name": "unknown", "value": "1"}]), shape(0, rotation=1e300),
        shape(0, type="circle"),
    ]  # fmt: skip
    body = packed(good(annotations__json=[job(shapes=shapes), job()]))
    request = world.restore("task", body)
    assert request.message == (
        "Restored a task with 2 objects. Left out: 1 × no label of that name;"
        " 1 × object of a frame that the task does not have; 1 × no attribute of that name;"
        " 3 × object that is not well formed."
    )


def test_nobody_restores_for_others(world: World) -> None:
    path = "/api/tasks/backup"
    anonymous = world.api.with_headers(x_user="")
    assert anonymous.post(path).status == 401
    worker = world.api.with_headers(x_group="worker")
    assert worker.post(path).status == 403
    assert world.api.post(path).status == 400
    assert world.api.with_headers(upload_finish="").post(path, filename="7_x").status == 400
    answer = world.api.post(path, location="cloud_storage", cloud_storage_id=7, filename="a.zip")
    assert answer.status == 404


def test_only_its_owner_gets_a_backup(world: World) -> None:
    task_id = world.task(PHOTOS)
    path = f"/api/tasks/{task_id}/backup"
    request = world.ask_backup("task", task_id)
    assert world.stranger.post(f"{path}/export").status == 403
    assert world.stranger.get(f"{path}/download", rq_id=request.id).status == 403
    other = world.task(PHOTOS)
    assert world.api.get(f"/api/tasks/{other}/backup/download", rq_id=request.id).status == 404
    assert world.api.get(f"{path}/download", rq_id="nothing").status == 404
    assert world.api.post(f"{path}/export", filename="../x.zip").status == 400
    assert world.api.post(f"{path}/export", location="moon").status == 400
    empty = world.empty_task()
    answer = world.api.post(f"/api/tasks/{empty}/backup/export")
    assert (answer.status, "no data" in answer.json[0]) == (400, True)
