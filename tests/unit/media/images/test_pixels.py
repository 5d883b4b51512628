"""Decoded pictures, chunks and previews."""

from __future__ import annotations

import io
import zipfile

import av
import numpy as np
import pytest
from PIL import Image, ImageOps

from chalicelib.media.frames.building import (
    chunk_size_in_pixels,
    constant_rate_factor,
    mp4_chunk,
    zip_chunk,
)
from chalicelib.media.images.headers import BadImage, probe
from chalicelib.media.images.pixels import (
    decode_image,
    encode_jpeg,
    encode_preview,
    reencode_upright,
)
from chalicelib.media.reading import BytesReader

from ..conftest import package_file, real_frames


def photograph() -> Image.Image:
    return Image.open(package_file("skimage", "data", "rocket.jpg")).resize((160, 108))


def saved(form: str, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    sink = io.BytesIO()
    photograph().save(sink, form, exif=exif)
    return sink.getvalue()


def as_shown(body: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(body)) as picture:
        return np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_upright(form: str, orientation: int) -> None:
    body = saved(form, orientation)
    info = probe(BytesReader(body))
    ours = decode_image(body, info)
    assert ours.shape == (info.height, info.width, 3)
    assert np.abs(ours.astype(int) - as_shown(body)).mean() < 1


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_turned_original_keeps_its_format(form: str) -> None:
    body = saved(form, 6)
    turned = reencode_upright(body, probe(BytesReader(body)))
    info = probe(BytesReader(turned))
    assert (info.format, info.orientation) == (form.lower(), 1)
    assert np.abs(as_shown(turned).astype(int) - as_shown(body)).mean() < 2


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    form = "TIFF" if mode in {"CMYK", "I;16"} else "PNG"
    grey = photograph().convert("L")
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(grey).astype(np.uint16) * 16)
    else:
        picture = photograph().convert(mode)
    sink = io.BytesIO()
    picture.save(sink, form)
    body = sink.getvalue()
    pixels = decode_image(body, probe(BytesReader(body)))
    assert pixels.shape == (108, 160, 3)
    assert np.corrcoef(pixels.mean(2).ravel(), np.asarray(grey).ravel())[0, 1] > 0.7


def test_damaged_data_is_an_error() -> None:
    body = saved("PNG", 1)
    with pytest.raises(BadImage, match="damaged"):
        decode_image(body[:20], probe(BytesReader(body)))


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_what_is_cut_off_is_shown_as_far_as_it_goes(form: str) -> None:
    body = saved(form, 1)
    info = probe(BytesReader(body))
    whole, cut = decode_image(body, info), decode_image(body[: len(body) * 2 // 3], info)
    assert cut.shape == whole.shape
    upper = whole.shape[0] // 3
    assert np.abs(cut[:upper].astype(int) - whole[:upper]).mean() < 2
    assert not np.array_equal(cut, whole)


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


def test_a_zip_chunk_holds_originals_untouched_and_undeflated() -> None:
    bodies = [saved("JPEG", 1), saved("PNG", 1)]
    chunk = zip_chunk(zip(bodies, ["jpg", "png"], strict=True))
    with zipfile.ZipFile(io.BytesIO(chunk)) as archive:
        assert archive.namelist() == ["000000.jpg", "000001.png"]
        assert [archive.read(name) for name in archive.namelist()] == bodies
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}


def test_an_mp4_chunk_shows_its_frames_in_order() -> None:
    frames = real_frames()[:12]
    chunk = mp4_chunk(frames, 70, reduced=True)
    with av.open(io.BytesIO(chunk), "r") as clip:
        shown = [f.to_ndarray(format="rgb24") for f in clip.decode(video=0)]
    assert len(shown) == 12
    for number, picture in enumerate(shown):
        errors = [np.abs(picture.astype(int) - f).mean() for f in frames]
        assert int(np.argmin(errors)) == number


def test_quality_and_size_of_video_chunks() -> None:
    assert (constant_rate_factor(100), constant_rate_factor(1)) == (0, 51)
    assert chunk_size_in_pixels(1921, 1081, reduced=True) == (960, 540)
    assert chunk_size_in_pixels(3840, 2160, reduced=True) == (960, 540)
    assert chunk_size_in_pixels(3840, 2160, reduced=False) == (3840, 2160)
    assert chunk_size_in_pixels(1279, 719, reduced=True) == (1278, 718)


def test_jpeg_quality_is_heard() -> None:
    pixels = np.asarray(photograph())
    sizes = [len(encode_jpeg(pixels, quality)) for quality in (1, 30, 70, 100)]
    assert sizes == sorted(set(sizes))
