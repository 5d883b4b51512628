"""HEIC files written box by box around a real HEVC picture, with any properties in any order."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from .photographs import photograph, saved


class Coded(NamedTuple):
    """An HEVC still picture: its decoder configuration and its data."""

    width: int
    height: int
    configuration: bytes
    data: bytes


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full(kind: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


@cache
def coded(width: int = 128, height: int = 64) -> Coded:
    body = saved(photograph(width, height), "HEIF", quality=90)
    at = body.index(b"hvcC") - 4
    size = int.from_bytes(body[at : at + 4])
    start = body.index(b"mdat") + 4
    # The picture is one unit behind its length; a thumbnail follows.
    unit = 4 + int.from_bytes(body[start : start + 4])
    return Coded(width, height, body[at : at + size], body[start : start + unit])


def irot(quarters: int) -> bytes:
    return box(b"irot", bytes([quarters]))


def imir(axis: int) -> bytes:
    return box(b"imir", bytes([axis]))


def clap(width: int, height: int, right: int, down: int) -> bytes:
    """A clean aperture whose middle is moved by half pixels."""
    return box(b"clap", struct.pack(">IIIIiIiI", width, 1, height, 1, right, 2, down, 2))


def heic(
    picture: Coded, properties: Iterable[bytes] = (), *, wide: bool = False, brand: bytes = b"heic"
) -> bytes:
    """A file of one picture with properties in the given order.

    Args:
        wide: numbers of items and properties take more bytes.
    """
    ispe = full(b"ispe", struct.pack(">II", picture.width, picture.height))
    known = [picture.configuration, ispe, *properties]
    number = struct.pack(">I" if wide else ">H", 7)
    width = ">H" if wide else ">B"
    numbers = b"".join(struct.pack(width, n) for n in range(1, len(known) + 1))
    links = struct.pack(">I", 1) + number + bytes([len(known)]) + numbers
    ipma = full(b"ipma", links, version=int(wide), flags=int(wide))
    kind = full(b"infe", number, b"\0\0", b"hvc1", b"\0", version=3 if wide else 2)
    head = box(b"ftyp", brand, b"\0\0\0\0", b"mif1heic")

    def meta(offset: int) -> bytes:
        place = struct.pack(">HHII", 0, 1, offset, len(picture.data))
        return full(
            b"meta",
            full(b"hdlr", b"\0\0\0\0pict" + bytes(13)),
            full(b"pitm", number, version=int(wide)),
            full(
                b"iloc", b"\x44\x00", number[-2:].rjust(4, b"\0") if wide else b"\0\1" + number,
                place,
            ) if not wide else full(b"iloc", b"\x44\x00", struct.pack(">I", 1) + number + b"\0\0",
                                    place, version=2),
            full(b"iinf", struct.pack(">H", 1), kind),
            box(b"iprp", box(b"ipco", *known), ipma),
        )  # fmt: skip

    start = len(head) + len(meta(0)) + 8
    return head + meta(start) + box(b"mdat", picture.data)
