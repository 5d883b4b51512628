"""Tasks of unusual pictures, from the upload to the frame that a client gets."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from PIL import Image, ImageSequence

from ..conftest import World
from . import documents
from .photographs import as_shown, difference, exif, photograph, saved
from .test_pages import animated, strip


def frame(world: World, task_id: int, number: int, quality: str) -> np.ndarray:
    answer = world.api.get(
        f"/api/tasks/{task_id}/data", type="frame", number=number, quality=quality
    )
    return as_shown(world.stored(answer))


def check(world: World, files: dict[str, bytes], names: list[str], shown: list[np.ndarray]) -> None:
    """The task has these frames: their names, sizes and pixels, one by one and in chunks."""
    task_id = world.made(files, image_quality=100)
    listed = world.api.get(f"/api/tasks/{task_id}/data/meta").json["frames"]
    assert [file["name"] for file in listed] == names
    assert [(file["height"], file["width"]) for file in listed] == [p.shape[:2] for p in shown]
    for quality, tolerance in (("original", 0.0), ("compressed", 3.0)):
        for number, expected in enumerate(shown):
            assert difference(frame(world, task_id, number, quality), expected) <= tolerance
        answer = world.api.get(
            f"/api/tasks/{task_id}/data", type="chunk", number=0, quality=quality
        )
        with zipfile.ZipFile(io.BytesIO(world.stored(answer))) as archive:
            for name, expected in zip(archive.namelist(), shown, strict=True):
                assert difference(as_shown(archive.read(name)), expected) <= tolerance


def pages(name: str, count: int) -> list[str]:
    return [f"{name}_{number:04d}.png" for number in range(1, count + 1)]


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_an_animation_is_a_task_of_its_frames(world: World, form: str) -> None:
    body = animated(form, 5, **({"lossless": True} if form == "WEBP" else {}))
    with Image.open(io.BytesIO(body)) as picture:
        shown = [np.asarray(f.convert("RGB")) for f in ImageSequence.Iterator(picture)]
    check(world, {"a.gif": body}, pages("a.gif", 5), shown)


def test_a_stack_and_a_photograph_make_one_task(world: World) -> None:
    first, *rest = strip(3)
    files = {
        "stack.tif": saved(first, "TIFF", save_all=True, append_images=rest),
        "still.png": saved(photograph(), "PNG"),
    }
    shown = [np.asarray(picture) for picture in (first, *rest, photograph())]
    check(world, files, [*pages("stack.tif", 3), "still.png"], shown)


def test_a_document_is_a_task_of_its_pages(world: World) -> None:
    body = documents.document((72, 36), (36, 72), content=b"1 0 0 rg 0 0 18 18 re f")
    wide, high = (np.full((h, w, 3), 255, np.uint8) for h, w in ((100, 200), (200, 100)))
    wide[50:, :50] = high[150:, :50] = (255, 0, 0)
    check(world, {"scan.pdf": body}, pages("scan.pdf", 2), [wide, high])


def test_pictures_of_every_kind_make_one_task(world: World) -> None:
    deep = Image.fromarray(np.asarray(photograph().convert("L")).astype(np.uint16) * 257)
    turned = exif(6).tobytes()
    files = {
        "a.heic": saved(photograph(), "HEIF", exif=turned),
        "b.avif": saved(photograph(), "AVIF", exif=turned),
        "c.jp2": saved(photograph(), "JPEG2000", irreversible=False),
        "d.tif": saved(photograph(), "TIFF", exif=turned),
        "e.ppm": saved(photograph(), "PPM"),
        "f.tga": saved(photograph(), "TGA"),
        "g.gif": saved(photograph(), "GIF"),
        "h.webp": saved(photograph(), "WEBP", exif=turned),
        "i.bmp": saved(photograph(), "BMP"),
    }
    shown = [as_shown(body) for body in files.values()]
    check(world, files, list(files), shown)
    task_id = world.made({"deep.png": saved(deep, "PNG")}, image_quality=100)
    grey = np.asarray(photograph().convert("L").convert("RGB"))
    assert difference(frame(world, task_id, 0, "compressed"), grey) < 3


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("locked.pdf", documents.encrypted(), "password"),
        ("broken.pdf", b"%PDF-1.7 no document", "damaged"),
        ("half.heic", saved(photograph(), "HEIF")[:400], "cut off"),
        ("empty.png", b"", "0 bytes"),
        ("bomb.png", saved(photograph(), "PNG")[:16] + b"\0\0\xea\x60" * 2 + bytes(99), "60000"),
    ],
)
def test_what_cannot_be_used_is_named(world: World, name: str, body: bytes, told: str) -> None:
    task_id = world.task()
    world.upload(task_id, {name: body})
    request = world.finish(task_id)
    assert request.status == "failed"
    assert name in request.message
    assert told in request.message
