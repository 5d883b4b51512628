"""A small picture of what is in a storage: of the first image that can be shown."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from chalicelib.media.extensions import family_of
from chalicelib.media.images.headers import BadImage, probe
from chalicelib.media.images.pixels import decode_image, encode_preview
from chalicelib.media.reading import BytesReader
from chalicelib.media.storages import manifest_listing
from chalicelib.media.storages.opened import OpenStorage
from chalicelib.media.storages.problems import Unusable

#: How far to look: objects of the bucket, images that turn out to be none.
_MOST_OBJECTS = 5000
_MOST_IMAGES = 5
#: Bytes of an image that is worth its reading.
_MOST_BYTES = 50 << 20


def first_picture(opened: OpenStorage, manifests: list[str]) -> bytes | None:
    """A JPEG of at most 256 × 256 pixels, or None if there is no image. Raises Unreachable."""
    for key in islice(_images(opened, manifests), _MOST_IMAGES):
        try:
            body = opened.read(key, 0, _MOST_BYTES)
            return encode_preview(decode_image(body, probe(BytesReader(body))))
        except (BadImage, KeyError):
            continue
    return None


def _images(opened: OpenStorage, manifests: list[str]) -> Iterator[str]:
    for manifest in manifests[:1]:
        try:
            yield from (
                name for name in manifest_listing.names(opened, manifest) if _is_image(name)
            )
        except Unusable:
            break
    for entry in islice(opened.entries(""), _MOST_OBJECTS):
        if _is_image(entry.key) and 0 < entry.size <= _MOST_BYTES:
            yield entry.key


def _is_image(name: str) -> bool:
    return family_of(name) == "image"
