"""Files of several pictures: how many, how large, what they are called."""

from __future__ import annotations

import io

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps, ImageSequence

from chalicelib.media.files import File, describe
from chalicelib.media.images import page_names, pages
from chalicelib.media.images.info import BadImage
from chalicelib.media.images.pages import expand
from chalicelib.media.images.pixels import decode_image, decode_pages
from chalicelib.media.ingest.sorting import natural_key
from chalicelib.media.reading import BytesReader, RangeReader

from . import documents
from .photographs import data_file, difference, exif, photograph, saved

ANIMATED = ["GIF", "PNG", "WEBP"]


def expanded(body: bytes, name: str = "scan.tif") -> list[File]:
    reader = BytesReader(body)
    return expand(describe(name, "key", 11, len(body), reader), reader)


def strip(count: int, width: int = 60, height: int = 40) -> list[Image.Image]:
    """Neighbouring parts of a photograph, no two the same."""
    whole = photograph(width + 5 * count, height)
    return [whole.crop((5 * n, 0, 5 * n + width, height)) for n in range(count)]


def animated(form: str, count: int, **options: object) -> bytes:
    first, *rest = strip(count)
    return saved(first, form, save_all=True, append_images=rest, duration=40, **options)


def check(body: bytes, expected: list[np.ndarray], tolerance: float = 0) -> None:
    """Every page has the size and the pixels, alone and in one pass."""
    found = expanded(body)
    assert len(found) == len(expected)
    numbers = [file.page for file in found]
    in_a_row = list(decode_pages(body, found[0].info, numbers))
    for file, pixels, wanted in zip(found, in_a_row, expected, strict=True):
        assert (file.info.height, file.info.width) == wanted.shape[:2]
        assert difference(pixels, wanted) <= tolerance
        assert difference(decode_image(body, file.info, file.page), wanted) <= tolerance


@pytest.mark.parametrize("form", ANIMATED)
@pytest.mark.parametrize("count", [2, 7])
def test_frames_of_animations(form: str, count: int) -> None:
    body = animated(form, count, **({"lossless": True} if form == "WEBP" else {}))
    with Image.open(io.BytesIO(body)) as picture:
        expected = [np.asarray(f.convert("RGB")) for f in ImageSequence.Iterator(picture)]
    assert len(expected) == count
    check(body, expected)


@pytest.mark.parametrize("form", [*ANIMATED, "JPEG", "TIFF", "BMP", "AVIF", "HEIF"])
def test_a_still_picture_stays_one_file(form: str) -> None:
    body = saved(photograph(), form)
    file = describe("a.jpg", "key", 11, len(body), BytesReader(body))
    assert expand(file, BytesReader(body)) == [file]


def test_a_real_stack_of_pictures() -> None:
    body = data_file("multipage.tif").read_bytes()
    with Image.open(io.BytesIO(body)) as picture:
        expected = [np.asarray(page.convert("RGB")) for page in ImageSequence.Iterator(picture)]
    assert len(expected) == 2
    check(body, expected)


def test_colours_in_floating_point() -> None:
    pictures = [np.asarray(picture, np.float32) / 255 for picture in strip(2)]
    sink = io.BytesIO()
    with tifffile.TiffWriter(sink) as stack:
        for picture in pictures:
            stack.write(picture, photometric="rgb")
    check(sink.getvalue(), [np.rint(picture * 255).astype(np.uint8) for picture in pictures])


def test_a_kind_of_stack_that_nothing_reads_rightly_is_refused() -> None:
    """A real file: floating point, each colour by itself."""
    body = data_file("multipage_rgb.tif").read_bytes()
    found = expanded(body)
    assert [(file.width, file.height) for file in found] == [(10, 10)] * 2
    with pytest.raises(BadImage, match="not supported"):
        decode_image(body, found[0].info)


