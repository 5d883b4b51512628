"""Headers of photographs, against Pillow."""

from __future__ import annotations

import io
import random
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from chalicelib.media.images.headers import (
    PIXEL_LIMIT,
    BadImage,
    ImageInfo,
    exif_orientation,
    probe,
)
from chalicelib.media.kinds import Kind, detect
from chalicelib.media.reading import BytesReader, RangeReader

from ..conftest import package_file

PHOTOGRAPHS = ["astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg", "retina.jpg",
               "hubble_deep_field.jpg", "camera.png", "multipage.tif", "color.png",
               "no_time_for_that_tiny.gif"]  # fmt: skip
FORMATS = ["JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF"]
WITH_EXIF = ["JPEG", "PNG", "WEBP", "TIFF"]


@cache
def photograph() -> Image.Image:
    picture = Image.open(package_file("skimage", "data", "chelsea.png"))
    return picture.resize((90, 60))


def saved(picture: Image.Image, form: str, **options: object) -> bytes:
    sink = io.BytesIO()
    picture.save(sink, form, **options)
    return sink.getvalue()


def shown_size(body: bytes) -> tuple[int, int]:
    """What Pillow shows after turning the picture upright."""
    with Image.open(io.BytesIO(body)) as picture:
        return ImageOps.exif_transpose(picture).size


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_real_photographs(name: str) -> None:
    body = package_file("skimage", "data", name).read_bytes()
    info = probe(BytesReader(body))
    with Image.open(io.BytesIO(body)) as picture:
        assert (info.stored_width, info.stored_height) == picture.size
        assert info.format == (picture.format or "").lower()
    assert (info.width, info.height) == shown_size(body)


@pytest.mark.parametrize("form", WITH_EXIF)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation(form: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    body = saved(photograph(), form, exif=exif)
    info = probe(BytesReader(body))
    assert (info.width, info.height) == shown_size(body)
    assert info.orientation == orientation


@given(st.sampled_from(FORMATS), st.integers(1, 400), st.integers(1, 400))
def test_every_size(form: str, width: int, height: int) -> None:
    body = saved(Image.new("RGB", (width, height)), form)
    assert probe(BytesReader(body)) == ImageInfo(form.lower(), width, height)


@pytest.mark.parametrize("options", [{"lossless": True}, {"lossless": False}])
def test_both_codings_of_webp(options: dict[str, bool]) -> None:
    info = probe(BytesReader(saved(photograph(), "WEBP", **options)))
    assert (info.width, info.height) == (90, 60)


def test_a_header_behind_a_long_comment_is_found_by_reading_on() -> None:
    picture = photograph().convert("RGB")
    body = saved(picture, "JPEG", icc_profile=b"\x00" * 300_000)
    fetched: list[tuple[int, int]] = []

    def fetch(offset: int, size: int) -> bytes:
        fetched.append((offset, size))
        return body[offset : offset + size]

    info = probe(RangeReader(fetch, len(body), 64 * 1024))
    assert (info.width, info.height) == (90, 60)
    assert 1 < len(fetched) < 8


def test_an_ordinary_photograph_costs_one_read_of_its_beginning() -> None:
    body = package_file("skimage", "data", "retina.jpg").read_bytes()
    fetched: list[tuple[int, int]] = []

    def fetch(offset: int, size: int) -> bytes:
        fetched.append((offset, size))
        return body[offset : offset + size]

    probe(RangeReader(fetch, len(body), 64 * 1024))
    assert fetched == [(0, 64 * 1024)]


@pytest.mark.parametrize("form", FORMATS)
def test_every_cut_is_an_error_or_the_right_size(form: str) -> None:
    body = saved(photograph().convert("RGB"), form)
    for size in range(min(len(body), 700)):
        try:
            info = probe(BytesReader(body[:size]))
        except BadImage:
            continue
        assert (info.width, info.height) == (90, 60)


@pytest.mark.parametrize("form", FORMATS)
def test_damage_never_crashes(form: str) -> None:
    body = saved(photograph().convert("RGB"), form)
    chance = random.Random(1)
    for _ in range(300):
        broken = bytearray(body)
        for _ in range(3):
            broken[chance.randrange(0, 200)] = chance.randrange(256)
        try:
            info = probe(BytesReader(bytes(broken)))
        except BadImage:
            continue
        assert 0 < info.width * info.height <= PIXEL_LIMIT


def test_a_pixel_bomb_is_refused_by_its_header() -> None:
    body = bytearray(saved(Image.new("1", (8, 8)), "PNG"))
    body[16:24] = (60_000).to_bytes(4, "big") * 2
    with pytest.raises(BadImage, match="60000 × 60000"):
        probe(BytesReader(bytes(body)))


def test_containers_are_told_apart_by_their_first_bytes() -> None:
    heads = {
        "mkv": b"\x1aE\xdf\xa3",
        "avi": b"RIFF\0\0\0\0AVI LIST",
        "mp4": b"\0\0\0\x20ftypisom",
        "flv": b"FLV\x01",
        "ogg": b"OggS",
    }
    for name, head in heads.items():
        assert detect(head + b"\0" * 40) == Kind("video", name)
    for playlist in (b"#EXTM3U\n", b"ffconcat version 1.0\n", b"<?xml version='1.0'?><MPD"):
        assert detect(playlist).family == "unknown"


def test_content_decides_not_the_name() -> None:
    assert detect(b"").family == "unknown"
    assert detect(b"hello, this is text").family == "unknown"
    assert detect(b"BMW is a car, not a bitmap").family == "unknown"
    assert detect(b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40).format == "heic"
    with pytest.raises(BadImage, match="not an image"):
        probe(BytesReader(b"%PDF-1.7"))


@given(st.binary(max_size=200))
def test_any_bytes_have_an_orientation(exif: bytes) -> None:
    assert 1 <= exif_orientation(exif) <= 8
