"""Files that are not what they say: told in a sentence, with nothing left half made."""

from __future__ import annotations

import gzip
import io
import json
import re
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from PIL import Image

from tests.client.datasets import PHOTOS, VIDEO
from tests.support.processes import children, resident_megabytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.client.bad_input.estate import Estate
    from tests.support.server import Server
    from tests.support.wire import Answer, Client

PNG = (PHOTOS / "chelsea.png").read_bytes()
JPEG = (PHOTOS / "rocket.jpg").read_bytes()
VIDEO_FRAMES = 250


@pytest.fixture
def new_task(estate: Estate) -> Iterator[int]:
    """An empty task, removed afterwards."""
    task_id: int = estate.owner.made(
        "POST", "/api/tasks", {"name": "files", "labels": [{"name": "thing"}]}
    )["id"]
    yield task_id
    assert estate.owner.call("DELETE", f"/api/tasks/{task_id}").status == 204


def squeezed(name: str, size: int) -> bytes:
    """A zip archive of one member of zeros."""
    sink = io.BytesIO()
    with (
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open(name, "w", force_zip64=True) as member,
    ):
        for _ in range(size >> 20):
            member.write(bytes(1 << 20))
    return sink.getvalue()


def lying(archive: bytes, claimed: int) -> bytes:
    """The same archive, saying that its member is small."""
    at = archive.rindex(b"PK\x01\x02")
    return archive[: at + 24] + struct.pack("<I", claimed) + archive[at + 28 :]


def huge_png(side: int) -> bytes:
    """A picture of `side` × `side` pixels in a few bytes: a decompression bomb."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1 << 20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


BAD_MEDIA: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "text as a photograph": ("holiday.jpg", lambda: b"wish you were here", "holiday.jpg"),
    "a page as a photograph": ("x.png", lambda: b"<html><script>1</script></html>", "x.png"),
    "a drawing with a script": ("x.jpg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", ""),
    "nothing": ("empty.jpg", lambda: b"", "empty.jpg"),
    "the first bytes of a photograph": ("cut.jpg", lambda: JPEG[:20], "cut.jpg"),
    "a header without a photograph": ("cut.png", lambda: PNG[:20], "cut.png"),
    "a picture of a billion pixels": ("bomb.png", lambda: huge_png(60_000), "pixels"),
    "a video cut before its index": ("ride.mp4", lambda: VIDEO.read_bytes()[:100_000], "ride.mp4"),
    "the first box of a video": ("ride.mp4", lambda: VIDEO.read_bytes()[:64], "ride.mp4"),
    "text as a video": ("ride.mp4", lambda: b"not a film" * 100, "ride.mp4"),
    "a zip bomb": ("photos.zip", lambda: squeezed("a.jpg", 300 << 20), "unpack"),
    "a zip bomb that lies": (
        "photos.zip", lambda: lying(squeezed("a.jpg", 50 << 20), 1000), "photos.zip",
    ),
    "half an archive": ("photos.zip", lambda: squeezed("a.jpg", 1 << 20)[:-30], "photos.zip"),
    "an archive of no pictures": ("photos.zip", lambda: squeezed("a.txt", 1 << 20), "no pictures"),
    "gzip": ("photos.jpg", lambda: gzip.compress(JPEG), "photos.jpg cannot be used: it is no tar"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_MEDIA)
def test_the_request_says_what_is_wrong_and_the_task_stays_empty(
    case: str, new_task: int, estate: Estate, server: Server
) -> None:
    name, body, said = BAD_MEDIA[case]
    before = estate.snapshot()
    done = estate.owner.upload(new_task, {name: body()})
    assert done["status"] == "failed", done
    assert said in done["message"]
    assert done["message"].rstrip().endswith(".")
    assert "Traceback" not in done["message"]
    assert estate.owner.made("GET", f"/api/tasks/{new_task}")["size"] == 0
    assert estate.owner.made("GET", "/api/jobs", task_id=new_task)["count"] == 0
    for place in (f"/api/tasks/{estate.task_id}", estate.annotations):
        assert estate.owner.made("GET", place) == before[place]
    assert sum(resident_megabytes(pid) for pid in [server.pid, *children(server.pid)]) < 700


def test_an_archive_that_leads_outside_is_refused(new_task: int, estate: Estate) -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("good.jpg", JPEG)
        archive.writestr("../../escape.jpg", JPEG)
    before = estate.storage()
    done = estate.owner.upload(new_task, {"photos.zip": sink.getvalue()})
    assert done["status"] == "failed"
    assert "leads outside" in done["message"]
    new = set(estate.storage()) - set(before)
    assert all(key.startswith(f"tasks/{new_task}/raw/") for key in new)


def pixels(body: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(body)).convert("RGB"))


def fetched(owner: Client, path: str, number: int) -> Answer:
    """A frame in its original quality, wherever it is kept."""
    sent = owner.get(path, type="frame", number=number, quality="original")
    return owner.get(sent.headers["Location"]) if sent.status == 302 else sent


def test_content_decides_not_the_extension(new_task: int, estate: Estate) -> None:
    owner = estate.owner
    done = owner.upload(new_task, {"a.jpg": PNG, "b.png": JPEG})
    assert done["status"] == "finished", done
    for number, (body, kind) in enumerate(((PNG, "image/png"), (JPEG, "image/jpeg"))):
        sent = fetched(owner, f"/api/tasks/{new_task}/data/", number)
        assert sent.headers["Content-Type"] == kind
        assert np.array_equal(pixels(sent.body), pixels(body))


def test_a_photograph_that_is_cut_off_leaves_its_neighbours_alone(
    new_task: int, estate: Estate
) -> None:
    owner = estate.owner
    cut = {"b.jpg": JPEG[: len(JPEG) // 2], "c.png": PNG[: len(PNG) // 2]}
    assert owner.upload(new_task, {"a.jpg": JPEG, **cut, "d.jpg": JPEG})["status"] == "finished"
    path = f"/api/tasks/{new_task}/data/"
    sent = owner.get(path, type="chunk", number=0, quality="compressed")
    chunk = owner.get(sent.headers["Location"]) if sent.status == 302 else sent
    with zipfile.ZipFile(io.BytesIO(chunk.body)) as archive:
        shown = [pixels(archive.read(name)) for name in archive.namelist()]
    assert [picture.shape for picture in shown] == [
        pixels(body).shape for body in (JPEG, JPEG, PNG, JPEG)
    ]
    assert np.array_equal(shown[0], shown[3])


def test_a_video_by_another_name_is_a_video(new_task: int, estate: Estate) -> None:
    assert estate.owner.upload(new_task, {"a.jpg": VIDEO.read_bytes()})["status"] == "finished"
    task = estate.owner.made("GET", f"/api/tasks/{new_task}")
    assert (task["mode"], task["size"]) == ("interpolation", VIDEO_FRAMES)


def remuxed(flags: str) -> bytes:
    """The film with its index elsewhere than at its end."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "film"  # moving the index needs a file with a name
        with (
            av.open(str(VIDEO), "r") as source,
            av.open(str(path), "w", format="mp4", options={"movflags": flags}) as out,
        ):
            stream = out.add_stream_from_template(source.streams.video[0])
            for packet in source.demux(video=0):
                if packet.dts is not None:
                    packet.stream = stream
                    out.mux(packet)
        return path.read_bytes()


