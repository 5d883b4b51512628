"""Pictures whose files end too early: the task says so, or names what shows nothing."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from chalicelib.media import frame_list
from chalicelib.media.images import jpeg
from chalicelib.projects import store

from ..conftest import World
from ..images.photographs import data_file, photograph, saved
from ..pictures import photographs, picture

PHOTOGRAPH = data_file("rocket.jpg").read_bytes()
#: What phones put behind a photograph: a film, here as good as random.
FILM = b"\0\0\0\x18ftypmp42" + np.random.default_rng(5).bytes(100_000)
#: Formats of which a decoder shows what is there, and those of which it shows nothing.
SHOWN = ["JPEG", "PNG", "BMP", "TIFF", "GIF", "JPEG2000", "PPM", "TGA"]
ALL_OR_NOTHING = ["WEBP", "AVIF", "HEIF"]


def encoded(form: str) -> bytes:
    return saved(photograph(160, 120, "rocket.jpg"), form)


def warning_of(world: World, files: dict[str, bytes]) -> str:
    task = store.load_task(world.made(files))
    assert task is not None
    assert task.data is not None
    return task.data.warning


def refusal_of(world: World, files: dict[str, bytes]) -> str:
    task_id = world.task()
    world.upload(task_id, files)
    request = world.finish(task_id)
    assert request.status == "failed"
    return request.message


def animation(form: str, frames: int = 5) -> bytes:
    pages = [photograph(60 + n, 40).resize((60, 40)) for n in range(frames)]
    turned = [page.rotate(30 * n) for n, page in enumerate(pages)]
    return saved(turned[0], form, save_all=True, append_images=turned[1:], duration=40)


def test_a_task_says_which_photographs_are_cut_off(world: World) -> None:
    whole = photographs()
    files = {**whole, "cut.jpg": PHOTOGRAPH[: len(PHOTOGRAPH) // 2], "cut.png": encoded("PNG")[:-9]}
    told = warning_of(world, files)
    assert told == (
        "2 of 7 images are cut off and are shown as far as they go: cut.jpg, cut.png. The task has"
        " these; upload the whole files to a new task if you need the rest."
    )
    assert warning_of(world, whole) == ""


def test_the_list_of_frames_and_the_request_say_it_too(world: World) -> None:
    task_id = world.task()
    world.upload(task_id, {"cut.jpg": PHOTOGRAPH[:40_000]})
    request = world.finish(task_id)
    meta = world.api.call("GET", f"/api/tasks/{task_id}/data/meta").json
    assert request.message == meta["warning"]
    assert "1 of 1 images is cut off and is shown as far as it goes: cut.jpg." in request.message


@pytest.mark.parametrize("form", SHOWN)
@pytest.mark.parametrize("part", [0.5, 0.97])
def test_a_cut_picture_of_each_format_is_told_of(world: World, form: str, part: float) -> None:
    body = encoded(form)
    assert "a.x" in warning_of(world, {"a.x": body[: int(len(body) * part)]})


@pytest.mark.parametrize("form", [*SHOWN, *ALL_OR_NOTHING])
def test_a_whole_picture_of_each_format_is_not(world: World, form: str) -> None:
    assert warning_of(world, {"a.x": encoded(form)}) == ""


@pytest.mark.parametrize("form", ALL_OR_NOTHING)
def test_a_container_without_its_picture_is_refused(world: World, form: str) -> None:
    body = encoded(form)
    told = refusal_of(world, {"a.jpg": photographs()["img0.jpg"], "cut.x": body[:-100]})
    assert "cut.x: it is cut off" in told


@pytest.mark.parametrize(("form", "size"), [("JPEG", 200), ("PNG", 45), ("BMP", 54), ("GIF", 800)])
def test_a_header_without_pixels_is_refused(world: World, form: str, size: int) -> None:
    told = refusal_of(world, {"header.x": encoded(form)[:size]})
    assert "header.x" in told
    assert "cut off before its picture begins" in told


@pytest.mark.parametrize("behind", [b"", bytes(40), FILM, b"\n" * 3000, PHOTOGRAPH])
def test_what_stands_behind_a_photograph_is_not_missed(world: World, behind: bytes) -> None:
    assert warning_of(world, {"a.jpg": PHOTOGRAPH + behind}) == ""


@pytest.mark.parametrize("behind", [bytes(40), FILM])
def test_what_stands_behind_a_png_is_not_missed(world: World, behind: bytes) -> None:
    assert warning_of(world, {"a.png": encoded("PNG") + behind}) == ""


def test_a_thumbnail_is_not_taken_for_the_end(world: World) -> None:
    """The end of the small picture in a header stands before the pixels of the large one."""
    thumbnail = photographs()["img0.jpg"]
    exif = b"\xff\xe1" + (len(thumbnail) + 8).to_bytes(2) + b"Exif\0\0" + thumbnail
    body = PHOTOGRAPH[:2] + exif + PHOTOGRAPH[2:]
    assert "a.jpg" in warning_of(world, {"a.jpg": body[:9000]})


@pytest.mark.parametrize(("form", "whole"), [("GIF", 3), ("WEBP", 3), ("PNG", 3)])
def test_an_animation_says_how_many_frames_are_whole(world: World, form: str, whole: int) -> None:
    body = animation(form)
    mark = {"GIF": b"\x21\xf9\x04", "WEBP": b"ANMF", "PNG": b"fcTL"}[form]
    at = 0
    for _ in range(whole + 1):
        at = body.index(mark, at + 1)
    told = warning_of(world, {"cut.anim": body[: at + 60]})
    assert told.startswith(f"cut.anim is cut off: its first {whole} frames are whole.")


def test_a_stack_says_which_pages_are_cut_off(world: World) -> None:
    first, second = photograph(60, 40), photograph(60, 40, "coffee.png")
    sink = io.BytesIO()
    first.save(sink, "TIFF", save_all=True, append_images=[second])
    body = bytearray(sink.getvalue())
    told = warning_of(world, {"scan.tif": bytes(body[:-50])})
    assert "1 of 2 images is cut off" in told
    assert "scan.tif_0002.png" in told


def test_photographs_of_a_share_are_looked_at_from_both_ends(world: World, share: Path) -> None:
    (share / "2.jpg").write_bytes(PHOTOGRAPH[:60_000])
    (share / "10.jpg").write_bytes(PHOTOGRAPH)
    task_id = world.task()
    request = world.finish(task_id, server_files=["2.jpg", "10.jpg"])
    assert "1 of 2 images is cut off and is shown as far as it goes: 2.jpg." in request.message
    shown = frame_list.load(task_id, 1)
    assert [file.cut for file in shown.images] == [False, True]


def test_a_cut_frame_is_shown_as_far_as_it_goes(world: World) -> None:
    task_id = world.made({"cut.jpg": PHOTOGRAPH[: len(PHOTOGRAPH) * 3 // 4]})
    answer = world.api.call(
        "GET", f"/api/tasks/{task_id}/data", query={"type": "frame", "number": 0}
    )
    shown = picture(world.stored(answer))
    with Image.open(io.BytesIO(PHOTOGRAPH)) as whole:
        wanted = np.asarray(whole.convert("RGB"))
    assert np.abs(shown[:150].astype(int) - wanted[:150]).mean() < 6


def test_the_end_costs_one_small_range(world: World) -> None:
    asked: list[tuple[int, int]] = []

    class Counting:
        size = len(PHOTOGRAPH)

        def read(self, offset: int, size: int) -> bytes:
            asked.append((offset, size))
            return PHOTOGRAPH[offset : offset + size]

    assert jpeg.is_whole(Counting())
    assert asked == [(len(PHOTOGRAPH) - jpeg.TAIL, jpeg.TAIL)]
