"""Pictures that are cut off, damaged, empty, or meant to break what opens them."""

from __future__ import annotations

import io
import random
import struct
import tracemalloc
import zlib
from functools import cache

import numpy as np
import pytest
from PIL import Image

from chalicelib.media.files import File, describe
from chalicelib.media.images.info import BadImage
from chalicelib.media.images.originals import original
from chalicelib.media.images.pages import expand
from chalicelib.media.images.pixels import decode_image, decode_pages
from chalicelib.media.reading import BytesReader

from . import documents
from .conftest import Peak
from .photographs import data_file, difference, photograph, saved

#: Pillow says what is damaged in a TIFF file by warnings, then goes on.
pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning:PIL"),
    # Twenty cuts of every format: more than `make check` waits for.
    pytest.mark.slow,
]

FORMATS = ["JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "JPEG2000", "AVIF", "HEIF", "PPM", "TGA"]
CUTS = 20


def files_of(body: bytes) -> list[File]:
    reader = BytesReader(body)
    return expand(describe("a.x", "key", 0, len(body), reader), reader)


def all_shown(body: bytes) -> list[np.ndarray] | None:
    """Every picture of a file; None if it is refused, by a sentence."""
    try:
        files = files_of(body)
        if files[0].problem or files[0].family != "image":
            return None
        shown = list(decode_pages(body, files[0].info, [file.page for file in files]))
        original(files[-1], body)
    except BadImage as error:
        told = str(error)
    else:
        return shown
    assert told
    assert " object at 0x" not in told
    return None


def pieces(body: bytes, seed: int) -> list[bytes]:
    chance = random.Random(seed)
    return [body[: chance.randrange(len(body))] for _ in range(CUTS)]


@pytest.mark.parametrize("form", FORMATS)
def test_a_picture_cut_off_anywhere_is_refused_or_shown_in_its_size(form: str) -> None:
    for piece in pieces(saved(photograph(160, 108, "rocket.jpg"), form), seed=1):
        for pixels in all_shown(piece) or ():
            assert pixels.shape == (108, 160, 3)


@pytest.mark.parametrize(
    ("name", "form"),
    [("rocket.jpg", "JPEG"), ("chelsea.png", "PNG"), ("rocket.jpg", "progressive")],
)
def test_a_real_photograph_cut_off_is_shown_as_far_as_it_goes(name: str, form: str) -> None:
    body = data_file(name).read_bytes()
    if form == "progressive":
        with Image.open(io.BytesIO(body)) as picture:
            body = saved(picture, "JPEG", progressive=True)
    (file,) = files_of(body)
    whole = decode_image(body, file.info)
    seen = 0
    for piece in pieces(body, seed=2):
        shown = all_shown(piece)
        if shown is None:
            assert len(piece) < 2000  # the header itself is cut off, or no pixels follow it
            continue
        seen += 1
        assert shown[0].shape == whole.shape
        if form != "progressive":
            # What was read is right: rows are stored from the top, a row takes what it takes.
            rows = int(whole.shape[0] * len(piece) / len(body) * 0.5) - 20
            assert rows <= 0 or difference(shown[0][:rows], whole[:rows]) < 3
    assert seen >= CUTS - 2


@pytest.mark.parametrize("form", FORMATS)
def test_damage_anywhere_is_refused_or_shown(form: str) -> None:
    body = saved(photograph(64, 64), form)
    chance = random.Random(3)
    for _ in range(60):
        broken = bytearray(body)
        for _ in range(chance.choice([1, 4, 30])):
            broken[chance.randrange(len(body))] = chance.randrange(256)
        all_shown(bytes(broken))


@pytest.mark.parametrize(
    ("form", "times"), [("GIF", 60), ("PNG", 60), ("WEBP", 60), ("TIFF", 60), ("PDF", 6)]
)
def test_damage_to_files_of_several_pictures(form: str, times: int) -> None:
    first, *rest = [photograph(40, 40, name) for name in ("chelsea.png", "coffee.png", "page.png")]
    body = saved(first, form, save_all=True, append_images=rest)
    chance = random.Random(4)
    for _ in range(times):
        broken = bytearray(body[: chance.choice([len(body), chance.randrange(len(body))])])
        for _ in range(chance.choice([0, 1, 4])):
            if broken:
                broken[chance.randrange(len(broken))] = chance.randrange(256)
        all_shown(bytes(broken))


#: The header of these is so short that it is whole among the first bytes.
SHORT = {"PPM", "TGA"}


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in SHORT])
def test_only_a_signature(form: str) -> None:
    body = saved(photograph(), form)
    for length in range(40):
        assert all_shown(body[:length]) is None