def test_a_real_animation() -> None:
    body = data_file("no_time_for_that_tiny.gif").read_bytes()
    with Image.open(io.BytesIO(body)) as picture:
        expected = [np.asarray(f.convert("RGB")) for f in ImageSequence.Iterator(picture)]
    assert len(expected) > 20
    check(body, expected)


SIZES = st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=2, max_size=6)


@given(SIZES, st.sampled_from([None, "tiff_lzw", "jpeg", "tiff_deflate"]), st.booleans())
@settings(deadline=None)
def test_pages_of_a_tiff_file_have_their_own_sizes(
    sizes: list[tuple[int, int]], compression: str | None, big: bool
) -> None:
    first, *rest = [photograph(*size) for size in sizes]
    options = {"compression": compression, "big_tiff": big}
    body = saved(first, "TIFF", save_all=True, append_images=rest, **options)
    with Image.open(io.BytesIO(body)) as picture:
        expected = [np.asarray(page.convert("RGB")) for page in ImageSequence.Iterator(picture)]
    check(body, expected)


def test_pages_of_a_tiff_file_are_turned_each_by_itself() -> None:
    sink = io.BytesIO()
    with sink:
        pictures = [photograph(60, 40), photograph(50, 30)]
        for picture, orientation in zip(pictures, (6, 1), strict=True):
            picture.encoderinfo = {"tiffinfo": {0x0112: orientation}}
        pictures[0].save(
            sink, "TIFF", save_all=True, append_images=pictures[1:], tiffinfo={0x0112: 6}
        )
        body = sink.getvalue()
    with Image.open(io.BytesIO(body)) as picture:
        expected = []
        for number in range(2):
            picture.seek(number)
            expected.append(np.asarray(ImageOps.exif_transpose(picture).convert("RGB")))
    check(body, expected)


def pyramid() -> bytes:
    """A picture, a smaller copy of it, and another picture: the second is no page."""
    sink = io.BytesIO()
    first, second = strip(2)
    small = first.resize((30, 20))
    small.encoderinfo = {"tiffinfo": {0x00FE: 1}}
    first.save(sink, "TIFF", save_all=True, append_images=[small, second])
    return sink.getvalue()


def test_smaller_copies_are_no_pages() -> None:
    found = expanded(pyramid())
    assert [(file.page, file.width) for file in found] == [(0, 60), (2, 60)]
    assert [file.name for file in found] == ["scan.tif_0001.png", "scan.tif_0002.png"]


def test_pages_of_a_document() -> None:
    pictures = strip(3, 60, 40)
    body = saved(pictures[0], "PDF", save_all=True, append_images=pictures[1:], resolution=200)
    check(body, [np.asarray(picture) for picture in pictures], tolerance=6)


@pytest.mark.parametrize(
    ("points", "pixels"),
    [
        ((595.28, 841.89), (1654, 2339)),  # A4 at 200 dots per inch
        ((0.3, 0.3), (1, 1)),
        ((14400, 14400), (4096, 4096)),
        ((1e6, 1), (16384, 1)),
    ],
)
def test_a_page_is_rendered_as_large_as_people_need_and_no_larger(
    points: tuple[float, float], pixels: tuple[int, int]
) -> None:
    body = documents.document(points)
    (file,) = expanded(body, "scan.pdf")
    assert (file.name, file.family, file.format) == ("scan.pdf_0001.png", "image", "pdf")
    assert (file.width, file.height) == pixels
    assert decode_image(body, file.info).shape == (*pixels[::-1], 3)


def test_a_document_is_read_by_ranges() -> None:
    filler = documents.stream(bytes(range(256)) * 100_000)
    body = documents.document((200, 100), (100, 200), more=[filler])
    fetched: list[int] = []

    def fetch(offset: int, size: int) -> bytes:
        fetched.append(size)
        return body[offset : offset + size]

    reader = RangeReader(fetch, len(body))
    found = expand(describe("scan.pdf", "key", 0, len(body), reader), reader)
    assert [(file.width, file.height) for file in found] == [(556, 278), (278, 556)]
    pixels = list(decode_pages(RangeReader(fetch, len(body)), found[0].info, [0, 1]))
    assert [page.shape for page in pixels] == [(278, 556, 3), (556, 278, 3)]
    assert sum(fetched) < len(body) / 8