@pytest.mark.parametrize("flags", ["faststart", "frag_keyframe+empty_moov"])
def test_what_is_whole_of_a_truncated_video_is_usable_and_the_rest_is_told(
    flags: str, new_task: int, estate: Estate
) -> None:
    owner, film = estate.owner, remuxed(flags)
    done = owner.upload(new_task, {"ride.mp4": film[: len(film) * 2 // 3]})
    assert done["status"] == "finished", done
    size = owner.made("GET", f"/api/tasks/{new_task}")["size"]
    assert 50 < size < VIDEO_FRAMES
    said = re.search(rf"ride\.mp4 is truncated: {size} of about (\d+) frames", done["message"])
    assert said, done["message"]
    # An index in fragments ends where the file ends: how many came after is an estimate.
    known = int(said[1])
    assert known == VIDEO_FRAMES if flags == "faststart" else size < known <= VIDEO_FRAMES
    path = f"/api/tasks/{new_task}/data/"
    for number in (0, size // 2, size - 1):
        sent = fetched(owner, path, number)
        assert sent.status == 200, sent
        Image.open(io.BytesIO(sent.body)).load()
    assert owner.get(path, type="frame", number=size, quality="original").status == 400


def coco(**more: Any) -> bytes:
    return json.dumps({"images": [], "annotations": [], "categories": [], **more}).encode()


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b"<annotations><version>1.1</version><meta>&x;</meta></annotations>"
)
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 30) for n in range(8))
    + b"]><annotations><meta>&i;</meta></annotations>"
)
BAD_IMPORTS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a zip bomb": ("COCO 1.0", lambda: squeezed("annotations/instances.json", 1 << 30)),
    "a zip bomb that lies": (
        "COCO 1.0", lambda: lying(squeezed("annotations/instances.json", 300 << 20), 1000),
    ),
    "a zip bomb of XML": ("CVAT 1.1", lambda: squeezed("annotations.xml", 1 << 30)),
    "entities of the machine": ("CVAT 1.1", lambda: ENTITIES),
    "a billion laughs": ("CVAT 1.1", lambda: LAUGHS),
    "half an archive": ("CVAT 1.1", lambda: squeezed("annotations.xml", 1 << 20)[:-30]),
    "a photograph": ("COCO 1.0", lambda: JPEG),
    "nothing": ("COCO 1.0", lambda: b""),
    "JSON a thousand deep": ("COCO 1.0", lambda: b"[" * 100_000),
    "an unknown category": (
        "COCO 1.0",
        lambda: coco(
            images=[{"id": 1, "file_name": "rocket.jpg", "width": 1, "height": 1}],
            annotations=[{"id": 1, "image_id": 1, "category_id": 7, "bbox": [0, 0, 1, 1]}],
        ),
    ),
    "a box that is none": (
        "COCO 1.0",
        lambda: coco(
            images=[{"id": 1, "file_name": "rocket.jpg", "width": 1, "height": 1}],
            categories=[{"id": 1, "name": "cat"}],
            annotations=[{"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, "x", 1]}],
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_IMPORTS)
def test_a_bad_import_changes_no_annotation(case: str, estate: Estate, server: Server) -> None:
    format_name, body = BAD_IMPORTS[case]
    before = estate.snapshot()
    done = estate.owner.import_file(estate.task_id, body(), format_name)
    assert done["status"] == "failed", done
    assert "import.zip" in done["message"]
    assert "Traceback" not in done["message"]
    assert "root:" not in done["message"]
    after = estate.snapshot()
    for place in before:
        if place != "/api/requests":
            assert after[place] == before[place], place
    assert sum(resident_megabytes(pid) for pid in [server.pid, *children(server.pid)]) < 700