@pytest.mark.parametrize("length", [5, 9, 40])
def test_only_the_first_bytes_of_a_document(length: int) -> None:
    assert all_shown(saved(photograph(), "PDF")[:length]) is None


def test_nothing() -> None:
    (file,) = files_of(b"")
    assert file.family == "unknown"
    with pytest.raises(BadImage):
        decode_image(b"", File("a.jpg", "", 0, 0, "image", "jpeg", 4, 4).info)


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "HEIF"])
def test_a_picture_of_one_pixel_is_shown(form: str) -> None:
    body = saved(Image.new("RGB", (1, 1), (200, 30, 30)), form)
    shown = all_shown(body)
    assert shown is not None
    (pixels,) = shown
    assert pixels.shape == (1, 1, 3)
    assert abs(pixels[0, 0].astype(int) - (200, 30, 30)).max() < 12


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@cache
def bomb() -> bytes:
    """Half a gigabyte of nothing, packed."""
    packed = zlib.compressobj(1)
    return b"".join(packed.compress(bytes(1 << 20)) for _ in range(512)) + packed.flush()


@pytest.mark.parametrize("name", [b"iCCP", b"zTXt", b"iTXt"])
def test_text_that_unpacks_to_half_a_gigabyte_is_not_unpacked(name: bytes, peak: Peak) -> None:
    between = b"\0\1\0\0\0" if name == b"iTXt" else b"\0\0"
    plain = saved(photograph(), "PNG")
    body = plain[:33] + chunk(name, b"a" + between + bomb()) + plain[33:]
    shown, mib = peak(body)
    assert shown == [[60, 90, 3]]
    assert mib < 300


def tiff(*tags: tuple[int, int, int], pixels: bytes = b"") -> bytes:
    """One directory of tags (number, type, value), then pixels; strips begin there."""
    count = len(tags)
    start = 8 + 2 + 12 * count + 4
    fixed = [(t, k, start if t in {273, 324} else v) for t, k, v in sorted(tags)]
    entries = b"".join(struct.pack("<HHII", t, k, 1, v) for t, k, v in fixed)
    return b"II*\0" + struct.pack("<IH", 8, count) + entries + bytes(4) + pixels


