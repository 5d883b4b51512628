"""Every kind of file through every way of uploading: noted by its name, as what it is."""

from __future__ import annotations

import base64
import io
import tarfile
import zipfile
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from PIL import Image

from chalicelib.media import files, layout
from chalicelib.media.ingest import notes
from chalicelib.platform import bucket
from chalicelib.platform.config import settings
from tests.support.clips import package_file

if TYPE_CHECKING:
    from tests.unit.media.conftest import World

Send = Callable[["World", int, str, bytes], Any]


@cache
def photograph() -> bytes:
    return package_file("skimage", "data", "rocket.jpg").read_bytes()


@cache
def archive(kind: str) -> bytes:
    sink = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(sink, "w") as zipped:
            zipped.writestr("rocket.jpg", photograph())
    else:
        with tarfile.open(fileobj=sink, mode="w:gz" if kind == "tar.gz" else "w") as packed:
            member = tarfile.TarInfo("rocket.jpg")
            member.size = len(photograph())
            packed.addfile(member, io.BytesIO(photograph()))
    return sink.getvalue()


@cache
def picture(kind: str) -> bytes:
    sink = io.BytesIO()
    Image.open(io.BytesIO(photograph())).save(sink, kind)
    return sink.getvalue()


CLOUD = b"""# .PCD v.7
VERSION .7
FIELDS x y z
SIZE 4 4 4
TYPE F F F
COUNT 1 1 1
WIDTH 1
HEIGHT 1
POINTS 1
DATA ascii
1 2 3
"""

#: Name → its content, and the family that it is known to be of before anything else is read.
KINDS: dict[str, tuple[Callable[[], bytes], str]] = {
    "images.tar": (lambda: archive("tar"), "archive"),
    "images.tar.gz": (lambda: archive("tar.gz"), "archive"),
    "images.zip": (lambda: archive("zip"), "archive"),
    "pages.pdf": (lambda: picture("PDF"), "document"),
    "pages.tiff": (lambda: picture("TIFF"), "image"),
    "moves.gif": (lambda: picture("GIF"), "image"),
    "photo.avif": (lambda: picture("AVIF"), "image"),
    "photo.jp2": (lambda: picture("JPEG2000"), "image"),
    "cloud.pcd": (lambda: CLOUD, ""),
    "cloud.bin": (lambda: bytes(160), ""),
    "related_images/photo_jpg/left.png": (lambda: picture("PNG"), "image"),
    "\u0444\u043e\u0442\u043e/\u00e9 (1)%41.jpg": (photograph, "image"),
    "manifest.jsonl": (lambda: b'{"version":"1.1"}\n{"type":"images"}\n', "unknown"),
}


def by_form(world: World, task_id: int, name: str, body: bytes) -> None:
    assert world.upload(task_id, {name: body}).status == 200


def by_pieces(world: World, task_id: int, name: str, body: bytes) -> None:
    """TUS, in two pieces."""
    begun = world.api.call(
        "POST",
        f"/api/tasks/{task_id}/data",
        headers={
            "Upload-Length": str(len(body)),
            "Upload-Metadata": f"filename {base64.b64encode(name.encode()).decode()}",
        },
    )
    assert (begun.status, begun.header("upload-filename")) == (201, name)
    path = urlsplit(begun.header("location") or "").path
    half = len(body) // 2
    for at, piece in ((0, body[:half]), (half, body[half:])):
        answer = world.api.call(
            "PATCH",
            path,
            piece,
            headers={
                "content-type": "application/offset+octet-stream",
                "content-length": str(len(piece)),
                "Upload-Offset": str(at),
            },
        )
        assert answer.status == 204, answer


def by_link(world: World, task_id: int, name: str, body: bytes) -> None:
    """A PUT to the bucket, which the browser does."""
    wanted = {"files": [{"name": name, "size": len(body)}]}
    path = f"/api/tasks/{task_id}/data/uploads/batch"
    (link,) = world.api.post(path, wanted).json["files"]
    bucket.put(link["key"], body)
    assert world.api.post(f"{path}/complete", wanted).status == 204


