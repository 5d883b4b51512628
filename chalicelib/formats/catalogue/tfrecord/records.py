"""Records of a TFRecord file: length, its checksum, bytes, their checksum."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from chalicelib.formats.catalogue.tfrecord.checksum import masked
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.upload import Upload

#: Bytes of the longest record that is read.
MAX_RECORD = 256 << 20
#: Bytes before and after what a record holds.
HEAD, TAIL = 12, 4


def record(body: bytes) -> bytes:
    """A record of some bytes."""
    length = struct.pack("<Q", len(body))
    return b"".join(
        (length, struct.pack("<L", masked(length)), body, struct.pack("<L", masked(body)))
    )


def records(upload: Upload, file: str) -> Iterator[tuple[str, bytes]]:
    """Records of a file, each with its place ("record 3").

    Raises:
        BadDataset: it is no such file, or damaged; naming file and record.
    """
    name, number = upload.place(file), 0
    # Images are in the records as a rule, so they are more than annotations may be.
    opened = upload.open(file) if upload.archive is None else upload.open_picture(file)
    with opened as stream:
        while head := stream.read(HEAD):
            place = f"record {number}"
            if number == 0 and head[:2] == b"\x1f\x8b":
                raise BadDataset(name, "is compressed as a whole: unpack it first")
            length, check = _head(head)
            if check != masked(head[:8]):
                wrong = "is not a TFRecord file" if number == 0 else "is damaged"
                raise BadDataset(name, wrong, place)
            if length > MAX_RECORD:
                raise BadDataset(name, f"is longer than {MAX_RECORD >> 20} MB", place)
            body, tail = stream.read(length), stream.read(TAIL)
            if len(body) < length or len(tail) < TAIL:
                raise BadDataset(name, "is cut off", place)
            if struct.unpack("<L", tail)[0] != masked(body):
                raise BadDataset(name, "is damaged", place)
            yield place, body
            number += 1
    if not number:
        raise BadDataset(name, "is empty")


def _head(head: bytes) -> tuple[int, int]:
    if len(head) < HEAD:
        return 0, -1
    length, check = struct.unpack("<QL", head)
    return length, check
