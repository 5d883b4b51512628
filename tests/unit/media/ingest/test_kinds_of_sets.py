"""What sets of files make: related images, point clouds, pages, manifests, and refusals."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from chalicelib.media import frame_list
from chalicelib.media.ingest import looking
from chalicelib.platform import bucket, clock, ids
from chalicelib.platform.table import Create, commit
from chalicelib.projects import store
from chalicelib.projects.indexing import project_record
from chalicelib.projects.models import Project
from tests.unit.media.archives.making import compressed_tar, tarred, zipped
from tests.unit.media.images.documents import document
from tests.unit.media.points.making import as_bin, as_pcd, street

from ..conftest import World
from ..pictures import photographs
from .conftest import ask, data_of, give, names, request_of, task_of, write

MakeClip = Callable[[str], bytes]
PHOTO = photographs()["img0.jpg"]
CLOUD = as_pcd(street(200))
MORE_CLOUD = as_bin(street(100))


def refusal(world: World, files: dict[str, bytes], **wanted: Any) -> str:
    """Why no task can be made of uploads; nothing is left but they, and a retry is possible."""
    task_id = world.task()
    for number in range(0, len(files), 50):
        part = dict(list(files.items())[number : number + 50])
        answer = world.upload(task_id, part)
        assert answer.status == 200, answer
    request = ask(world, task_id, **wanted)
    assert request.status == "failed"
    assert task_of(task_id).data is None
    assert store.task_jobs(task_id) == []
    kept = {key.split("/")[2] for key, _ in bucket.listing(f"tasks/{task_id}/")}
    assert kept <= {"raw", "packs"}
    path = f"/api/tasks/{task_id}/data"
    assert world.api.call("POST", path, {}, headers={"Upload-Start": ""}).status == 202
    world.upload(task_id, {"fine.jpg": PHOTO})
    assert ask(world, task_id).status == "finished"
    assert names(world, task_id) == ["fine.jpg"]
    return request.message


def related(task_id: int) -> dict[str, list[str]]:
    listed = frame_list.load(task_id, 1)
    beside = listed.related or [[] for _ in listed.images]
    return {
        frame.name: [file.name for file in files]
        for frame, files in zip(listed.images, beside, strict=True)
    }


def manifest(*entries: dict[str, Any], kind: str = "images") -> bytes:
    lines = [{"version": "1.1"}, {"type": kind}, *entries]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def entry(name: str, **fields: Any) -> dict[str, Any]:
    stem, _, extension = name.rpartition(".")
    return {"name": stem, "extension": f".{extension}", **fields}


@pytest.mark.usefixtures("share")
@pytest.mark.parametrize("large", [False, True])
def test_pictures_beside_images_are_no_frames(
    world: World, share: Path, large: bool, request: pytest.FixtureRequest
) -> None:
    if large:
        request.getfixturevalue("small_parts")
    write(share, {"set/deep/related_images/3_jpg/b.jpg": PHOTO})
    write(share, {"set/deep/related_images/3_jpg/a.jpg": PHOTO})
    task_id, asked = give(world, server_files=["set/"])
    assert asked.status == "finished", asked.message
    assert related(task_id) == {
        "set/1.jpg": [],
        "set/deep/3.jpg": [f"set/deep/related_images/3_jpg/{n}.jpg" for n in "ab"],
        "set/deep/4.jpg": [],
    }
    assert data_of(task_id).dimension == "2d"
    beside = frame_list.load(task_id, 1).related[1][0]
    assert (beside.format, beside.width) == ("jpeg", 64)


def test_point_clouds_make_a_task_of_three_dimensions(world: World, share: Path) -> None:
    write(
        share,
        {
            "drive/pointcloud/1.pcd": CLOUD,
            "drive/pointcloud/2.bin": MORE_CLOUD,
            "drive/related_images/1_pcd/front.jpg": PHOTO,
        },
    )
    task_id, request = give(world, server_files=["drive"])
    assert request.status == "finished", request.message
    assert related(task_id) == {
        "drive/pointcloud/1.pcd": ["drive/related_images/1_pcd/front.jpg"],
        "drive/pointcloud/2.bin": [],
    }
    data = data_of(task_id)
    assert (data.dimension, data.mode, data.size) == ("3d", "annotation", 2)
    assert data.largest == (0, 0)


def test_a_task_knows_what_size_no_picture_exceeds(world: World, make_clip: MakeClip) -> None:
    """As they are shown: nothing that is annotated beyond it can be seen on any of them."""
    wide, turned = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (90, 20)).save(wide, "PNG")
    picture = Image.new("RGB", (70, 30))
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.save(turned, "JPEG", exif=exif)
    task_id = world.made({"a.png": wide.getvalue(), "b.jpg": turned.getvalue()})
    assert data_of(task_id).largest == (90, 70)
    task_id = world.made({"a.mp4": make_clip("rotated.mp4")})
    [shown] = world.api.get(f"/api/tasks/{task_id}/data/meta").json["frames"]
    assert data_of(task_id).largest == (shown["width"], shown["height"])


def test_tasks_of_a_project_have_one_dimension(world: World) -> None:
    project_id = ids.allocate("project").start
    moment = clock.iso()
    project = Project(
        id=project_id, name="Streets", owner_id=1, created_date=moment, updated_date=moment
    )
    commit(Create(project_record(project)))
    flat = world.task(project_id=project_id)
    world.upload(flat, {"a.jpg": PHOTO})
    assert ask(world, flat).status == "finished"
    assert (found := store.load_project(project_id)) is not None
    assert found.dimension == "2d"
    deep = world.task(project_id=project_id)
    world.upload(deep, {"1.pcd": CLOUD})
    request = ask(world, deep)
    assert request.status == "failed"
    assert request.message == (
        "These files make a 3D task, but the project 'Streets' has 2D tasks."
        " Make the task in another project."
    )
    assert task_of(deep).data is None


def test_pages_and_frames_of_an_animation_become_frames(world: World) -> None:
    sink = io.BytesIO()
    with Image.open(io.BytesIO(PHOTO)) as photo:
        turned = [photo.rotate(90 * n).quantize() for n in range(3)]
    turned[0].save(sink, "GIF", save_all=True, append_images=turned[1:])
    task_id = world.made({"b.gif": sink.getvalue(), "a.jpg": PHOTO, "c.jpg": PHOTO})
    pages = [f"b.gif_{number:04d}.png" for number in (1, 2, 3)]
    assert names(world, task_id) == ["a.jpg", *pages, "c.jpg"]
    task_id = world.made({"b.gif": sink.getvalue(), "a.jpg": PHOTO}, start_frame=2)
    assert names(world, task_id) == pages[1:]
    task_id = world.made({"scan.pdf": document((300, 200), (200, 300))})
    assert len(names(world, task_id)) == 2


@pytest.mark.parametrize(
    ("name", "make"),
    [("a.zip", zipped), ("a.tar", tarred), ("a.tgz", compressed_tar("gz")),
     ("a.tar.zst", compressed_tar("zst"))],
)  # fmt: skip
@pytest.mark.parametrize("large", [False, True])
def test_archives_of_every_kind(
    world: World,
    name: str,
    make: Callable[[dict[str, bytes]], bytes],
    large: bool,
    request: pytest.FixtureRequest,
) -> None:
    if large:
        request.getfixturevalue("small_parts")
    files = {f"set/{name}": body for name, body in photographs().items()}
    task_id = world.made({name: make({**files, "set/notes.txt": b"words"})})
    assert names(world, task_id) == list(files)
    answer = world.api.get(f"/api/tasks/{task_id}/data", type="frame", number=2, quality="original")
    assert world.stored(answer) == photographs()["img2.jpg"]


def test_an_archive_of_the_share_is_read_there(world: World, share: Path) -> None:
    write(share, {"sets/a.zip": zipped(photographs())})
    task_id, request = give(world, server_files=["sets/a.zip"])
    assert request.status == "finished", request.message
    assert names(world, task_id) == list(photographs())


def test_the_order_of_a_manifest_is_the_predefined_one(world: World, share: Path) -> None:
    order = ["deep/4.jpg", "1.jpg", "deep/3.jpg"]
    write(share, {"set/manifest.jsonl": manifest(*map(entry, order))})
    task_id, request = give(
        world,
        server_files=["set/manifest.jsonl", "set/"],
        sorting_method="predefined",
    )
    assert request.status == "finished", request.message
    assert names(world, task_id) == [f"set/{name}" for name in order]
    task_id, request = give(world, server_files=["set/manifest.jsonl"], filename_pattern="*deep/*")
    assert request.status == "finished", request.message
    assert names(world, task_id) == ["set/deep/3.jpg", "set/deep/4.jpg"]


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([entry("img0.jpg")], "img1.jpg"),
        ([entry("img0.jpg"), entry("img1.jpg"), entry("img7.jpg")], "img7.jpg"),
        ([entry("img0.jpg", width=9, height=9), entry("img1.jpg")], "img0.jpg (9 × 9, but it has"),
    ],
)
@pytest.mark.parametrize("large", [False, True])
def test_a_manifest_that_disagrees_is_refused(
    world: World,
    entries: list[dict[str, Any]],
    message: str,
    large: bool,
    request: pytest.FixtureRequest,
) -> None:
    if large:
        request.getfixturevalue("small_parts")
    files = {name: photographs()[name] for name in ("img0.jpg", "img1.jpg")}
    told = refusal(world, {**files, "manifest.jsonl": manifest(*entries)})
    assert told.startswith("manifest.jsonl cannot be used: ")
    assert message in told


def test_a_manifest_that_is_none_is_refused(world: World) -> None:
    told = refusal(world, {"a.jpg": PHOTO, "manifest.jsonl": b"{}\n"})
    assert told.startswith("manifest.jsonl cannot be used: line 1")


@pytest.mark.parametrize(
    ("others", "message"),
    [
        ({"b.jpg": b""}, "b.jpg: nothing in it, 0 bytes"),
        ({"b.jpg": b"words"}, "b.jpg: by its content neither"),
        ({"b.pdf": document((300, 200))}, "Only one video, archive or PDF"),
        ({"b.zip": zipped(photographs())}, "Only one video, archive or PDF"),
        ({"b.rar": b"Rar!\x1a\x07\x00 and so on"}, "b.rar is a RAR archive"),
        ({"b.pcd": CLOUD, "c.pcd": CLOUD}, ""),
    ],
)
def test_what_does_not_fit_together_is_named(
    world: World, others: dict[str, bytes], message: str
) -> None:
    files = {"a.jpg": PHOTO, **others}
    if message:
        assert message in refusal(world, files)
        return
    # CVAT, too, leaves out pictures beside no point cloud.
    task_id = world.made(files)
    assert names(world, task_id) == list(others)
    told = "Left out, because no frame is beside them: a.jpg."
    assert (data_of(task_id).warning, request_of(task_id).message) == (told, told)


@pytest.mark.usefixtures("small_parts")
def test_content_decides_in_large_sets_of_the_share_too(
    world: World, share: Path, make_clip: MakeClip
) -> None:
    write(share, {"set/5.jpg": make_clip("b-frames.mp4")})
    _, request = give(world, server_files=["set"])
    assert (request.status, "set/5.jpg" in request.message) == ("failed", True)
    write(share, {"set/5.jpg": b"words", "set/6.jpg": b"", "set/7.jpg": PHOTO[:40]})
    task_id, request = give(world, server_files=["set"])
    assert "3 of 6 images cannot be used. set/5.jpg: by its content neither" in request.message
    assert "set/6.jpg: nothing in it" in request.message
    assert list(bucket.listing(f"tasks/{task_id}/")) == []


@pytest.mark.usefixtures("small_parts")
def test_a_file_that_disappears_meanwhile_is_named(
    world: World, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = looking.look

    def look(*args: Any) -> Any:
        (share / "set/deep/4.jpg").unlink(missing_ok=True)
        return original(*args)

    monkeypatch.setattr(looking, "look", look)
    for copy in (False, True):
        write(share, {"set/deep/4.jpg": PHOTO})
        task_id, request = give(world, server_files=["set"], copy_data=copy)
        assert request.status == "failed"
        assert "set/deep/4.jpg" in request.message
        assert "not there any more" in request.message
        assert task_of(task_id).data is None


def test_names_that_are_no_utf8_are_kept_as_text(world: World, share: Path) -> None:
    (share / "set" / "deep" / b"\xff\xe4.jpg".decode("utf-8", "surrogateescape")).write_bytes(PHOTO)
    task_id, request = give(world, server_files=["set/deep"])
    assert request.status == "finished", request.message
    found = names(world, task_id)
    assert found == ["set/deep/%FF%E4.jpg", "set/deep/3.jpg", "set/deep/4.jpg"]
    answer = world.api.get(f"/api/tasks/{task_id}/data", type="frame", number=0, quality="original")
    assert world.stored(answer) == PHOTO


def test_a_truncated_video_says_so_as_long_as_the_task_lives(
    world: World, make_clip: MakeClip
) -> None:
    body = make_clip("moov-first.mp4")
    task_id = world.task()
    world.upload(task_id, {"clip.mp4": body[: len(body) * 6 // 10]})
    request = ask(world, task_id)
    assert request.status == "finished"
    assert "clip.mp4 is truncated" in request.message
    assert data_of(task_id).warning == request.message


def test_jobs_of_files_are_neither_of_a_video_nor_of_a_size(
    world: World, make_clip: MakeClip
) -> None:
    mapping = {"sorting_method": "predefined", "job_file_mapping": [["a.mp4"]]}
    assert "a video is one file" in refusal(world, {"a.mp4": make_clip("b-frames.mp4")}, **mapping)
    task_id = world.task(segment_size=3)
    answer = world.api.post(f"/api/tasks/{task_id}/data", mapping)
    assert (answer.status, list(answer.json)) == (400, ["job_file_mapping"])


def test_chunks_are_as_asked(world: World, make_clip: MakeClip) -> None:
    task_id = world.made({"a.mp4": make_clip("b-frames.mp4")}, use_zip_chunks=True, chunk_size=7)
    data = data_of(task_id)
    assert (data.compressed_chunk_type, data.original_chunk_type) == ("imageset", "imageset")
    assert data.chunk_size == 7
    data = data_of(world.made({"a.mp4": make_clip("b-frames.mp4")}, image_quality=30))
    assert (data.compressed_chunk_type, data.original_chunk_type) == ("video", "video")
    assert (data.chunk_size, data.image_quality) == (36, 30)


@pytest.mark.parametrize("kind", ["zip", "tar", "tgz"])
def test_names_in_archives_that_are_no_utf8_are_told(world: World, kind: str) -> None:
    files = {f"é{n}.jpg": photographs()[f"img{n}.jpg"] for n in (0, 2)}
    if kind == "zip":
        body = zipped(files, zipfile.ZIP_STORED).replace("é".encode(), b"\xff\xfe")
    else:
        body = tarred(files, tarfile.USTAR_FORMAT).replace("é".encode(), b"\xff\xfe")
        body = mended(body)
    body = gzip.compress(body) if kind == "tgz" else body
    told = refusal(world, {f"set.{kind}": body})
    assert told.startswith(f"set.{kind} cannot be used: it holds a file whose name is not UTF-8")


def mended(tar: bytes) -> bytes:
    """A tar archive whose headers have the right checksums again."""
    body = bytearray(tar)
    for at in range(0, len(body), 512):
        if body[at + 257 : at + 262] == b"ustar":
            body[at + 148 : at + 156] = b" " * 8
            body[at + 148 : at + 156] = b"%06o\0 " % sum(body[at : at + 512])
    return bytes(body)
