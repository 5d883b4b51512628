"""Frames, chunks and previews of point clouds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from chalicelib.media.files import File
from chalicelib.media.frames.building import zip_chunk
from chalicelib.media.frames.orders import Order
from chalicelib.media.frames.picture_files import bodies
from chalicelib.media.frames.problems import Unbuildable
from chalicelib.media.images.pixels import encode_preview
from chalicelib.media.points.clouds import as_pcd
from chalicelib.media.points.drawing import preview
from chalicelib.media.points.pcd import BadCloud

T = TypeVar("T")


def pieces(order: Order, clouds: Sequence[File]) -> Iterable[bytes]:
    """The bytes of an order: `.pcd` in both qualities, or a drawing from above.

    Raises:
        Unbuildable: a cloud is damaged; the text names it.
    """
    if order.product == "chunk":
        return zip_chunk((body, "pcd") for body in as_clouds(clouds))
    if order.product == "preview":
        (pixels,) = _each(clouds, preview)
        return [encode_preview(pixels)]
    (body,) = as_clouds(clouds)
    return [body]


def as_clouds(clouds: Sequence[File]) -> Iterator[bytes]:
    """Each cloud as `.pcd`. Raises as `pieces`."""
    return _each(clouds, as_pcd)


def _each(clouds: Sequence[File], use: Callable[[bytes, str], T]) -> Iterator[T]:
    for file, body in bodies(clouds):
        try:
            yield use(body, file.format)
        except BadCloud as error:
            raise Unbuildable(f"{file.name} cannot be shown: {error}.") from error
