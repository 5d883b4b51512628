"""PNG of masks as other readers see them, and theirs as we do; colours of labels."""

from __future__ import annotations

import io
import zlib
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chalicelib.formats.geometry.colors import label_colors, packed, parse_color, voc_color
from chalicelib.formats.geometry.png import colored, grey, indexed, read_numbers
from chalicelib.formats.labels import LabelSpec

Picture = np.ndarray[Any, Any]


@st.composite
def pictures(draw: st.DrawFn, most: int, kind: type[np.unsignedinteger[Any]]) -> Picture:
    width, height = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    cells = st.lists(st.integers(0, most), min_size=width * height, max_size=width * height)
    return np.array(draw(cells), kind).reshape(height, width)


@given(pictures(7, np.uint8))
def test_numbers_with_a_palette_are_read_by_others_and_by_us(picture: Picture) -> None:
    palette = [voc_color(number) for number in range(8)]
    body = indexed(picture, palette)
    with Image.open(io.BytesIO(body)) as image:
        assert image.mode == "P"
        assert np.array_equal(np.asarray(image), picture)
        assert np.array_equal(np.asarray(image.convert("RGB")), np.array(palette)[picture])
    by_cv2 = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert by_cv2 is not None
    assert np.array_equal(by_cv2, np.array(palette)[picture])
    found = read_numbers(body)
    assert np.array_equal(found.values, picture)
    assert found.palette is not None
    assert found.palette[:8].tolist() == [packed(color) for color in palette]


@given(pictures(255, np.uint8) | pictures(65535, np.uint16))
def test_grey_values_of_8_and_16_bits(picture: Picture) -> None:
    body = grey(picture)
    by_cv2 = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_UNCHANGED)
    assert by_cv2 is not None
    assert by_cv2.dtype == picture.dtype
    assert np.array_equal(by_cv2, picture)
    found = read_numbers(body)
    assert found.palette is None
    assert not found.are_colors
    assert np.array_equal(found.values, picture)


@given(pictures(0xFFFFFF, np.uint32))
def test_colors(picture: Picture) -> None:
    rgb = np.stack([picture >> shift & 255 for shift in (16, 8, 0)], axis=2).astype(np.uint8)
    body = colored(rgb)
    with Image.open(io.BytesIO(body)) as image:
        assert np.array_equal(np.asarray(image.convert("RGB")), rgb)
    found = read_numbers(body)
    assert found.are_colors
    assert np.array_equal(found.values, picture)


@pytest.mark.parametrize(
    ("mode", "white"), [("1", 255), ("L", 255), ("RGBA", 0xFFFFFF), ("LA", 0xFFFFFF)]
)
def test_pictures_of_other_kinds_are_read(mode: str, white: int) -> None:
    sink = io.BytesIO()
    Image.new("RGB", (3, 2), "white").convert(mode).save(sink, "PNG")
    assert (read_numbers(sink.getvalue()).values == white).all()


@pytest.mark.parametrize("body", [b"", b"\x89PNG\r\n\x1a\n", b"<svg/>",
                                  grey(np.ones((9, 9), np.uint8))[:-30]])  # fmt: skip
def test_what_is_no_picture_is_told(body: bytes) -> None:
    with pytest.raises(ValueError, match="is not a picture"):
        read_numbers(body)


def test_a_picture_that_unpacks_to_too_many_pixels_is_refused() -> None:
    small = grey(np.zeros((1, 1), np.uint8))
    header = bytearray(small)
    header[16:24] = (1 << 15).to_bytes(4, "big") * 2
    header[29:33] = zlib.crc32(header[12:29]).to_bytes(4, "big")
    with pytest.raises(ValueError, match="picture"):
        read_numbers(bytes(header))


def test_no_two_numbers_have_one_color() -> None:
    assert [voc_color(n) for n in (0, 1, 2, 15, 255)] == [
        (0, 0, 0), (128, 0, 0), (0, 128, 0), (192, 128, 128), (224, 224, 192),
    ]  # fmt: skip
    assert len({voc_color(number) for number in range(70_000)}) == 70_000


def test_labels_have_their_own_colors_or_others_that_are_free() -> None:
    labels = [
        LabelSpec(1, "cat", "#ff0000"),
        LabelSpec(2, "dog", "#FF0000"),
        LabelSpec(3, "cow"),
        LabelSpec(4, "hole", "#000000"),
        LabelSpec(5, "background", "#123456"),
    ]
    assert label_colors(labels) == {
        "background": (0, 0, 0),
        "cat": (255, 0, 0),
        "dog": voc_color(2),
        "cow": voc_color(3),
        "hole": voc_color(4),
    }
    taken = [LabelSpec(1, "a", "#008000"), LabelSpec(2, "b", "#008000")]
    assert len(set(label_colors(taken).values())) == 3


@pytest.mark.parametrize("text", ["", "#12345", "red", "#gg0000", "rgb(1,2,3)"])
def test_what_is_no_color(text: str) -> None:
    assert parse_color(text) is None
