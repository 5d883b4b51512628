"""Pictures that Exif turns are upright wherever they come from and whatever is made of them."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from typing import Any

import numpy as np
import pytest
from PIL import Image

from chalicelib.formats.stored import frames_of
from chalicelib.projects import store
from functions.export.frames import original_frames

from ..conftest import World
from ..images.photographs import as_shown, difference, exif, photograph, saved
from .conftest import EVERYWHERE, WITH_FOLDERS, Give

#: Of each file: its format, Exif's orientation, and the size as stored.
TURNED = {
    "a.jpg": ("JPEG", 6, (90, 60)),
    "b.jpg": ("JPEG", 3, (60, 48)),
    "c.png": ("PNG", 8, (72, 40)),
    "d.webp": ("WEBP", 5, (80, 56)),
    "e.tiff": ("TIFF", 7, (64, 40)),
    "f.jpg": ("JPEG", 1, (64, 48)),
}


@cache
def pictures() -> dict[str, bytes]:
    lossless: dict[str, dict[str, Any]] = {"WEBP": {"lossless": True}, "JPEG": {"quality": 95}}
    return {
        name: saved(photograph(*size), form, exif=exif(orientation), **lossless.get(form, {}))
        for name, (form, orientation, size) in TURNED.items()
    }


def check(body: bytes, original: bytes, tolerance: float) -> None:
    """Upright for readers of Exif, and for those that do not know it."""
    expected = as_shown(original)
    assert difference(as_shown(body), expected) <= tolerance
    with Image.open(io.BytesIO(body)) as opened:
        assert difference(np.asarray(opened.convert("RGB")), expected) <= tolerance


def members(body: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return [archive.read(entry) for entry in archive.infolist()]


def data(world: World, path: str, **query: Any) -> bytes:
    return world.stored(world.api.get(f"{path}/data", **query))


@pytest.mark.parametrize("give", EVERYWHERE, indirect=True)
def test_frames_chunks_previews_and_exports(world: World, give: Give) -> None:
    originals = list(pictures().values())
    task_id, request = give(pictures(), image_quality=95)
    assert request.status == "finished", request.message
    (job,) = store.task_jobs(task_id)
    for path in (f"/api/tasks/{task_id}", f"/api/jobs/{job.id}"):
        listed = world.api.get(f"{path}/data/meta").json["frames"]
        assert [(one["height"], one["width"]) for one in listed] == [
            as_shown(body).shape[:2] for body in originals
        ]
        for quality, tolerance in (("original", 2.5), ("compressed", 6.0)):
            for number, original in enumerate(originals):
                body = data(world, path, type="frame", number=number, quality=quality)
                check(body, original, tolerance)
            chunk = data(world, path, type="chunk", number=0, quality=quality)
            for body, original in zip(members(chunk), originals, strict=True):
                check(body, original, tolerance)
        preview = world.stored(world.api.get(f"{path}/preview"))
        check(preview, originals[0], 6.0)
    task = store.load_task(task_id)
    assert task is not None
    assert task.data is not None
    exported = original_frames(task_id, 1, frames_of(task, task.data, None))
    for (frame, body), name in zip(exported, pictures(), strict=True):
        assert frame.file_name == name
        check(body, pictures()[name], 2.5)


@pytest.mark.parametrize("give", WITH_FOLDERS, indirect=True)
def test_context_images(world: World, give: Give) -> None:
    beside = pictures()["a.jpg"]
    task_id, request = give(
        {"set/f.jpg": pictures()["f.jpg"], "set/related_images/f_jpg/side.jpg": beside}
    )
    assert request.status == "finished", request.message
    (job,) = store.task_jobs(task_id)
    for path in (f"/api/tasks/{task_id}", f"/api/jobs/{job.id}"):
        (shown,) = members(data(world, path, type="context_image", number=0))
        check(shown, beside, 6.0)
