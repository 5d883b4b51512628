"""Tasks from archives that hold more than photographs."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from chalicelib.media import frame_list
from chalicelib.media.ingest import manifests
from chalicelib.platform import bucket as bucket_module
from chalicelib.projects import store

from ..conftest import World, clip
from ..pictures import photographs, picture
from ..points.making import as_bin, street
from .making import COMPRESS, KINDS


def saved(kind: str, pictures: list[bytes]) -> bytes:
    """Several pictures as one file."""
    opened = [Image.open(io.BytesIO(body)).convert("RGB") for body in pictures]
    sink = io.BytesIO()
    opened[0].save(sink, kind, save_all=True, append_images=opened[1:])
    return sink.getvalue()


PHOTOS = list(photographs().values())
MIXED = {
    "a.jpg": PHOTOS[0],
    "b.pdf": saved("PDF", PHOTOS[2:4]),
    "c.tiff": saved("TIFF", PHOTOS[2:4]),
    "d.webp": saved("WEBP", PHOTOS[:1]),
}


@pytest.mark.parametrize("kind", ["zip", "stored zip", "tar", "tar.gz", "tar.zst"])
def test_every_page_of_every_file_in_an_archive_is_a_frame(world: World, kind: str) -> None:
    task_id = world.made({"set": KINDS[kind](MIXED)})
    listed = frame_list.load(task_id, 1)
    assert [listed.name_of(number) for number in range(listed.size)] == [
        "a.jpg", "b.pdf_0001.png", "b.pdf_0002.png", "c.tiff_0001.png", "c.tiff_0002.png", "d.webp",
    ]  # fmt: skip
    for number, original in ((0, PHOTOS[0]), (3, PHOTOS[2]), (4, PHOTOS[3])):
        query = {"type": "frame", "quality": "original", "number": number}
        answer = world.api.call("GET", f"/api/tasks/{task_id}/data", query=query)
        shown = picture(world.stored(answer))
        assert np.abs(shown.astype(int) - picture(original)).max() <= 1


@pytest.mark.parametrize("kind", ["zip", "tar.xz"])
def test_the_manifest_of_a_task_from_an_archive(world: World, kind: str) -> None:
    bodies = {"p/0.bin": as_bin(street(40)), "p/0.jpg": PHOTOS[0], "p/1.bin": as_bin(street(50))}
    task_id = world.made({"set": KINDS[kind](bodies)})
    body = world.stored(world.api.call("GET", f"/api/tasks/{task_id}/data/manifest"))
    manifest = manifests.read(body)
    assert isinstance(manifest, manifests.ImageManifest)
    assert manifest.dimension == "3d"
    assert [(entry.width, entry.related) for entry in manifest.entries] == [
        (40, ("p/0.jpg",)),
        (50, ()),
    ]


@pytest.mark.parametrize("kind", ["zip", "tar.bz2"])
def test_a_video_in_disguise_makes_no_task(world: World, kind: str) -> None:
    bodies = {"a.jpg": PHOTOS[0], "b.jpg": clip("moov-first.mp4")}
    task_id = world.task()
    assert world.upload(task_id, {"set": KINDS[kind](bodies)}).status == 200
    request = world.finish(task_id)
    assert request.status == "failed"
    assert "b.jpg" in request.message
    task = store.load_task(task_id)
    assert task is not None
    assert task.data is None
    assert [key for key, _ in bucket_module.listing(f"tasks/{task_id}/packs/")] == []


@pytest.mark.parametrize("compression", list(COMPRESS))
def test_what_a_bad_archive_left_is_dropped(
    world: World, compression: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.media.archives.packs.PACK_SIZE", 2000)
    body = COMPRESS[compression](KINDS["tar"]({**photographs(), "z/../../a.jpg": b"x"}))
    task_id = world.task()
    assert world.upload(task_id, {"set": body}).status == 200
    request = world.finish(task_id)
    assert request.status == "failed"
    assert "set cannot be used: it holds a file that leads outside of it" in request.message
    assert [key for key, _ in bucket_module.listing(f"tasks/{task_id}/")] == [
        f"tasks/{task_id}/raw/set"
    ]
