"""Boxes of ISO base media files (ISO/IEC 14496-12): a tree of sized, named pieces."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import msgspec

from chalicelib.media.reading import Reader
from chalicelib.media.video.index import BadVideo

#: A `moov` larger than this is refused: 108,000 frames need about 1.3 MB.
MOOV_LIMIT = 256 * 1024 * 1024
BOX_LIMIT = 100_000


class Box(msgspec.Struct, frozen=True):
    """A box at the top of a file: `header` bytes of `size` come before its payload."""

    kind: bytes
    offset: int
    header: int
    size: int

    @property
    def end(self) -> int:
        return self.offset + self.size


def find_moov(reader: Reader) -> tuple[bytes, int]:
    """Payload of the movie box, wherever it stands, and the position after it.

    Raises:
        BadVideo: there is none, or it is cut off.
    """
    offset, fragments = 0, False
    for _ in range(BOX_LIMIT):
        if offset + 8 > reader.size:
            break
        box = box_at(reader, offset)
        fragments = fragments or box.kind == b"moof"
        if box.kind == b"moov":
            if box.end > reader.size:
                raise BadVideo("it is cut off inside its index (the moov box): upload it again")
            if box.size > MOOV_LIMIT:
                raise BadVideo("its index (the moov box) is larger than 256 MB")
            return reader.read(offset + box.header, box.size - box.header), box.end
        offset = box.end
    if fragments:
        raise BadVideo(
            "it holds fragments of a video, but not the initialization segment (the moov box) that"
            " describes them: join the two and upload the result"
        )
    raise BadVideo(
        "its index (the moov box), which is written last, is missing: the file was cut off while"
        " it was being recorded or uploaded. Upload it again; if the recording itself broke off,"
        " have it repaired with a whole recording of the same camera"
    )


def box_at(reader: Reader, offset: int) -> Box:
    """The box that begins at an offset. Raises `BadVideo` if none can."""
    head = reader.read(offset, 16)
    if len(head) < 8:
        raise BadVideo(f"it is damaged at byte {offset}")
    size, kind = struct.unpack_from(">I4s", head)
    header = 8
    if size == 1 and len(head) == 16:
        size, header = struct.unpack_from(">Q", head, 8)[0], 16
    elif size == 0:
        size = reader.size - offset
    if size < header:
        raise BadVideo(f"it is damaged at byte {offset}")
    return Box(kind, offset, header, size)


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
