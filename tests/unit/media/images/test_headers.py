"""Headers of photographs, against Pillow."""

from __future__ import annotations

import io
import random
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from chalicelib.media.images.headers import (
    PIXEL_LIMIT,
    BadImage,
    ImageInfo,
    exif_orientation,
    probe,
)
from chalicelib.media.images.info import BYTES_LIMIT
from chalicelib.media.images.pixels import turned
from chalicelib.media.kinds import detect
from chalicelib.media.reading import BytesReader, RangeReader

from . import heif_files
from .photographs import as_shown, data_file, exif, opened, photograph, saved

PHOTOGRAPHS = ["astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg", "retina.jpg",
               "hubble_deep_field.jpg", "camera.png", "multipage.tif", "color.png",
               "no_time_for_that_tiny.gif"]  # fmt: skip
FORMATS = ["JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "JPEG2000", "AVIF", "HEIF", "PPM", "TGA"]
#: What this project calls them, where it is not Pillow's name in small letters.
OURS = {"JPEG2000": "jp2", "HEIF": "heic", "PPM": "pnm"}
WITH_EXIF = ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"]


def shown_size(body: bytes) -> tuple[int, int]:
    """What Pillow shows after turning the picture upright."""
    with opened(body) as picture:
        return ImageOps.exif_transpose(picture).size


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_real_photographs(name: str) -> None:
    body = data_file(name).read_bytes()
    info = probe(BytesReader(body))
    with Image.open(io.BytesIO(body)) as picture:
        assert (info.stored_width, info.stored_height) == picture.size
        assert info.format == (picture.format or "").lower()
    assert (info.width, info.height) == shown_size(body)


@pytest.mark.parametrize("form", WITH_EXIF)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation(form: str, orientation: int) -> None:
    body = saved(photograph(), form, exif=exif(orientation).tobytes())
    info = probe(BytesReader(body))
    assert (info.width, info.height) == shown_size(body)
    assert info.orientation == orientation


@given(st.sampled_from(FORMATS), st.integers(1, 400), st.integers(1, 400))
@settings(deadline=None)
def test_every_size(form: str, width: int, height: int) -> None:
    if form == "HEIF":
        width, height = max(width, 4), max(height, 4)  # x265 makes none that is smaller
    body = saved(Image.new("RGB", (width, height)), form)
    info = probe(BytesReader(body))
    assert info == ImageInfo(OURS.get(form, form.lower()), width, height)
    assert (info.width, info.height) == shown_size(body)


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
    body = data_file("retina.jpg").read_bytes()
    fetched: list[tuple[int, int]] = []

    def fetch(offset: int, size: int) -> bytes:
        fetched.append((offset, size))
        return body[offset : offset + size]

    probe(RangeReader(fetch, len(body), 64 * 1024))
    assert fetched == [(0, 64 * 1024)]


@pytest.mark.parametrize("form", FORMATS)
def test_every_cut_is_an_error_or_the_right_size(form: str) -> None:
    body = saved(photograph().convert("RGB"), form)
    for size in range(0, min(len(body), 1500), 2):
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


class Padded(BytesReader):
    """A picture in front of so many bytes that nobody should read them all."""

    @property
    def size(self) -> int:
        return BYTES_LIMIT + 1


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF"])
def test_a_file_too_large_to_be_read_whole_is_refused(form: str) -> None:
    body = saved(photograph(40, 30), form)
    assert probe(BytesReader(body)).stored_width == 40
    with pytest.raises(BadImage, match=f"{BYTES_LIMIT + 1:,} bytes"):
        probe(Padded(body))


def test_a_bare_jpeg_2000_codestream_is_a_picture() -> None:
    body = saved(photograph(91, 57), "JPEG2000", no_jp2=True)
    assert body.startswith(b"\xff\x4f")
    assert probe(BytesReader(body)) == ImageInfo("jp2", 91, 57)


@pytest.mark.parametrize(
    ("head", "size"),
    [
        (b"P6 3 2 255\n", (3, 2)),
        (b"P5\n# a comment\n#another one\n640 # of width\n 480\n65535\n", (640, 480)),
        (b"P1\n7 8\n0 1 0", (7, 8)),
    ],
)
def test_portable_maps_have_comments(head: bytes, size: tuple[int, int]) -> None:
    assert probe(BytesReader(head)) == ImageInfo("pnm", *size)


@pytest.mark.parametrize("mode", ["L", "P", "RGB", "RGBA"])
@pytest.mark.parametrize("compression", [None, "tga_rle"])
@pytest.mark.parametrize("orientation", [1, -1])
def test_targa_has_no_signature_but_is_told(
    mode: str, compression: str | None, orientation: int
) -> None:
    picture = photograph().convert(mode)
    body = saved(picture, "TGA", compression=compression, orientation=orientation)
    assert probe(BytesReader(body)) == ImageInfo("tga", 90, 60)


NO_TARGA = {
    "an icon": b"\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0" + bytes(60),
    "a cursor": b"\0\0\2\0\1\0\x10\x10\0\0\1\0\x20\0" + bytes(60),
    "a font": b"\0\1\0\0\0\x0f\0\x80\0\3\0\x70GSUB" + bytes(60),
    "points": struct.pack("<8f", 1.5, 2.25, 0.0, 0.5, 1.0, 0.0, 0.0, 0.0) * 4,
    "nothing": bytes(600),
    "text": b"\n\nA letter, of which no word is a picture. " * 20,
}


@pytest.mark.parametrize("name", NO_TARGA)
def test_other_things_are_not_taken_for_targa(name: str) -> None:
    assert detect(NO_TARGA[name]).family == "unknown"


def test_a_gif_whose_screen_is_smaller_than_its_picture_shows_the_picture() -> None:
    body = bytearray(saved(photograph(), "GIF"))
    body[6:10] = bytes(4)
    info = probe(BytesReader(bytes(body)))
    assert (info.width, info.height) == (90, 60) == shown_size(bytes(body))


@pytest.mark.parametrize("size", [(60_000, 60_000), (1 << 31, 1), (16_385, 16_384)])
@pytest.mark.parametrize("form", ["PNG", "JPEG2000", "PPM"])
def test_too_many_pixels_are_refused_by_the_header(form: str, size: tuple[int, int]) -> None:
    width, height = size
    if form == "PPM":
        body = f"P6 {width} {height} 255\n".encode()
    else:
        body = saved(Image.new("RGB", (8, 8)), form)
        old = struct.pack(">II", 8, 8)
        new = struct.pack(">II", *(size if form == "PNG" else size[::-1]))
        body = body.replace(old, new)
    limit = "134,217,728" if form == "JPEG2000" else "268,435,456"
    with pytest.raises(BadImage, match=f"{width} × {height} pixels; at most {limit} are accepted"):
        probe(BytesReader(body))


@pytest.mark.parametrize(
    ("mode", "accepted"), [("RGB", True), ("L", True), ("16", True), ("RGB16", False)]
)
def test_deep_colours_take_more_memory(mode: str, accepted: bool) -> None:
    depth, kind = (16 if "16" in mode else 8), (2 if "RGB" in mode else 0)
    body = saved(Image.new("RGB", (8, 8)), "PNG")
    body = body[:16] + struct.pack(">IIBB", 14_000, 14_000, depth, kind) + body[26:]
    if accepted:
        assert probe(BytesReader(body)).width == 14_000
    else:
        with pytest.raises(BadImage, match="14000 × 14000 pixels; at most 134,217,728"):
            probe(BytesReader(body))


@pytest.mark.parametrize("form", FORMATS)
def test_a_picture_of_one_pixel(form: str) -> None:
    if form == "HEIF":
        body = heif_files.heic(heif_files.coded(), [heif_files.clap(1, 1, 1, 1)])
    else:
        body = saved(Image.new("RGB", (1, 1), "red"), form)
    info = probe(BytesReader(body))
    assert (info.width, info.height) == (1, 1) == shown_size(body)


def test_a_header_that_never_ends_is_given_up() -> None:
    reads = 0
    segment = b"\xff\xe2\xff\xff" + bytes(65533)

    def fetch(offset: int, size: int) -> bytes:
        nonlocal reads
        reads += 1
        if offset == 0:
            return (b"\xff\xd8" + segment)[:size]
        start = (offset - 2) % len(segment)
        return (segment * 2)[start : start + size]

    with pytest.raises(BadImage, match="names no size"):
        probe(RangeReader(fetch, 1 << 40, 64 * 1024))
    assert reads < 2100


@st.composite
def aperture(draw: st.DrawFn) -> bytes:
    """A part of a picture of 128 × 64, in whole pixels."""
    left, top = draw(st.integers(0, 127)), draw(st.integers(0, 63))
    width, height = draw(st.integers(1, 128 - left)), draw(st.integers(1, 64 - top))
    return heif_files.clap(width, height, 2 * left + width - 128, 2 * top + height - 64)


#: In the order that the standard asks for, or turned several times.
PROPERTIES = st.tuples(
    st.lists(aperture(), max_size=1),
    st.lists(
        st.integers(0, 3).map(heif_files.irot) | st.integers(0, 1).map(heif_files.imir),
        max_size=4,
    ),
)


@given(PROPERTIES, st.booleans())
@settings(deadline=None)
def test_pictures_of_phones_are_turned_and_cropped_as_decoders_do(
    properties: tuple[list[bytes], list[bytes]], wide: bool
) -> None:
    cropped, turns = properties
    body = heif_files.heic(heif_files.coded(), [*cropped, *turns], wide=wide)
    info = probe(BytesReader(body))
    shown = as_shown(body)
    assert (info.height, info.width) == shown.shape[:2]
    if not cropped:  # chroma, of half the size, is cut before it is spread
        stored = as_shown(heif_files.heic(heif_files.coded()))
        assert np.array_equal(turned(stored, info.orientation), shown)


def test_exif_does_not_turn_a_picture_of_a_phone() -> None:
    """Decoders turn by the picture's own properties; Exif repeats them, or is wrong."""
    block = exif(6).tobytes()
    body = saved(photograph(128, 64), "HEIF", exif=block).replace(b"irot", b"skip")
    info = probe(BytesReader(body))
    assert (info.width, info.height) == (128, 64) == shown_size(body)


@pytest.mark.parametrize("change", [(b"hvc1", b"unci"), (b"pitm", b"free"), (b"ispe", b"free")])
def test_a_container_without_a_picture_that_can_be_read(change: tuple[bytes, bytes]) -> None:
    body = heif_files.heic(heif_files.coded()).replace(*change)
    with pytest.raises(BadImage, match=r"not supported|damaged|names no size"):
        probe(BytesReader(body))


@given(st.binary(max_size=200))
def test_any_bytes_have_an_orientation(exif: bytes) -> None:
    assert 1 <= exif_orientation(exif) <= 8
