"""What `quality=original` gives: bytes as uploaded, or a PNG that lost nothing."""

from __future__ import annotations

import io
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from chalicelib.media.files import File, describe
from chalicelib.media.images.info import BadImage
from chalicelib.media.images.originals import original
from chalicelib.media.images.pages import expand
from chalicelib.media.images.passing import passes
from chalicelib.media.images.pixels import decode_image
from chalicelib.media.reading import BytesReader

from .photographs import as_shown, difference, exif, photograph, saved
from .test_pages import animated, strip

OPENED_BY_ALL = ["JPEG", "PNG", "WEBP", "GIF", "BMP"]
OTHERS = ["TIFF", "HEIF", "AVIF", "JPEG2000", "PPM", "TGA"]


def described(body: bytes, name: str) -> File:
    return describe(name, "key", 0, len(body), BytesReader(body))


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


def stored_values(body: bytes) -> np.ndarray:
    values = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_UNCHANGED)
    assert values is not None
    return values


@pytest.mark.parametrize("form", OPENED_BY_ALL)
def test_what_any_client_opens_is_passed_on(form: str) -> None:
    body = saved(photograph(), form)
    file = described(body, f"a.{form}")
    assert passes(file)
    assert original(file, body) == (body, form.lower())


def test_the_extension_tells_the_truth() -> None:
    body = saved(photograph(), "JPEG")
    for name, said in (("a.jpg", "jpg"), ("a.JPEG", "jpeg"), ("a.png", "jpg"), ("a", "jpg")):
        assert original(described(body, name), body) == (body, said)


@pytest.mark.parametrize("form", OTHERS)
def test_other_pictures_are_given_without_loss(form: str) -> None:
    options = {"irreversible": False} if form == "JPEG2000" else {}
    body = saved(photograph(), form, **options)
    file = described(body, "a.xyz")
    assert not passes(file)
    given_, extension = original(file, body)
    assert extension == "png"
    assert opened(given_).format == "PNG"
    assert difference(as_shown(given_), as_shown(body)) == 0


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_turned_picture_is_made_upright_without_loss(form: str, orientation: int) -> None:
    body = saved(photograph(), form, exif=exif(orientation).tobytes())
    file = described(body, "a.png")
    assert not passes(file)
    given_, extension = original(file, body)
    info = described(given_, "a.png").info
    assert (extension, info.orientation) == ("png", 1)
    assert (info.width, info.height) == (file.info.width, file.info.height)
    assert difference(as_shown(given_), as_shown(body)) == 0


def test_a_turned_jpeg_stays_one() -> None:
    body = saved(photograph(), "JPEG", exif=exif(6))
    given_, extension = original(described(body, "a.jpg"), body)
    info = described(given_, "a.jpg").info
    assert (extension, info.format, info.orientation) == ("jpg", "jpeg", 1)
    assert difference(as_shown(given_), as_shown(body)) < 2


@given(st.sampled_from([np.uint8, np.uint16]), st.sampled_from([1, 3]), st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_every_bit_of_a_measurement_is_kept(kind: type, colours: int, seed: int) -> None:
    shape = (5, 7) if colours == 1 else (5, 7, 3)
    stored = np.random.default_rng(seed).integers(0, np.iinfo(kind).max, shape, kind)
    _, encoded = cv2.imencode(".tiff", stored)
    given_, _ = original(described(encoded.tobytes(), "a.tif"), encoded.tobytes())
    again = stored_values(given_)
    assert again.dtype == kind
    assert np.array_equal(again, stored)


def test_a_deep_picture_is_turned_without_loss() -> None:
    stored = np.arange(3 * 5 * 7, dtype=np.uint16).reshape(5, 7, 3) * 600
    _, encoded = cv2.imencode(".png", stored)
    body = encoded.tobytes()
    block = exif(6).tobytes().removeprefix(b"Exif\0\0")
    turned = body[:33] + chunk(b"eXIf", block) + body[33:]
    file = described(turned, "a.png")
    assert file.orientation == 6
    given_, _ = original(file, turned)
    again = stored_values(given_)
    assert np.array_equal(again, np.rot90(stored, -1))


def chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA"])
def test_modes_are_kept(mode: str) -> None:
    picture = photograph().convert(mode)
    body = saved(picture, "TIFF")
    given_, _ = original(described(body, "a.tif"), body)
    with opened(given_) as again:
        assert again.mode == mode
        assert again.convert("RGBA").tobytes() == picture.convert("RGBA").tobytes()


def test_floats_are_given_as_shown() -> None:
    values = np.asarray(photograph().convert("L"), np.float32) / 255
    body = saved(Image.fromarray(values), "TIFF")
    file = described(body, "a.tif")
    given_, extension = original(file, body)
    assert extension == "png"
    assert difference(as_shown(given_), decode_image(body, file.info)) == 0


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_frames_of_an_animation_are_pictures(form: str) -> None:
    body = animated(form, 3, **({"lossless": True} if form == "WEBP" else {}))
    reader = BytesReader(body)
    files = expand(described(body, "a.x"), reader)
    assert len(files) == 3
    for file in files:
        assert not passes(file)
        given_, extension = original(file, body)
        assert extension == "png"
        assert getattr(opened(given_), "n_frames", 1) == 1
        assert difference(as_shown(given_), decode_image(body, file.info, file.page)) == 0


def test_pages_of_a_document_and_of_a_stack() -> None:
    for form in ("PDF", "TIFF"):
        first, *rest = strip(3)
        body = saved(first, form, save_all=True, append_images=rest)
        for file in expand(described(body, "a.x"), BytesReader(body)):
            given_, extension = original(file, body)
            assert extension == "png"
            shown = decode_image(body, file.info, file.page)
            assert difference(as_shown(given_), shown) == 0


@pytest.mark.parametrize("form", ["TIFF", "HEIF", "AVIF", "JPEG2000"])
def test_damage_is_told(form: str) -> None:
    body = saved(photograph(), form)
    file = described(body, "a.x")
    with pytest.raises(BadImage):
        original(file, bytes(body[:12]) + bytes(len(body) - 12))


@pytest.mark.parametrize("name", ["frame_0001.png", "a.png", "scan.tif.png"])
def test_users_number_their_pictures_too(name: str) -> None:
    assert passes(described(saved(photograph(), "PNG"), name))
