"""What is backed up comes back equal: labels, jobs, frames to the byte, annotations."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image

from functions.backup import writing
from tests.unit.backups import facts
from tests.unit.backups.annotations import annotate
from tests.unit.backups.conftest import LABELS, World, members
from tests.unit.media.conftest import clip
from tests.unit.media.pictures import photographs
from tests.unit.media.points.making import as_bin, as_pcd, street


def assert_comes_back(world: World, task_id: int, **query: str) -> int:
    """Back a task up, restore it, compare. Returns the id of the copy."""
    copy = world.restored("task", world.back_up("task", task_id, **query))
    assert copy != task_id
    assert facts.of_task(world, copy) == facts.of_task(world, task_id)
    assert facts.frames_of(world, copy) == facts.frames_of(world, task_id)
    return copy


def test_pictures_in_overlapping_jobs_of_several_stages(world: World) -> None:
    fields = {"segment_size": 3, "overlap": 1, "subset": "val", "bug_tracker": "http://bugs"}
    task_id = world.task(photographs(), fields=fields)
    annotate(world, task_id)
    first, second = sorted(job["id"] for job in world.json("/api/jobs", task_id=task_id)["results"])
    world.api.patch(f"/api/jobs/{first}", {"stage": "acceptance", "state": "completed"})
    world.api.patch(f"/api/jobs/{second}", {"stage": "validation", "state": "rejected"})
    world.api.patch(f"/api/tasks/{task_id}/data/meta", {"deleted_frames": [1, 4]})
    assert_comes_back(world, task_id)


@pytest.mark.parametrize(
    "wanted",
    [
        {"start_frame": 1, "stop_frame": 4, "frame_filter": "step=2"},
        {"start_frame": 1},
        {"stop_frame": 2, "chunk_size": 2, "sorting_method": "natural"},
        {"sorting_method": "random"},
        {"sorting_method": "predefined", "upload_file_order": [
            "img3.jpg", "img0.jpg", "img4.jpg", "img1.jpg", "img2.jpg"]},
        {"sorting_method": "predefined", "job_file_mapping": [
            ["img3.jpg"], ["img0.jpg", "img4.jpg"], ["img1.jpg", "img2.jpg"]]},
    ],
    ids=str,
)  # fmt: skip
def test_pictures_however_they_were_chosen(world: World, wanted: dict[str, Any]) -> None:
    task_id = world.task(photographs(), **wanted)
    annotate(world, task_id, last=1)
    assert_comes_back(world, task_id)


def test_pictures_in_folders_with_others_beside_them(world: World) -> None:
    plain = list(photographs().values())
    task_id = world.task(
        {
            "a/1.jpg": plain[0],
            "a/2.jpg": plain[1],
            "a/related_images/1_jpg/left.jpg": plain[2],
            "a/related_images/1_jpg/right.jpg": plain[3],
        }
    )
    copy = assert_comes_back(world, task_id)
    beside = {"type": "context_image", "number": 0}
    assert [frame["related_files"] for frame in facts.of_task(world, copy)["meta"]["frames"]] == [
        2,
        0,
    ]
    answers = [world.api.get(f"/api/tasks/{each}/data", **beside) for each in (task_id, copy)]
    first, second = (a.body if a.status == 200 else world.stored(a) for a in answers)
    assert first == second


@pytest.mark.parametrize("name", ["b-frames.mp4", "vp9.webm", "rotated.mkv"])
@pytest.mark.parametrize("zipped", [True, False])
def test_videos(world: World, name: str, zipped: bool) -> None:
    task_id = world.task(
        {name: clip(name)}, fields={"segment_size": 10}, start_frame=2, stop_frame=50,
        frame_filter="step=2", use_zip_chunks=zipped,
    )  # fmt: skip
    annotate(world, task_id, last=20)
    assert_comes_back(world, task_id)


def several(kind: str) -> bytes:
    """A file of three pictures."""
    pictures = [Image.open(io.BytesIO(body)) for body in photographs(3).values()]
    first, *others = (picture.convert("RGB").resize((64, 48)) for picture in pictures)
    sink = io.BytesIO()
    first.save(sink, kind, save_all=True, append_images=others)
    return sink.getvalue()


@pytest.mark.parametrize("kind", ["tiff", "gif", "pdf", "webp", "png"])
@pytest.mark.parametrize("chosen", [{}, {"frame_filter": "step=2"}], ids=["all", "some"])
def test_pages_of_one_file_become_pictures(world: World, kind: str, chosen: dict[str, Any]) -> None:
    task_id = world.task({f"several.{kind}": several(kind)}, **chosen)
    copy = world.restored("task", world.back_up("task", task_id))
    assert facts.of_task(world, copy) == facts.of_task(world, task_id)
    assert pixels(world, copy) == pixels(world, task_id)


def pixels(world: World, task_id: int) -> list[bytes]:
    """What every frame shows, whatever its file is like."""
    shown = []
    for number in range(world.json(f"/api/tasks/{task_id}")["size"]):
        asked = {"type": "frame", "number": number, "quality": "original"}
        answer = world.api.get(f"/api/tasks/{task_id}/data", **asked)
        body = world.stored(answer) if answer.status == 302 else answer.body
        with Image.open(io.BytesIO(body)) as picture:
            shown.append(picture.convert("RGB").tobytes())
    return shown


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_pictures_of_an_archive(world: World, compression: int) -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", compression) as archive:
        for name, body in photographs().items():
            archive.writestr(f"deep/{name}", body)
    task_id = world.task({"all.zip": sink.getvalue()}, fields={"segment_size": 2})
    body = world.back_up("task", task_id)
    assert "data/deep/img1.jpg" in members(body)
    assert_comes_back(world, task_id)


def test_a_large_file_is_read_piece_by_piece(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "PIECE", 1000)
    name = "b-frames.mp4"
    task_id = world.task({name: clip(name)})
    assert members(world.back_up("task", task_id))[f"data/{name}"] == clip(name)


def test_sweeps_of_kitti(world: World) -> None:
    task_id = world.task({"velodyne_points/data/1.bin": as_bin(street())})
    copy = assert_comes_back(world, task_id)
    assert world.json(f"/api/tasks/{copy}")["dimension"] == "3d"


def test_point_clouds(world: World) -> None:
    task_id = world.task(
        {
            "pointcloud/1.pcd": as_pcd(street(seed=1)),
            "pointcloud/2.pcd": as_pcd(street()),
            "related_images/1_pcd/a.jpg": photographs()["img0.jpg"],
        }
    )
    copy = assert_comes_back(world, task_id)
    assert world.json(f"/api/tasks/{copy}")["dimension"] == "3d"


def test_files_of_the_share_come_along(world: World, share: Path) -> None:
    for name, body in photographs().items():
        (share / name).write_bytes(body)
    task_id = world.empty_task()
    world.finish_data(task_id, server_files=["/"])
    body = world.back_up("task", task_id)
    before = facts.frames_of(world, task_id)
    for file in share.iterdir():
        file.unlink()
    copy = world.restored("task", body)
    assert facts.frames_of(world, copy) == before
    assert world.json(f"/api/tasks/{copy}/data/meta")["storage"] == "local"


def test_files_of_the_share_stay_there_in_a_lightweight_backup(world: World, share: Path) -> None:
    for name, body in photographs().items():
        (share / name).write_bytes(body)
    task_id = world.empty_task()
    world.finish_data(task_id, server_files=["/"], frame_filter="step=2")
    annotate(world, task_id, last=2)
    body = world.back_up("task", task_id, lightweight="true")
    assert set(members(body)) == {"task.json", "annotations.json", "data/manifest.jsonl"}
    copy = assert_comes_back(world, task_id, lightweight="true")
    assert world.json(f"/api/tasks/{copy}/data/meta")["storage"] == "share"


def test_a_project_with_tasks_of_several_subsets(world: World) -> None:
    made = world.api.post("/api/projects", {"name": "City", "labels": LABELS, "bug_tracker": "b"})
    project_id = made.json["id"]
    tasks = [
        world.task(
            photographs(), fields={"project_id": project_id, "name": "a", "subset": "train"}
        ),
        world.task({"b.mp4": clip("b-frames.mp4")}, fields={"project_id": project_id}),
    ]
    world.empty_task(project_id=project_id)
    for task_id in tasks:
        annotate(world, task_id)
    copy = world.restored("project", world.back_up("project", project_id))
    shown = world.json(f"/api/projects/{copy}")
    assert (shown["name"], shown["bug_tracker"]) == ("City", "b")
    assert shown["task_subsets"] == ["train"]
    assert shown["tasks"]["count"] == 2
    copies = world.json("/api/tasks", project_id=copy)["results"]
    for old, new in zip(tasks, sorted(task["id"] for task in copies), strict=True):
        assert facts.of_task(world, new) == facts.of_task(world, old)
        assert facts.frames_of(world, new) == facts.frames_of(world, old)


def test_the_layout_is_that_of_cvat(world: World) -> None:
    task_id = world.task(photographs(2))
    annotate(world, task_id, last=1)
    held = members(world.back_up("task", task_id))
    assert set(held) == {
        "task.json", "annotations.json", "data/manifest.jsonl", "data/img0.jpg", "data/img1.jpg",
    }  # fmt: skip
    document = msgspec.json.decode(held["task.json"])
    assert document["version"] == "1.0"
    assert document["data"] == {
        "chunk_size": 72, "image_quality": 61, "chunk_type": "imageset", "storage_method": "cache",
        "storage": "local", "sorting_method": "lexicographical", "deleted_frames": [],
        "start_frame": 0, "stop_frame": 1,
    }  # fmt: skip
    body = next(label for label in document["labels"] if label["name"] == "body")
    assert 'data-label-name="left &quot;hand&quot;"' in body["svg"]
    (annotations,) = msgspec.json.decode(held["annotations.json"])
    assert annotations["tags"] == [
        {"frame": 1, "label": "mark", "group": 3, "source": "manual", "attributes": []}
    ]
    assert "data-label-id" not in body["svg"]
    assert b'"label_id"' not in held["annotations.json"]
    assert b'"spec_id"' not in held["annotations.json"]
