"""Real photographs, and encodings of them."""

from __future__ import annotations

import importlib.util
import io
from functools import cache
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageOps

pillow_heif.register_heif_opener()


def data_file(name: str) -> Path:
    """A photograph of scikit-image, found without importing it."""
    spec = importlib.util.find_spec("skimage")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "data" / name


@cache
def photograph(width: int = 90, height: int = 60, name: str = "chelsea.png") -> Image.Image:
    with Image.open(data_file(name)) as picture:
        return picture.convert("RGB").resize((width, height))


def saved(picture: Image.Image, form: str, **options: object) -> bytes:
    sink = io.BytesIO()
    picture.save(sink, form, **options)
    return sink.getvalue()


def exif(orientation: int) -> Image.Exif:
    block = Image.Exif()
    block[0x0112] = orientation
    return block


def opened(body: bytes) -> Image.Image:
    """A picture by Pillow; HEIC by the reader above, whatever else was registered meanwhile."""
    pillow_heif.register_heif_opener()
    return Image.open(io.BytesIO(body))


def as_shown(body: bytes) -> np.ndarray:
    """What Pillow shows after turning the picture upright, RGB."""
    with opened(body) as picture:
        return np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))


def difference(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Mean absolute difference, 0…255."""
    assert ours.shape == theirs.shape
    return float(np.abs(ours.astype(int) - theirs).mean())