LONG = 4
GREY = [(258, LONG, 8), (262, LONG, 1), (277, LONG, 1)]
BOMBS = {
    "a strip that unpacks to more than the picture": tiff(
        (256, LONG, 16), (257, LONG, 16), (259, LONG, 8), (273, LONG, 0), (278, LONG, 16),
        (279, LONG, 1 << 20), *GREY, pixels=zlib.compress(bytes(1 << 28), 9),
    ),
    "a tile of four billion pixels": tiff(
        (256, LONG, 16), (257, LONG, 16), (259, LONG, 8), (322, LONG, 65520), (323, LONG, 65520),
        (324, LONG, 0), (325, LONG, 1000), *GREY, pixels=zlib.compress(bytes(1 << 20)),
    ),
    "a strip of four billion bytes": tiff(
        (256, LONG, 16), (257, LONG, 16), (259, LONG, 1), (273, LONG, 0), (278, LONG, 0xFFFFFFFF),
        (279, LONG, 0xFFFFFFF0), *GREY, pixels=bytes(256),
    ),
    "a thousand colours in each pixel": tiff(
        (256, LONG, 10_000), (257, LONG, 10_000), (259, LONG, 8), (273, LONG, 0),
        (278, LONG, 10_000), (279, LONG, 1000), (258, LONG, 16), (262, LONG, 2), (277, LONG, 1000),
        pixels=zlib.compress(bytes(1 << 20)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_stack_that_unpacks_to_more_than_it_says(name: str, peak: Peak) -> None:
    shown, mib = peak(BOMBS[name])
    assert shown in (None, [[16, 16, 3]])
    assert mib < 400


def test_an_animation_of_a_hundred_thousand_frames_is_refused() -> None:
    one = saved(Image.new("P", (4, 4)), "GIF")
    at = one.index(b",")
    body = one[:at] + one[at:-1] * 100_000 + b";"
    (file,) = files_of(body)
    assert "more than 9,999 frames" in file.problem


def test_a_small_animation_of_enormous_frames_is_refused() -> None:
    one = saved(Image.new("P", (4, 4)), "GIF")
    at = one.index(b",")
    body = one[:6] + struct.pack("<HH", 16_000, 16_000) + one[10:at] + one[at:-1] * 100 + b";"
    (file,) = files_of(body)
    assert "100 frames of 16000 × 16000 pixels" in file.problem


ENDLESS = "a page that holds itself many times"
LOOP = b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>"
FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /A %d 0 R >> >>"
IMAGE = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace /%b"
DOCUMENTS = {
    "a tree of pages that is a circle": documents.pdf(
        [b"<< /Type /Catalog /Pages 2 0 R >>", LOOP]
    ),
    ENDLESS: documents.document(
        (99, 99), content=b"/A Do", keys=b"/Resources << /XObject << /A 5 0 R >> >>",
        more=[documents.stream(b"/A Do " * 9, FORM % 5)],
    ),
    "a page that unfolds without end": documents.document(
        (99, 99), content=b"/A Do " * 9, keys=b"/Resources << /XObject << /A 5 0 R >> >>",
        more=[documents.stream(b"/A Do " * 3, FORM % (6 + n)) for n in range(9)],
    ),
    "a picture of four billion pixels": documents.document(
        (99, 99), content=b"99 0 0 99 0 0 cm /A Do",
        keys=b"/Resources << /XObject << /A 5 0 R >> >>",
        more=[documents.stream(zlib.compress(bytes(1 << 26)),
                               IMAGE % (65000, 65000, b"DeviceRGB") + b" /Filter /FlateDecode")],
    ),
    "text that unpacks to a gigabyte": documents.document(
        (99, 99), keys=b"/Resources << >> /Contents 5 0 R",
        more=[documents.stream(zlib.compress(b" " * (1 << 28), 9), b"/Filter /FlateDecode")],
    ),
    "a page of a thousand kilometres": documents.document((3e9, 3e9)),
    "a page of nothing": documents.document((0, 0)),
    "numbers that are none": documents.document((99, 99)).replace(b"99.0", b"nan "),
    "a count that lies": documents.document((99, 99)).replace(b"/Count 1", b"/Count 999999999"),
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name != ENDLESS])
def test_a_document_that_means_harm(name: str, peak: Peak) -> None:
    shown, mib = peak(DOCUMENTS[name])
    assert shown is None or all(height * width <= 1 << 24 for height, width, _ in shown)
    assert mib < 400


@pytest.mark.slow
def test_a_document_that_never_ends_is_given_up() -> None:
    body = DOCUMENTS[ENDLESS]
    (file,) = files_of(body)
    with pytest.raises(BadImage, match="too much time or memory"):
        decode_image(body, file.info)


def test_pages_behind_a_damaged_one_are_not_reached_silently() -> None:
    first, *rest = [photograph(60, 40, name) for name in ("chelsea.png", "coffee.png")]
    body = bytearray(saved(first, "TIFF", save_all=True, append_images=rest, compression="jpeg"))
    files = files_of(bytes(body))
    start = body.rindex(b"\xff\xd8")
    body[start : start + 300] = bytes(300)
    shown = decode_pages(bytes(body), files[0].info, [0, 1])
    assert next(shown).shape == (40, 60, 3)
    with pytest.raises(BadImage, match="damaged"):
        next(shown)


def compressed(form: str, side: int) -> bytes:
    """A picture that is one byte in a thousand of its pixels."""
    sink = io.BytesIO()
    options = {"compression": "tiff_deflate"} if form == "TIFF" else {}
    Image.new("L", (side, side), 128).save(sink, form, **options)
    return sink.getvalue()


@pytest.mark.parametrize(("form", "side"), [("JPEG", 6000), ("TIFF", 11_800)])
def test_a_file_that_was_replaced_is_not_decoded(form: str, side: int) -> None:
    """Whoever may write a file may replace it once its header was measured."""
    before = saved(photograph(64, 64), form)
    body = compressed(form, side)
    tracemalloc.start()
    try:
        with pytest.raises(BadImage, match=f"{side} × {side}"):
            decode_image(body, files_of(before)[0].info)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < side * side / 4
