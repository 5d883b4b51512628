"""From uploads to a task that can be annotated, through the API."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from chalicelib.activity import requests
from chalicelib.media import files
from chalicelib.media.ingest import notes, steps
from chalicelib.platform import bucket, workflows
from chalicelib.projects import store

from ..conftest import FRAMES, World, form
from ..pictures import photographs

MakeClip = Callable[[str], bytes]


def test_the_sdk_steps_answer_exactly(world: World) -> None:
    task_id = world.task()
    path = f"/api/tasks/{task_id}/data"
    begun = world.api.call("POST", path, {}, headers={"Upload-Start": ""})
    assert (begun.status, begun.body) == (202, b"")
    sent = world.upload(task_id, {f"/home/me/{k}": v for k, v in photographs().items()})
    assert sent.status == 200
    request = world.finish(task_id)
    assert (request.status, request.message) == ("finished", "")
    assert request.id == f"action=create&target=task&target_id={task_id}"
    task = store.load_task(task_id)
    assert task is not None
    assert task.data is not None
    assert (task.size, task.data.mode, task.data.chunk_size) == (5, "annotation", 72)


def test_a_task_takes_data_once(world: World) -> None:
    task_id = world.made(photographs())
    again = world.upload(task_id, photographs())
    assert (again.status, again.json) == (400, ["Adding more data is not supported"])


def test_one_shot_upload(world: World) -> None:
    task_id = world.task()
    body = form(photographs())[: -len(b"--B0UNDARY--\r\n")]
    for name, value in {"image_quality": "50", "use_zip_chunks": "true"}.items():
        disposition = f'Content-Disposition: form-data; name="{name}"'
        body += f"--B0UNDARY\r\n{disposition}\r\n\r\n{value}\r\n".encode()
    answer = world.send(task_id, body + b"--B0UNDARY--\r\n")
    assert answer.status == 202
    task = store.load_task(task_id)
    assert task is not None
    assert task.data is not None
    assert task.data.image_quality == 50


def test_selection_and_sorting(world: World) -> None:
    files = {f"f{n}.jpg": body for n, body in enumerate(photographs().values(), 8)}
    task_id = world.made(
        files, sorting_method="natural", start_frame=1, stop_frame=4, frame_filter="step=2"
    )
    meta = world.api.get(f"/api/tasks/{task_id}/data/meta").json
    assert [f["name"] for f in meta["frames"]] == ["f9.jpg", "f11.jpg"]
    assert (meta["start_frame"], meta["stop_frame"]) == (1, 4)
    order = ["f12.jpg", "f8.jpg", "f10.jpg", "f9.jpg", "f11.jpg"]
    task_id = world.made(files, sorting_method="predefined", upload_file_order=order)
    meta = world.api.get(f"/api/tasks/{task_id}/data/meta").json
    assert [f["name"] for f in meta["frames"]] == order


def test_files_mapped_to_jobs(world: World) -> None:
    groups = [["img3.jpg", "img0.jpg"], ["img1.jpg", "img2.jpg", "img4.jpg"]]
    task_id = world.made(photographs(), sorting_method="predefined", job_file_mapping=groups)
    jobs = store.task_jobs(task_id)
    assert [(job.start_frame, job.stop_frame) for job in jobs] == [(0, 1), (2, 4)]
    meta = world.api.get(f"/api/tasks/{task_id}/data/meta").json
    assert [f["name"] for f in meta["frames"]] == [name for group in groups for name in group]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"frame_filter": "every=2"}, "frame_filter"),
        ({"image_quality": 0}, "image_quality"),
        ({"image_quality": 101}, "image_quality"),
        ({"start_frame": -1}, "start_frame"),
        ({"start_frame": 3, "stop_frame": 2}, "stop_frame"),
        ({"sorting_method": "by size"}, "sorting_method"),
        ({"server_files": ["../etc/passwd"]}, "server_files"),
        ({"server_files": ["a"], "server_files_exclude": ["a/../../b"]}, "server_files"),
        ({"remote_files": ["ftp://example.com/a.jpg"]}, "remote_files"),
        ({"filename_pattern": ""}, "filename_pattern"),
        ({"job_file_mapping": [["a"]]}, "job_file_mapping"),
    ],
)
def test_bad_parameters_start_nothing(world: World, wanted: dict[str, object], field: str) -> None:
    task_id = world.task()
    answer = world.api.call(
        "POST", f"/api/tasks/{task_id}/data", wanted, headers={"Upload-Finish": ""}
    )
    assert answer.status == 400
    assert list(answer.json) == [field]
    assert requests.load(f"action=create&target=task&target_id={task_id}") is None


def refused(world: World, files: dict[str, bytes], **wanted: object) -> str:
    """Why a task cannot be made of files; that it has not been is checked."""
    task_id = world.task()
    assert world.upload(task_id, files).status == 200
    request = world.finish(task_id, **wanted)
    assert request.status == "failed"
    task = store.load_task(task_id)
    assert task is not None
    assert task.data is None
    assert store.task_jobs(task_id) == []
    return request.message


def test_failures_say_what_to_do(world: World, make_clip: MakeClip) -> None:
    jpeg = photographs()["img0.jpg"]
    clip = make_clip("b-frames.mp4")
    bomb = bytearray(jpeg)
    at = bomb.find(b"\xff\xc0") + 5
    bomb[at : at + 4] = b"\xff\xf0\xff\xf0"
    assert "No files" in refused(world, {})
    assert "empty.jpg: nothing in it" in refused(world, {"empty.jpg": b"", "a.jpg": jpeg})
    assert "notes.jpg: by its content neither" in refused(world, {"notes.jpg": b"dear diary"})
    assert "PDF" in refused(world, {"scan.jpg": b"%PDF-1.7 ..."})
    assert "1 of 2 images cannot be used. cut.jpg" in refused(
        world, {"cut.jpg": jpeg[:30], "a.jpg": jpeg}
    )
    assert "at most" in refused(world, {"bomb.jpg": bytes(bomb)})
    assert "Only one video" in refused(world, {"a.mp4": clip, "b.jpg": jpeg})
    assert "clip.mp4 cannot be used: its index" in refused(
        world, {"clip.mp4": clip[: len(clip) // 2]}
    )
    assert "beyond the last one" in refused(world, {"a.jpg": jpeg}, start_frame=5)
    assert "order of files names 'b.jpg', which was not given" in refused(
        world, {"a.jpg": jpeg}, sorting_method="predefined", upload_file_order=["b.jpg"]
    )


def test_a_failed_upload_can_be_mended(world: World) -> None:
    task_id = world.task()
    world.upload(task_id, {"a.jpg": b"not an image"})
    assert world.finish(task_id).status == "failed"
    world.upload(task_id, {"a.jpg": photographs()["img0.jpg"]})
    assert world.finish(task_id).status == "finished"


def test_content_decides_not_the_extension(world: World, make_clip: MakeClip) -> None:
    task_id = world.made(
        {"photo.txt": photographs()["img0.jpg"], "b.png": photographs()["img2.jpg"]}
    )
    task = store.load_task(task_id)
    assert task is not None
    assert task.size == 2
    task_id = world.made({"clip.jpg": make_clip("vp9.webm")})
    task = store.load_task(task_id)
    assert task is not None
    assert task.size == FRAMES


def test_a_truncated_video_keeps_what_is_whole_and_says_so(
    world: World, make_clip: MakeClip
) -> None:
    body = make_clip("moov-first.mp4")
    task_id = world.task()
    world.upload(task_id, {"clip.mp4": body[: len(body) * 6 // 10]})
    request = world.finish(task_id)
    assert request.status == "finished"
    task = store.load_task(task_id)
    assert task is not None
    assert 0 < task.size < FRAMES
    assert f"{task.size} of about {FRAMES} frames are readable" in request.message


def test_an_archive_of_pictures(world: World) -> None:
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w", method) as archive:
            for name, body in photographs().items():
                archive.writestr(f"set/{name}", body)
            archive.writestr("README.txt", "pictures of a rocket")
            archive.writestr("__MACOSX/._img0.jpg", b"junk")
        task_id = world.made({"pictures.zip": sink.getvalue()})
        meta = world.api.get(f"/api/tasks/{task_id}/data/meta").json
        assert [f["name"] for f in meta["frames"]] == [f"set/img{n}.jpg" for n in range(5)]
        answer = world.api.get(
            f"/api/tasks/{task_id}/data", type="frame", number=2, quality="original"
        )
        assert world.stored(answer) == photographs()["img2.jpg"]


def archive_of(name: str, body: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as archive:
        archive.writestr(name, body)
    return sink.getvalue()


def test_hostile_archives(world: World) -> None:
    liar = archive_of("a.png", bytes(50_000_000))
    assert "a.png: by its content neither" in refused(world, {"liar.zip": liar})
    slip = archive_of("../../a.jpg", photographs()["img0.jpg"])
    assert "leads outside" in refused(world, {"slip.zip": slip})
    assert "holds no pictures" in refused(world, {"text.zip": archive_of("a.txt", b"x")})
    whole = archive_of("a.jpg", photographs()["img0.jpg"])
    assert "not a whole zip" in refused(world, {"cut.zip": whole[:-30]})


def test_names_never_leave_the_task(world: World) -> None:
    task_id = world.task()
    jpeg = photographs()["img0.jpg"]
    assert world.upload(task_id, {"../../../etc/a.jpg": jpeg, "C:\\x\\b.jpg": jpeg}).status == 200
    assert world.upload(task_id, {"..": jpeg}).status == 400
    assert world.upload(task_id, {"a\x01.jpg": jpeg}).status == 400
    assert world.upload(task_id, {"x/a.jpg": jpeg, "y/a.jpg": jpeg}).status == 200
    clash = world.upload(task_id, {"/home/me/c.jpg": jpeg, "/home/you/c.jpg": jpeg})
    assert clash.status == 400
    assert world.finish(task_id).status == "finished"
    meta = world.api.get(f"/api/tasks/{task_id}/data/meta").json
    assert [f["name"] for f in meta["frames"]] == ["a.jpg", "b.jpg", "x/a.jpg", "y/a.jpg"]
    for name in ("../a.jpg", "/etc/passwd", "a//b", "a/./b", "a\\b"):
        answer = world.api.post(
            f"/api/tasks/{world.task()}/data/uploads", {"name": name, "size": 10}
        )
        assert answer.status == 400


def test_countless_small_files_do_not_become_countless_objects(world: World) -> None:
    task_id = world.task()
    assert world.upload(task_id, {f"{n}.txt": b"words" for n in range(300)}).status == 200
    assert len(list(bucket.listing(f"tasks/{task_id}/"))) == 1
    archives = {f"{n}.zip": b"PK\x03\x04" for n in range(300)}
    assert world.upload(task_id, archives).status == 400
    assert len(list(bucket.listing(f"tasks/{task_id}/"))) == 1
    request = world.finish(task_id)
    assert (request.status, "0.txt" in request.message) == ("failed", True)


@pytest.mark.parametrize(
    "fields",
    [
        [("server_files", "a"), ("server_files[0]", "b")],
        [("job_file_mapping[0]", "a"), ("job_file_mapping[0][0]", "b")],
        [("job_file_mapping[999999999][0]", "a")],
    ],
)
def test_a_form_that_contradicts_itself_is_refused(
    world: World, fields: list[tuple[str, str]]
) -> None:
    parts = (
        f'--B0UNDARY\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in [("image_quality", "70"), *fields]
    )
    answer = world.send(world.task(), ("".join(parts) + "--B0UNDARY--\r\n").encode())
    assert answer.status == 400, answer


def test_many_files_are_indexed_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "INLINE_FILES", 2)
    task_id = world.task()
    for name, body in photographs().items():
        bucket.put(f"tasks/{task_id}/raw/{name}", body)
        notes.note(
            task_id,
            [files.File(name, f"tasks/{task_id}/raw/{name}", 0, len(body), "image", "jpeg")],
        )
    assert world.finish(task_id).status == "finished"
    meta = world.api.get(f"/api/tasks/{task_id}/data/meta").json
    assert (meta["frames"][1]["width"], meta["frames"][1]["height"]) == (48, 72)


def test_a_running_index_is_not_started_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = world.task()
    world.upload(task_id, photographs())
    monkeypatch.setattr(workflows, "start", lambda *_: None)
    assert world.finish(task_id).status == "queued"
    answer = world.api.call("POST", f"/api/tasks/{task_id}/data", {}, headers={"Upload-Finish": ""})
    assert answer.status == 409
    assert answer.json == {"rq_id": f"action=create&target=task&target_id={task_id}"}
