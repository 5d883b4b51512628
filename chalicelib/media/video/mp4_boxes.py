"""Boxes of ISO base media files (ISO/IEC 14496-12): a tree of sized, named pieces."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from chalicelib.media.reading import Reader
from chalicelib.media.video.index import BadVideo

#: A `moov` larger than this is refused: 108,000 frames need about 1.3 MB.
MOOV_LIMIT = 256 * 1024 * 1024
BOX_LIMIT = 100_000


def find_moov(reader: Reader) -> bytes:
    """Payload of the movie box, wherever it stands.

    Raises:
        BadVideo: there is none, or it is cut off.
    """
    offset = 0
    for _ in range(BOX_LIMIT):
        if offset + 8 > reader.size:
            break
        kind, header, size = _top_level(reader, offset)
        if kind == b"moov":
            if offset + size > reader.size:
                raise BadVideo("it is cut off inside its index (the moov box)")
            if size > MOOV_LIMIT:
                raise BadVideo("its index (the moov box) is larger than 256 MB")
            return reader.read(offset + header, size - header)
        offset += size
    raise BadVideo(
        "its index (the moov box) is missing: the recording or the upload was cut off before"
        " the end of the file"
    )


def children(body: bytes, start: int = 0) -> Iterator[tuple[bytes, bytes]]:
    """(name, payload) of each box of a payload, from `start`."""
    end = len(body)
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", body, start)
        header = 8
        if size == 1 and start + 16 <= end:
            size, header = struct.unpack_from(">Q", body, start + 8)[0], 16
        elif size == 0:
            size = end - start
        if size < header or start + size > end:
            return
        yield kind, body[start + header : start + size]
        start += size


def child(body: bytes, *path: bytes, start: int = 0) -> bytes | None:
    """Payload of the first box at a path, or None."""
    for name in path:
        for kind, payload in children(body, start):
            if kind == name:
                body = payload
                break
        else:
            return None
        start = 0
    return body


def required(body: bytes, *path: bytes) -> bytes:
    """As `child`. Raises `BadVideo` if the box is absent."""
    found = child(body, *path)
    if found is None:
        raise BadVideo(f"its index has no {path[-1].decode('latin1')} box")
    return found


def _top_level(reader: Reader, offset: int) -> tuple[bytes, int, int]:
    head = reader.read(offset, 16)
    size, kind = struct.unpack_from(">I4s", head)
    header = 8
    if size == 1 and len(head) == 16:
        size, header = struct.unpack_from(">Q", head, 8)[0], 16
    elif size == 0:
        size = reader.size - offset
    if size < header:
        raise BadVideo(f"it is damaged at byte {offset}")
    return kind, header, size
