"""Keys of what is in a project. They follow from places, so that each frame is written by itself.

`key_id_map.json` says which number each key has.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid5

import msgspec

from chalicelib.annotations.interpolation.positions import is_spatial
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.source import Frame

KEYS = "key_id_map.json"

_OURS = UUID("6d1a4c0e-7f5b-4f57-9c64-2f6a1f0f0a31")
_encode = msgspec.json.Encoder().encode


def frame_key(placed: Placed, frame: Frame) -> str:
    """The key of a frame."""
    return str(uuid5(_OURS, f"frame {placed.index} {frame.number}"))


def cuboids_of(placed: Placed, content: FrameObjects) -> Iterator[tuple[ObjectOnFrame, str, str]]:
    """The cuboids of a frame, each with the key of its object and that of its figure.

    A track is one object on all its frames.
    """
    for place, item in enumerate(content.objects):
        if not is_spatial(item.geometry):
            continue
        figure = f"{placed.index} {content.frame} {place}"
        owner = figure if item.track is None else f"track {placed.index} {item.track}"
        object_key = str(uuid5(_OURS, f"object {owner}"))
        yield item, object_key, str(uuid5(_OURS, f"figure {figure}"))


def write_keys(dataset: Dataset, archive: ArchiveWriter) -> None:
    """Write `key_id_map.json`."""
    with archive.text(KEYS) as member:
        member.write(b'{\n "tags": {}')
        for name, keys in (
            ("objects", _objects(dataset)),
            ("figures", _figures(dataset)),
            ("videos", _frames(dataset)),
        ):
            member.write(b',\n "%s": {' % name.encode())
            separator = b"\n  "
            for key, number in keys:
                member.write(separator + _encode(key) + b": %d" % number)
                separator = b",\n  "
            member.write(b"\n }")
        member.write(b"\n}\n")


def _objects(dataset: Dataset) -> Iterator[tuple[str, int]]:
    number = 0
    for placed in dataset.parts:
        tracks: set[int] = set()
        for _, content in placed.contents():
            for item, key, _ in cuboids_of(placed, content):
                if item.track in tracks:
                    continue
                if item.track is not None:
                    tracks.add(item.track)
                number += 1
                yield key, number


def _figures(dataset: Dataset) -> Iterator[tuple[str, int]]:
    number = 0
    for placed in dataset.parts:
        for _, content in placed.contents():
            for _, _, key in cuboids_of(placed, content):
                number += 1
                yield key, number


def _frames(dataset: Dataset) -> Iterator[tuple[str, int]]:
    number = 0
    for placed in dataset.parts:
        for frame in placed.frames:
            yield frame_key(placed, frame), number
            number += 1
