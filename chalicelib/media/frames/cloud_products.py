"""Frames, chunks and previews of point clouds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chalicelib.media.files import File
from chalicelib.media.frames.building import Unbuildable, zip_chunk
from chalicelib.media.frames.orders import Order
from chalicelib.media.frames.picture_files import bodies
from chalicelib.media.points.clouds import BadCloud, as_pcd


def pieces(order: Order, clouds: Sequence[File]) -> Iterable[bytes]:
    """The bytes of an order: `.pcd` in both qualities. Raises Unbuildable, naming the file."""
    if order.product == "chunk":
        return zip_chunk((body, "pcd") for body in _as_pcd(clouds))
    (body,) = _as_pcd(clouds)
    return [body]


def _as_pcd(clouds: Sequence[File]) -> Iterator[bytes]:
    for file, body in bodies(clouds):
        try:
            yield as_pcd(body, file.format)
        except BadCloud as error:
            raise Unbuildable(f"{file.name} cannot be shown: {error}.") from error