def test_what_is_drawn_stands_where_it_should() -> None:
    body = documents.document((72, 36), content=b"1 0 0 rg 0 0 36 18 re f")
    (file,) = expanded(body, "scan.pdf")
    pixels = decode_image(body, file.info)
    assert pixels.shape == (100, 200, 3)
    assert (pixels[75, 50] == (255, 0, 0)).all()
    assert (pixels[25, 50] == 255).all()
    assert (pixels[75, 150] == 255).all()


BAD = {
    "a password": (documents.encrypted(), "password"),
    "a damaged document": (b"%PDF-1.7\nthis is not one", "damaged"),
    "no pages": (documents.document(), "damaged"),
    "the beginning of a stack": (saved(photograph(), "TIFF")[:20], "names no size"),
    "a page of a billion pixels": (
        saved(photograph(8, 8), "TIFF").replace(
            b"\x00\x01\x04\x00\x01\0\0\0\x08\0\0\0", b"\x00\x01\x04\x00\x01\0\0\0\xff\xff\xff\x7f"
        ),
        "pixels",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_of_pages_that_cannot_be_used_says_why(name: str) -> None:
    body, told = BAD[name]
    (file,) = expanded(body, "scan.pdf")
    assert told in file.problem
    assert file.name == "scan.pdf"


@pytest.mark.parametrize("form", [*ANIMATED, "TIFF"])
def test_too_many_frames_are_refused(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE_LIMIT", 4)
    assert len(expanded(animated(form, 4))) == 4
    (file,) = expanded(animated(form, 5))
    assert "5 frames" in file.problem or "more than 4" in file.problem


def test_frames_of_which_the_last_takes_too_long_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pages, "ANIMATION_LIMIT", 4 * 60 * 40)
    assert len(expanded(animated("GIF", 4))) == 4
    (file,) = expanded(animated("GIF", 5))
    assert "5 frames of 60 × 40 pixels" in file.problem


@pytest.mark.parametrize("form", ANIMATED)
def test_an_animation_that_is_cut_off_has_fewer_frames(form: str) -> None:
    body = animated(form, 7)
    found = expanded(body[: len(body) * 3 // 5])
    assert 1 < len(found) < 7
    cut = body[: len(body) * 3 // 5]
    for pixels in decode_pages(cut, found[0].info, [file.page for file in found]):
        assert pixels.shape == (40, 60, 3)


def test_a_poster_that_is_no_frame_is_left_out() -> None:
    first, *rest = strip(4)
    body = saved(first, "PNG", save_all=True, append_images=rest, default_image=True)
    assert [file.page for file in expanded(body)] == [1, 2, 3]
    check(body, [np.asarray(picture) for picture in rest])


def test_a_turned_animation_is_upright() -> None:
    body = animated("WEBP", 3, exif=exif(6), lossless=True)
    expected = [np.asarray(picture.transpose(Image.Transpose.ROTATE_270)) for picture in strip(3)]
    check(body, expected)


@given(st.integers(2, pages.PAGE_LIMIT))
def test_pages_sort_as_they_are_numbered(count: int) -> None:
    names = [page_names.page_name("scan.pdf", n) for n in (0, 1, count // 2, count - 1)]
    assert names == sorted(names) == sorted(names, key=natural_key)


def test_pages_keep_the_place_of_their_file() -> None:
    for file in expanded(animated("GIF", 3), "folder/a.gif"):
        assert (file.key, file.offset) == ("key", 11)
        assert file.name.startswith("folder/a.gif_000")