def by_parts(world: World, task_id: int, name: str, body: bytes) -> None:
    """A multipart upload to the bucket, which the browser does."""
    path = f"/api/tasks/{task_id}/data/uploads"
    begun = world.api.post(path, {"name": name, "size": len(body)})
    assert begun.status == 201, begun
    (part,) = begun.json["parts"]
    upload_id = urlsplit(part["url"]).query.partition("uploadId=")[2].partition("&")[0]
    bucket.client().upload_part(
        Bucket=settings().bucket,
        Key=begun.json["key"],
        UploadId=upload_id,
        PartNumber=1,
        Body=body,
    )
    assert world.api.post(f"{path}/{begun.json['upload_id']}/complete").status == 204


WAYS: dict[str, Send] = {
    "form": by_form, "pieces": by_pieces, "link": by_link, "parts": by_parts
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", KINDS)
def test_a_file_is_noted_as_what_it_is(world: World, name: str, way: str) -> None:
    make, family = KINDS[name]
    task_id = world.task()
    WAYS[way](world, task_id, name, make())
    (file,) = notes.noted(task_id)
    assert file.name == name
    assert files.read(file) == make()
    assert family in {"", file.family}
    assert family == "unknown" or not file.problem
    # Whole objects can be read by libraries that jump to and fro.
    if family in {"archive", "document"}:
        assert (file.key, file.packed) == (layout.raw(task_id, name), False)


def test_files_of_every_kind_in_one_form(world: World) -> None:
    task_id = world.task()
    content = {name: make() for name, (make, _) in KINDS.items()}
    assert world.upload(task_id, content).status == 200
    assert {file.name: files.read(file) for file in notes.noted(task_id)} == content


def test_one_name_twice_in_a_request_is_refused(world: World) -> None:
    task_id = world.task()
    answer = world.upload(task_id, {"/a/rocket.jpg": photograph(), "/b/rocket.jpg": photograph()})
    assert answer.status == 400
    assert "Several files are named 'rocket.jpg'" in answer.json["client_files"][0]
    assert notes.noted(task_id) == []
    # In folders that were chosen they are different files.
    both = {"a/rocket.jpg": photograph(), "b/rocket.jpg": photograph()}
    assert world.upload(task_id, both).status == 200
    assert [file.name for file in notes.noted(task_id)] == list(both)


@pytest.mark.parametrize("way", WAYS)
def test_a_folder_keeps_what_stands_beside_an_image(world: World, way: str) -> None:
    task_id = world.task()
    WAYS[way](world, task_id, "trip/photo.jpg", photograph())
    WAYS[way](world, task_id, "trip/related_images/photo_jpg/left.png", picture("PNG"))
    assert world.finish(task_id).status == "finished"
    (frame,) = world.api.get(f"/api/tasks/{task_id}/data/meta").json["frames"]
    assert (frame["name"], frame["related_files"]) == ("trip/photo.jpg", 1)


def test_names_in_other_encodings_are_told_apart(world: World) -> None:
    """Browsers of old systems and scripts send bytes that are no UTF-8."""
    task_id = world.task()
    body = b"".join(
        b'--B0UNDARY\r\nContent-Disposition: form-data; name="f"; filename="caf%s.jpg"'
        b"\r\n\r\n%s\r\n" % (byte, photograph())
        for byte in (b"\xe9", b"\xe8")
    )
    assert world.send(task_id, body + b"--B0UNDARY--\r\n", "Upload-Multiple").status == 200
    assert [file.name for file in notes.noted(task_id)] == ["caf%E9.jpg", "caf%E8.jpg"]
    assert world.finish(task_id).status == "finished"
    frames = world.api.get(f"/api/tasks/{task_id}/data/meta").json["frames"]
    assert [frame["name"] for frame in frames] == ["caf%E8.jpg", "caf%E9.jpg"]
