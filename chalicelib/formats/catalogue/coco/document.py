"""What every file of the COCO family begins with: licences, facts, categories, images."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import msgspec

from chalicelib.formats.archives.zip_writer import CompressedText
from chalicelib.formats.exporting.dataset import Placed, safe_path
from chalicelib.formats.exporting.source import Frame

_INFO = {
    "contributor": "",
    "date_created": "",
    "description": "",
    "url": "",
    "version": "",
    "year": "",
}
#: Characters that are gathered before they are compressed.
_JOINED = 1 << 16

encode = msgspec.json.Encoder().encode


def quoted(text: str) -> str:
    """A text as JSON."""
    return encode(text).decode()


def subset_name(subset: str) -> str:
    """A subset as a part of a file's name."""
    return safe_path(subset).replace("/", "_")


def write_head(
    out: CompressedText, categories: Sequence[Any], parts: Sequence[Placed], first_image: int
) -> None:
    """Write a file up to its list of annotations, which the caller writes and closes by "]}".

    Args:
        categories: what is encoded as they are.
        first_image: id of the first image; the others follow.
    """
    out.write(b'{"licenses":[{"name":"","id":0,"url":""}],"info":' + encode(_INFO))
    out.write(b',"categories":' + encode(categories) + b',"images":[')
    frames = chain.from_iterable(part.frames for part in parts)
    write_list(out, (_image(number, frame) for number, frame in enumerate(frames, first_image)))
    out.write(b'],"annotations":[')


def write_list(out: CompressedText, pieces: Iterable[str]) -> None:
    """Write values of JSON with commas between, some at a time."""
    some: list[str] = []
    size, comma = 0, ""
    for piece in pieces:
        some.append(piece)
        size += len(piece)
        if size > _JOINED:
            out.write((comma + ",".join(some)).encode())
            some.clear()
            size, comma = 0, ","
    if some:
        out.write((comma + ",".join(some)).encode())


def _image(number: int, frame: Frame) -> str:
    return (
        f'{{"id":{number},"width":{frame.width},"height":{frame.height},'
        f'"file_name":{quoted(safe_path(frame.file_name))},"license":0,"flickr_url":"",'
        '"coco_url":"","date_captured":0}'
    )
