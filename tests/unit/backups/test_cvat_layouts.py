"""Backups as CVAT's releases write them, built by hand."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from chalicelib.formats import report_store
from tests.unit.backups import facts
from tests.unit.backups.conftest import World, packed
from tests.unit.media.conftest import clip
from tests.unit.media.pictures import photographs

PHOTOS = photographs()


def manifest(
    names: list[str], kind: str = "images", related: Mapping[str, list[str]] | None = None
) -> bytes:
    """`manifest.jsonl` as CVAT writes it; `related`: names of pictures beside a frame."""
    lines: list[Any] = [{"version": "1.1"}, {"type": kind}]
    for name in names:
        stem, _, extension = name.rpartition(".")
        meta = {"related_images": (related or {}).get(stem, [])}
        lines.append({"name": stem, "extension": f".{extension}", "width": 0, "height": 0,
                      "meta": meta, "checksum": "d41d8cd98f00b204e9800998ecf8427e"})  # fmt: skip
    return b"\n".join(msgspec.json.encode(line) for line in lines) + b"\n"


def task(**changes: Any) -> dict[str, Any]:
    """`task.json` of 2.40: a task of five pictures in two jobs."""
    document: dict[str, Any] = {
        "name": "from CVAT", "bug_tracker": "", "status": "annotation", "subset": "Train",
        "labels": [
            {
                "name": "car", "color": "#fafa37", "type": "any", "sublabels": [],
                "attributes": [
                    {"name": "id", "mutable": False, "input_type": "text", "default_value": "",
                     "values": [""]},
                    {"name": "parked", "mutable": True, "input_type": "checkbox",
                     "default_value": "false", "values": ["false"]},
                ],
            },
            {
                "name": "body", "color": "#12abcd", "type": "skeleton", "attributes": [],
                "sublabels": [
                    {"name": "1", "color": "#d12345", "attributes": [], "type": "points"},
                    {"name": "2", "color": "#350dea", "attributes": [], "type": "points"},
                ],
                "svg": '<line x1="38" y1="30" x2="53" y2="69" data-type="edge"></line>'
                '<circle r="1.5" cx="38" cy="30" data-type="element node" data-element-id="1" '
                'data-node-id="1" data-label-name="1"></circle><circle r="1.5" cx="53" cy="69" '
                'data-type="element node" data-element-id="2" data-node-id="2" '
                'data-label-name="2"></circle>',
            },
        ],
        "version": "1.0",
        "data": {
            "chunk_size": 72, "image_quality": 70, "start_frame": 0, "stop_frame": 4,
            "storage_method": "cache", "storage": "local", "sorting_method": "lexicographical",
            "chunk_type": "imageset", "deleted_frames": [3],
        },
        "jobs": [
            {"status": "annotation", "type": "annotation", "start_frame": 0, "stop_frame": 2},
            {"status": "completed", "type": "annotation", "start_frame": 3, "stop_frame": 4},
        ],
    }  # fmt: skip
    return {**document, **changes}


def job(**kinds: list[Any]) -> dict[str, Any]:
    return {"version": 0, "tags": [], "shapes": [], "tracks": [], **kinds}


def shape(frame: int, **more: Any) -> dict[str, Any]:
    return {
        "type": "rectangle", "occluded": False, "outside": False, "z_order": 0, "rotation": 0.0,
        "points": [1.0, 2.0, 30.5, 40.0], "frame": frame, "group": 0, "source": "manual",
        "attributes": [{"value": "7", "name": "id"}], "elements": [], "label": "car", **more,
    }  # fmt: skip


def part(name: str, frame: int = 1) -> dict[str, Any]:
    return shape(frame, type="points", points=[3.0, 4.0], attributes=[], label=name)


def key(frame: int, **more: Any) -> dict[str, Any]:
    return {
        "type": "rectangle", "occluded": False, "outside": False, "z_order": 0, "rotation": 0.0,
        "points": [1.0, 2.0, 3.0, 4.0], "frame": frame,
        "attributes": [{"value": "true", "name": "parked"}], **more,
    }  # fmt: skip


def data(names: list[str] | None = None) -> dict[str, bytes]:
    wanted = names or sorted(PHOTOS)
    return {f"data/{name}": PHOTOS[name] for name in wanted}


ANNOTATIONS = [
    job(
        tags=[{"frame": 0, "group": 0, "source": "manual", "attributes": [], "label": "car"}],
        shapes=[
            shape(0),
            shape(1, type="skeleton", points=[], label="body", attributes=[],
                  elements=[part("1"), part("2")]),
            shape(2, type="mask", points=[0, 4, 1, 1, 2, 2]),
            shape(2, type="ellipse", points=[9, 9, 12, 4], rotation=30.0, group=5),
        ],
        tracks=[
            {"frame": 0, "group": 0, "source": "file", "label": "car", "elements": [],
             "attributes": [{"value": "12", "name": "id"}],
             "shapes": [key(0), key(2, outside=True)]},
            {"frame": 0, "group": 0, "source": "manual", "label": "body", "attributes": [],
             "shapes": [key(0, type="skeleton", points=[], attributes=[])],
             "elements": [
                 {"frame": 0, "group": 0, "source": "manual", "label": name, "attributes": [],
                  "shapes": [key(0, type="points", points=[5, 5], attributes=[])]}
                 for name in ("1", "2")]},
        ],
    ),
    job(shapes=[shape(4, attributes=[{"value": "9", "name": "id"},
                                     {"value": "true", "name": "parked"}])]),
]  # fmt: skip


def assert_restored(world: World, content: dict[str, Any]) -> dict[str, Any]:
    request = world.restore("task", packed(content))
    assert (request.status, "Left out" in request.message) == ("finished", False), request.message
    assert request.result_id is not None
    return facts.of_task(world, request.result_id)


def test_a_task_of_a_recent_release(world: World) -> None:
    found = assert_restored(
        world,
        {
            **data(), "data/manifest.jsonl": manifest(sorted(PHOTOS)), "data/index.json": b"{}",
            "task.json": task(), "annotations.json": ANNOTATIONS,
        },
    )  # fmt: skip
    assert found["jobs"] == [
        {"start_frame": 0, "stop_frame": 2, "stage": "annotation", "state": "new",
         "type": "annotation"},
        {"start_frame": 3, "stop_frame": 4, "stage": "acceptance", "state": "completed",
         "type": "annotation"},
    ]  # fmt: skip
    assert found["meta"]["deleted_frames"] == [3]
    assert found["task"]["subset"] == "Train"
    first, second = found["annotations"]
    assert [(s["type"], s["frame"], s["label_id"]) for s in first["shapes"]] == [
        ("rectangle", 0, "car"), ("skeleton", 1, "body"), ("mask", 2, "car"), ("ellipse", 2, "car"),
    ]  # fmt: skip
    assert [e["label_id"] for e in first["shapes"][1]["elements"]] == ["1", "2"]
    assert first["shapes"][0]["attributes"] == [
        {"spec_id": "id", "value": "7"}, {"spec_id": "parked", "value": "false"},
    ]  # fmt: skip
    moving, body = first["tracks"]
    assert (moving["source"], moving["attributes"]) == ("file", [{"spec_id": "id", "value": "12"}])
    assert [k["outside"] for k in moving["shapes"]] == [False, True]
    assert [e["label_id"] for e in body["elements"]] == ["1", "2"]
    assert [t["label_id"] for t in first["tags"]] == ["car"]
    assert second["shapes"][0]["attributes"][1] == {"spec_id": "parked", "value": "true"}


def test_a_task_of_an_old_release(world: World) -> None:
    """2.4 and before: labels have no type, jobs none, shapes neither elements nor rotation."""
    labels = [{"name": "car", "color": "#fafa37", "attributes": []}]
    jobs = [{"start_frame": 0, "stop_frame": 4, "status": "validation"}]
    document = task(labels=labels, jobs=jobs)
    document["data"].pop("sorting_method")
    document["data"].pop("deleted_frames")
    old = {name: value for name, value in shape(2, attributes=[]).items()
           if name not in {"elements", "rotation", "outside"}}  # fmt: skip
    found = assert_restored(
        world,
        {**data(), "task/": b"", "task.json": document, "annotations.json": [job(shapes=[old])]},
    )
    assert [frame["name"] for frame in found["meta"]["frames"]] == sorted(PHOTOS)
    assert found["jobs"][0]["stage"] == "validation"
    assert found["annotations"][0]["shapes"][0]["points"] == [1.0, 2.0, 30.5, 40.0]


def test_the_manifest_says_the_order_and_the_selection_which(world: World) -> None:
    names = ["img3.jpg", "img1.jpg", "img4.jpg", "img0.jpg", "img2.jpg"]
    document = task(jobs=[{"start_frame": 0, "stop_frame": 1, "status": "annotation"}])
    document["data"] |= {
        "start_frame": 1, "stop_frame": 4, "frame_filter": "step=2", "deleted_frames": [],
        "sorting_method": "random",
    }  # fmt: skip
    body = packed({**data(), "data/manifest.jsonl": manifest(names), "task.json": document,
                   "annotations.json": [job()]})  # fmt: skip
    request = world.restore("task", body)
    assert request.message == (
        "Restored a task with 0 objects. Left out: 3 × file of the backup that no frame needs."
    )
    assert request.result_id is not None
    meta = world.json(f"/api/tasks/{request.result_id}/data/meta")
    assert [frame["name"] for frame in meta["frames"]] == ["img1.jpg", "img0.jpg"]
    assert (meta["start_frame"], meta["stop_frame"], meta["frame_filter"]) == (1, 4, "step=2")


def test_a_filtered_manifest_needs_no_selection(world: World) -> None:
    """Media of a share: newer releases write what is a frame, and no selection."""
    document = task(jobs=[{"start_frame": 0, "stop_frame": 1, "status": "annotation"}])
    for name in ("start_frame", "stop_frame"):
        document["data"].pop(name)
    document["data"]["deleted_frames"] = []
    names = ["img1.jpg", "img3.jpg"]
    found = assert_restored(
        world,
        {**data(names), "data/manifest.jsonl": manifest(names), "task.json": document,
         "annotations.json": [job()]},
    )  # fmt: skip
    assert [frame["name"] for frame in found["meta"]["frames"]] == names


@pytest.mark.parametrize("place", ["share", "cloud_storage"])
def test_media_that_came_from_elsewhere_and_is_in_the_backup(world: World, place: str) -> None:
    """Releases before lightweight backups say where the media was, and hold its frames."""
    document = task(jobs=[{"start_frame": 0, "stop_frame": 1, "status": "annotation"}])
    document["data"] |= {
        "storage": place, "start_frame": 1, "stop_frame": 3, "frame_filter": "step=2",
        "deleted_frames": [],
    }  # fmt: skip
    names = ["img1.jpg", "img3.jpg"]
    found = assert_restored(
        world,
        {**data(names), "data/manifest.jsonl": manifest(sorted(PHOTOS)), "task.json": document,
         "annotations.json": [job(shapes=[shape(1)])]},
    )  # fmt: skip
    assert [frame["name"] for frame in found["meta"]["frames"]] == names
    assert (found["meta"]["start_frame"], found["meta"]["frame_filter"]) == (1, "step=2")
    assert [s["frame"] for s in found["annotations"][0]["shapes"]] == [1]


def test_a_task_of_the_first_release_with_backups(world: World) -> None:
    """1.x and 2.0: jobs have reviews, and nothing says what is not in the archive."""
    review = {"estimated_quality": 4.0, "status": "accepted", "issues": [
        {"frame": 0, "position": [1, 2], "created_date": "x", "resolved_date": None, "comments": [
            {"message": "why?", "created_date": "x", "updated_date": "x"}]}]}  # fmt: skip
    jobs = [{"start_frame": 0, "stop_frame": 4, "status": "completed", "reviews": [review]}]
    document = task(labels=[{"name": "car", "color": "#fafa37", "attributes": []}], jobs=jobs)
    for name in ("sorting_method", "deleted_frames"):
        document["data"].pop(name)
    document["data"]["frame_filter"] = ""
    document.pop("subset")
    old = {name: value for name, value in shape(2, attributes=[]).items()
           if name not in {"elements", "rotation", "outside", "source"}}  # fmt: skip
    keyframe = {name: value for name, value in key(1, attributes=[]).items() if name != "rotation"}
    track = {"frame": 1, "group": None, "label": "car", "attributes": [], "shapes": [keyframe]}
    found = assert_restored(
        world,
        {**data(), "task/task.log": b"log", "data/manifest.jsonl": manifest(sorted(PHOTOS)),
         "data/index.json": b"{}", "task.json": document,
         "annotations.json": [{"tags": [], "shapes": [old], "tracks": [track]}]},
    )  # fmt: skip
    assert found["jobs"][0]["state"] == "completed"
    assert found["annotations"][0]["shapes"][0]["source"] == "manual"
    assert [track["frame"] for track in found["annotations"][0]["tracks"]] == [1]


def test_files_given_to_jobs_by_name(world: World) -> None:
    document = task()
    document["data"] |= {"custom_segments": True, "sorting_method": "predefined"}
    names = ["img4.jpg", "img3.jpg", "img2.jpg", "img1.jpg", "img0.jpg"]
    document["jobs"] = [
        {"status": "annotation", "type": "annotation", "start_frame": 0, "stop_frame": 0,
         "files": names[:1]},
        {"status": "annotation", "type": "annotation", "start_frame": 1, "stop_frame": 3,
         "files": names[1:4]},
        {"status": "annotation", "type": "annotation", "start_frame": 4, "stop_frame": 4,
         "files": names[4:]},
    ]  # fmt: skip
    found = assert_restored(
        world,
        {**data(), "data/manifest.jsonl": manifest(names), "task.json": document,
         "annotations.json": [job(), job(shapes=[shape(3)]), job()]},
    )  # fmt: skip
    assert [frame["name"] for frame in found["meta"]["frames"]] == names
    assert [(j["start_frame"], j["stop_frame"]) for j in found["jobs"]] == [(0, 0), (1, 3), (4, 4)]
    assert [len(a["shapes"]) for a in found["annotations"]] == [0, 1, 0]


def test_ground_truth_and_replicas_are_left_out_and_said(world: World) -> None:
    document = task(consensus_replicas=2)
    replica = {**document["jobs"][0], "type": "consensus_replica"}
    truth = {"status": "annotation", "type": "ground_truth", "start_frame": 0, "stop_frame": 4,
             "frames": [1, 3]}  # fmt: skip
    document["jobs"] = [document["jobs"][0], replica, document["jobs"][1], truth]
    annotations = [
        job(shapes=[shape(0)]),
        job(shapes=[shape(0)]),
        job(shapes=[shape(4)]),
        job(shapes=[shape(1)]),
    ]
    body = packed({**data(), "data/manifest.jsonl": manifest(sorted(PHOTOS)), "task.json": document,
                   "annotations.json": annotations})  # fmt: skip
    request = world.restore("task", body)
    assert request.status == "finished", request.message
    assert "1 × job of ground truth, which this server does not have" in request.message
    assert "1 × replica of a job, which this server does not have" in request.message
    assert "2 × object of a job that is left out" in request.message
    assert request.result_id is not None
    found = facts.of_task(world, request.result_id)
    assert [[s["frame"] for s in a["shapes"]] for a in found["annotations"]] == [[0], [4]]
    kept = report_store.load(request)
    assert kept is not None
    assert kept.objects == 2


def test_honeypots_become_what_they_were_copied_from(world: World) -> None:
    document = task()
    document["data"] |= {
        "deleted_frames": [], "sorting_method": "random", "stop_frame": 6,
        "validation_layout": {"mode": "gt_pool", "frames": ["img4.jpg"], "frames_per_job_count": 1},
    }  # fmt: skip
    document["jobs"] = [
        {"status": "annotation", "type": "annotation", "start_frame": 0, "stop_frame": 2,
         "files": ["img0.jpg", "img4.jpg", "img1.jpg"]},
        {"status": "annotation", "type": "annotation", "start_frame": 3, "stop_frame": 5,
         "files": ["img2.jpg", "img3.jpg", "img4.jpg"]},
        {"status": "annotation", "type": "ground_truth", "start_frame": 6, "stop_frame": 6,
         "files": ["img4.jpg"]},
    ]  # fmt: skip
    annotations = [
        job(shapes=[shape(0), shape(1), shape(2)]), job(shapes=[shape(3), shape(5)]),
        job(shapes=[shape(6, points=[5, 5, 6, 6])]),
    ]  # fmt: skip
    body = packed({**data(), "data/manifest.jsonl": manifest(sorted(PHOTOS)), "task.json": document,
                   "annotations.json": annotations})  # fmt: skip
    request = world.restore("task", body)
    assert request.status == "finished", request.message
    assert "2 × copy of a frame by which annotators were checked" in request.message
    assert request.result_id is not None
    found = facts.of_task(world, request.result_id)
    assert [f["name"] for f in found["meta"]["frames"]] == [f"img{n}.jpg" for n in range(5)]
    assert [(j["start_frame"], j["stop_frame"]) for j in found["jobs"]] == [(0, 1), (2, 3), (4, 4)]
    assert [[s["frame"] for s in a["shapes"]] for a in found["annotations"]] == [[0, 1], [2], [4]]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_video(world: World, compression: int) -> None:
    document = task(jobs=[
        {"status": "annotation", "type": "annotation", "start_frame": 0, "stop_frame": 9},
        {"status": "annotation", "type": "annotation", "start_frame": 5, "stop_frame": 12},
    ])  # fmt: skip
    document["data"] |= {
        "start_frame": 3, "stop_frame": 28, "frame_filter": "step=2", "deleted_frames": [],
        "chunk_type": "video", "chunk_size": 36,
    }  # fmt: skip
    lines = [
        {"version": "1.1"}, {"type": "video"},
        {"properties": {"name": "clip.mp4", "resolution": [320, 136], "length": 60}},
        {"number": 0, "pts": 0, "checksum": "x"},
    ]  # fmt: skip
    content = {
        "data/clip.mp4": clip("b-frames.mp4"),
        "data/manifest.jsonl": b"\n".join(msgspec.json.encode(line) for line in lines),
        "task.json": document,
        "annotations.json": [job(), job(shapes=[shape(12)])],
    }
    request = world.restore("task", packed(content, compression))
    assert request.status == "finished", request.message
    assert request.result_id is not None
    found = facts.of_task(world, request.result_id)
    assert [(j["start_frame"], j["stop_frame"]) for j in found["jobs"]] == [(0, 9), (5, 12)]
    assert (found["task"]["mode"], found["task"]["size"]) == ("interpolation", 13)
    assert (found["meta"]["start_frame"], found["meta"]["stop_frame"]) == (3, 28)


def test_an_archive_that_was_kept_as_it_was_sent(world: World) -> None:
    sent = packed({name: PHOTOS[name] for name in PHOTOS})
    found = assert_restored(
        world,
        {"data/all.zip": sent, "data/manifest.jsonl": manifest(sorted(PHOTOS)),
         "task.json": task(), "annotations.json": ANNOTATIONS},
    )  # fmt: skip
    assert [frame["name"] for frame in found["meta"]["frames"]] == sorted(PHOTOS)
    assert len(found["annotations"][0]["shapes"]) == 4


def test_pictures_beside_frames(world: World) -> None:
    names = {
        "a/1.jpg": "img0.jpg",
        "a/2.jpg": "img1.jpg",
        "a/related_images/1_jpg/x.jpg": "img2.jpg",
    }
    document = task(jobs=[{"start_frame": 0, "stop_frame": 1, "status": "annotation"}])
    document["data"] |= {"stop_frame": 1, "deleted_frames": []}
    lines = manifest(["a/1.jpg", "a/2.jpg"], related={"a/1": ["a/related_images/1_jpg/x.jpg"]})
    found = assert_restored(
        world,
        {**{f"data/{name}": PHOTOS[photo] for name, photo in names.items()},
         "data/manifest.jsonl": lines, "task.json": document, "annotations.json": [job()]},
    )  # fmt: skip
    assert [f["related_files"] for f in found["meta"]["frames"]] == [1, 0]


def test_a_project(world: World) -> None:
    labels = task()["labels"]
    body = packed({
        "project.json": {"name": "whole", "bug_tracker": "", "status": "annotation",
                         "labels": labels, "version": "1.0"},
        **{f"task_0/{name}": content for name, content in data().items()},
        "task_0/data/manifest.jsonl": manifest(sorted(PHOTOS)),
        "task_0/task.json": task(name="first"),
        "task_0/annotations.json": ANNOTATIONS,
        "task_10/data/img0.jpg": PHOTOS["img0.jpg"],
        "task_10/data/manifest.jsonl": manifest(["img0.jpg"]),
        "task_10/task.json": task(
            name="second", subset="", jobs=[{"start_frame": 0, "stop_frame": 0,
                                             "status": "completed"}]),
        "task_10/annotations.json": [job(shapes=[shape(0)])],
        "annotation_guide.md": b"# How to annotate",
    })  # fmt: skip
    request = world.restore("project", body)
    assert request.status == "finished", request.message
    assert "1 × annotation guide, which this server does not have" in request.message
    shown = world.json(f"/api/projects/{request.result_id}")
    assert (shown["name"], shown["tasks"]["count"], shown["dimension"]) == ("whole", 2, "2d")
    tasks = sorted(world.json("/api/tasks", project_id=request.result_id)["results"],
                   key=lambda one: one["id"])  # fmt: skip
    assert [one["name"] for one in tasks] == ["first", "second"]
    assert [one["status"] for one in tasks] == ["annotation", "completed"]
    assert len(facts.of_task(world, tasks[1]["id"])["annotations"][0]["shapes"]) == 1
