"""Pictures as they are shown."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from chalicelib.media.images.deep import shown
from chalicelib.media.images.headers import BadImage, ImageInfo, probe
from chalicelib.media.images.pixels import (
    decode_image,
    encode_jpeg,
    encode_preview,
    reencode_upright,
)
from chalicelib.media.reading import BytesReader

from .photographs import as_shown, data_file, difference, exif, photograph, saved

WITH_EXIF = ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"]
FORMATS = [*WITH_EXIF, "BMP", "GIF", "JPEG2000", "PPM", "TGA"]


def decoded(body: bytes) -> np.ndarray:
    return decode_image(body, probe(BytesReader(body)))


def grey() -> np.ndarray:
    """A real photograph, 0…255."""
    return np.asarray(photograph(160, 108, "camera.png").convert("L"))


@pytest.mark.parametrize("form", FORMATS)
def test_pictures_of_every_format(form: str) -> None:
    body = saved(photograph(160, 108, "rocket.jpg"), form)
    assert difference(decoded(body), as_shown(body)) == 0


@pytest.mark.parametrize("form", WITH_EXIF)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_upright(form: str, orientation: int) -> None:
    picture = photograph(160, 108, "rocket.jpg")
    body = saved(picture, form, exif=exif(orientation).tobytes())
    ours = decoded(body)
    assert difference(ours, as_shown(body)) < 1
    straight = saved(picture, form)
    back = {6: 1, 8: -1, 3: 2}.get(orientation)
    if back is not None:
        assert difference(np.rot90(ours, back), as_shown(straight)) < 4


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_turned_original_keeps_its_format(form: str) -> None:
    body = saved(photograph(160, 108, "rocket.jpg"), form, exif=exif(6))
    turned = reencode_upright(body, probe(BytesReader(body)))
    info = probe(BytesReader(turned))
    assert (info.format, info.orientation) == (form.lower(), 1)
    assert difference(as_shown(turned), as_shown(body)) < 2


@pytest.mark.parametrize(
    ("form", "mode"),
    [("PNG", "RGBA"), ("PNG", "I;16"), ("PNG", "P"), ("WEBP", "RGBA"), ("TIFF", "I;16")],
)
def test_a_turned_original_keeps_its_depth_and_its_transparency(form: str, mode: str) -> None:
    if mode == "I;16":
        picture = Image.fromarray(grey().astype(np.uint16) * 200)
    else:
        picture = photograph(160, 108, "rocket.jpg").convert(mode)
    if mode == "RGBA":
        picture.putalpha(Image.linear_gradient("L").resize((160, 108)))
    body = saved(picture, form, exif=exif(6), **({"lossless": True} if form == "WEBP" else {}))
    turned = reencode_upright(body, probe(BytesReader(body)))
    with Image.open(io.BytesIO(turned)) as again:
        assert again.mode == mode
        expected = picture.transpose(Image.Transpose.ROTATE_270)
        assert again.size == expected.size
        if mode == "RGBA":
            assert again.getchannel("A").tobytes() == expected.getchannel("A").tobytes()
        else:
            assert again.tobytes() == expected.tobytes()


@pytest.mark.parametrize(
    ("mode", "likeness"),
    [("1", 0.2), ("L", 0.6), ("P", 0.8), ("RGB", 1), ("CMYK", 0.999), ("YCbCr", 0.99)],
)
def test_every_mode_becomes_rgb(mode: str, likeness: float) -> None:
    picture = photograph(160, 108, "rocket.jpg")
    body = saved(picture.convert(mode), "TIFF")
    found = np.corrcoef(decoded(body).ravel(), np.asarray(picture).ravel())[0, 1]
    assert found >= likeness - 1e-9
    assert difference(decoded(body), as_shown(body)) == 0


def test_four_colours_of_a_jpeg() -> None:
    picture = photograph(160, 108, "rocket.jpg")
    body = saved(picture.convert("CMYK"), "JPEG", quality=95)
    assert difference(decoded(body), np.asarray(picture)) < 6


COVERED = [("RGBA", "PNG"), ("LA", "PNG"), ("RGBA", "WEBP"), ("RGBA", "TIFF"), ("RGBA", "AVIF"),
           ("RGBA", "TGA"), ("RGBA", "JPEG2000"), ("RGBA", "HEIF"), ("P", "PNG"), ("P", "GIF"),
           ("RGB", "PNG"), ("L", "PNG")]  # fmt: skip


@pytest.mark.parametrize(("mode", "form"), COVERED)
def test_what_is_transparent_is_white(mode: str, form: str) -> None:
    """By an alpha channel, a palette, or one colour that stands for nothing."""
    picture = Image.new("RGB", (64, 64), (10, 20, 200))
    picture.paste((200, 10, 20), (0, 0, 32, 64))
    options: dict[str, object] = {}
    if mode in {"RGBA", "LA"}:
        covered = picture.convert(mode)
        alpha = Image.new("L", (64, 64), 255)
        alpha.paste(0, (0, 0, 32, 64))
        covered.putalpha(alpha)
    else:
        covered = picture.quantize(2) if mode == "P" else picture.convert(mode)
        options["transparency"] = covered.getpixel((0, 0))
    pixels = decoded(saved(covered, form, **options))
    assert pixels[:, :28].min() > 245
    assert pixels[:, 36:].min() < 120


def test_what_shines_through_is_mixed_with_white() -> None:
    body = saved(Image.new("RGBA", (8, 8), (200, 100, 0, 128)), "PNG")
    assert (abs(decoded(body)[4, 4].astype(int) - (227, 177, 127)) <= 1).all()


DEEP = ["PNG", "TIFF", "JPEG2000"]


@pytest.mark.parametrize("form", DEEP)
def test_a_deep_photograph_looks_as_it_does_in_a_browser(form: str) -> None:
    body = saved(Image.fromarray(grey().astype(np.uint16) * 257), form)
    assert difference(decoded(body)[:, :, 0], grey()) < 0.5


@pytest.mark.parametrize("form", DEEP)
def test_a_measurement_can_be_seen(form: str) -> None:
    """300 steps of temperature around 30,000: one even grey, if shown as a photograph is."""
    values = grey().astype(np.uint16) + 30_000
    values[0, 0], values[0, 1] = 65_535, 0  # dead pixels
    pixels = decoded(saved(Image.fromarray(values), form))[:, :, 0]
    assert pixels.std() > grey().std() * 0.9
    assert np.corrcoef(pixels.ravel(), grey().ravel())[0, 1] > 0.99


@pytest.mark.parametrize("extension", [".png", ".tiff"])
@pytest.mark.parametrize("scale", [257, 16])
def test_deep_colours_can_be_seen(extension: str, scale: int) -> None:
    """As cameras give them: of 16 bits, or of 12 in 16."""
    photo = np.asarray(photograph())
    _, encoded = cv2.imencode(extension, photo[:, :, ::-1].astype(np.uint16) * scale)
    pixels = decoded(encoded.tobytes())
    assert np.corrcoef(pixels.ravel(), photo.ravel())[0, 1] > 0.995
    ratios = pixels.reshape(-1, 3).mean(0) / photo.reshape(-1, 3).mean(0)
    assert ratios.max() / ratios.min() < 1.03  # no other hue


def test_deep_colours_on_white() -> None:
    stored = np.zeros((8, 8, 4), np.uint16)
    stored[:, 4:] = (0, 0, 65535, 65535)
    stored[0, 4:, 3] = 32768
    _, encoded = cv2.imencode(".png", stored)
    pixels = decoded(encoded.tobytes())
    assert (pixels[:, :4] == 255).all()
    assert (pixels[1:, 4:] == (255, 0, 0)).all()
    assert (abs(pixels[0, 4:].astype(int) - (255, 127, 127)) <= 1).all()


def test_floats_can_be_seen() -> None:
    values = grey().astype(np.float32) * 3.7 - 400
    values[0, :3] = np.nan, np.inf, -np.inf
    pixels = decoded(saved(Image.fromarray(values), "TIFF"))
    assert np.corrcoef(pixels[1:, :, 0].ravel(), grey()[1:].ravel())[0, 1] > 0.99
    assert pixels[0, 0, 0] == 0


@given(
    st.sampled_from([np.uint16, np.int32, np.float32, np.float64]),
    st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**32 - 1),
)  # fmt: skip
@settings(deadline=None)
def test_any_values_have_a_picture_and_always_the_same(
    kind: type, width: int, height: int, seed: int
) -> None:
    raw = np.random.default_rng(seed).bytes(width * height * np.dtype(kind).itemsize)
    values: np.ndarray = np.frombuffer(raw, kind).reshape(height, width)
    pixels = shown(values)
    assert pixels.shape == (height, width, 3)
    assert np.array_equal(pixels, shown(values.copy()))
    if np.dtype(kind).kind in "iu":  # what is brighter is not shown darker
        order = np.argsort(values.ravel(), kind="stable")
        assert (np.diff(pixels[:, :, 0].ravel()[order].astype(int)) >= 0).all()


@pytest.mark.parametrize("value", [0, 300, 65_535])
def test_one_value_everywhere(value: int) -> None:
    assert np.unique(shown(np.full((4, 4), value, np.uint16))) == round(value / 257)


def test_a_header_that_says_another_size_than_the_picture_has() -> None:
    body = saved(photograph(), "PNG")
    with pytest.raises(BadImage, match="says 91 × 60, but it holds a picture of 90 × 60"):
        decode_image(body, ImageInfo("png", 91, 60))


def test_damaged_data_is_an_error() -> None:
    body = saved(photograph(), "PNG")
    with pytest.raises(BadImage, match="is damaged"):
        decode_image(body[:20], probe(BytesReader(body)))


SIZES = [
    ((640, 480), (256, 192)),
    ((100, 400), (64, 256)),
    ((20, 10), (20, 10)),
    ((3000, 1), (256, 1)),
]


@pytest.mark.parametrize(("size", "expected"), SIZES)
def test_a_preview_fits_and_keeps_its_shape(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    info = probe(BytesReader(encode_preview(pixels)))
    assert (info.format, info.width, info.height) == ("jpeg", *expected)


def test_jpeg_quality_is_heard() -> None:
    pixels = np.asarray(photograph(160, 108, "rocket.jpg"))
    sizes = [len(encode_jpeg(pixels, quality)) for quality in (1, 30, 70, 100)]
    assert sizes == sorted(set(sizes))


def test_real_photographs() -> None:
    for name in ("retina.jpg", "hubble_deep_field.jpg", "astronaut.png", "horse.png", "page.png"):
        body = data_file(name).read_bytes()
        ours = decoded(body)
        with Image.open(io.BytesIO(body)) as picture:
            if not picture.has_transparency_data:
                assert difference(ours, np.asarray(picture.convert("RGB"))) < 1
