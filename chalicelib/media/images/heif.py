"""Size, orientation and completeness of HEIC and AVIF pictures from their boxes.

Sources: ISO/IEC 14496-12 (boxes), ISO/IEC 23008-12 (items and their properties), MIAF. How a
picture is turned is said by the properties `irot` and `imir`; Exif's orientation must be ignored
where it disagrees, and decoders do.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from fractions import Fraction
from math import floor
from typing import NamedTuple

from chalicelib.media.images.info import PARTS_LIMIT, BadImage, ImageInfo
from chalicelib.media.reading import Reader

#: Bytes of the box that describes the items. Phones write a few thousand.
META_LIMIT = 8 << 20

_CODED = {b"hvc1": "heic", b"av01": "avif"}
#: Items that are put together of coded ones.
_DERIVED = {b"grid", b"iden", b"iovl", b"tmap"}


class _Property(NamedTuple):
    kind: bytes
    body: bytes


def probe_heif(reader: Reader, expected: str) -> ImageInfo:
    """The header of the primary picture.

    Args:
        expected: `heic` or `avif`, as the file's brand says.

    Raises:
        BadImage: no picture in it, or one of another coding.
    """
    meta = dict(_boxes(_meta(reader)[4:]))
    primary = _primary(meta)
    coding = _item_type(meta, primary)
    if coding not in _CODED and coding not in _DERIVED:
        named = coding.decode("ascii", "replace").strip() or "unknown"
        raise BadImage(f"its picture is coded as {named!r}, which is not supported")
    form = _CODED.get(coding, expected)
    return _shown(form, _properties(meta, primary))


def is_whole(reader: Reader) -> bool:
    """Whether the file holds all that its header places in it.

    Raises:
        BadImage: coded pixels lie behind its end; decoders show nothing of such a picture.
    """
    meta = dict(_boxes(_meta(reader)[4:]))
    beyond = [item for item, end in _ends(meta.get(b"iloc", b"")) if end > reader.size]
    if any(_item_type(meta, item) in _CODED for item in beyond):
        raise BadImage("it is cut off: its picture lies behind its end")
    return not beyond


def _ends(body: bytes) -> Iterator[tuple[int, int]]:
    """Of each item that lies in the file itself: its number, and where it ends."""
    if not body:
        return
    version, sizes = body[0], struct.unpack_from(">H", body, 4)[0]
    offsets, lengths, bases, indices = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15
    wide = version == 2
    count, at = _number(body, 6, 4 if wide else 2)
    for _ in range(count):
        item, at = _number(body, at, 4 if wide else 2)
        method = 0
        if version in {1, 2}:
            method, at = _number(body, at, 2)
        at += 2  # which file: this one
        base, at = _number(body, at, bases)
        extents, at = _number(body, at, 2)
        end = 0
        for _ in range(extents):
            at += indices if version in {1, 2} else 0
            offset, at = _number(body, at, offsets)
            length, at = _number(body, at, lengths)
            end = max(end, base + offset + length)
        if not method & 15:
            yield item, end


def _number(body: bytes, at: int, size: int) -> tuple[int, int]:
    """A number of `size` bytes, and where it ends."""
    if at + size > len(body):
        raise BadImage("its header is damaged")
    return int.from_bytes(body[at : at + size]), at + size


def _meta(reader: Reader) -> bytes:
    offset = 0
    for _ in range(PARTS_LIMIT):
        head = reader.read(offset, 16)
        size, kind = struct.unpack_from(">I4s", head)
        start = 8
        if size == 1:
            size, start = struct.unpack_from(">Q", head, 8)[0], 16
        elif size == 0:
            size = reader.size - offset
        if kind == b"meta":
            if size > META_LIMIT:
                raise BadImage(f"its header has {size:,} bytes; at most {META_LIMIT:,} are read")
            body = reader.read(offset + start, size - start)
            if len(body) < size - start:
                break
            return body
        if size < start:
            break
        offset += size
    raise BadImage("it is cut off, or holds no still picture")


def _boxes(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and content of the boxes that stand one after the other."""
    offset = 0
    while offset + 8 <= len(body):
        size, kind = struct.unpack_from(">I4s", body, offset)
        start = 8
        if size == 1:
            size, start = struct.unpack_from(">Q", body, offset + 8)[0], 16
        elif size == 0:
            size = len(body) - offset
        if size < start:
            return
        yield kind, body[offset + start : offset + size]
        offset += size


def _primary(meta: dict[bytes, bytes]) -> int:
    body = meta.get(b"pitm", b"")
    form = ">I" if body[:1] != b"\x00" else ">H"
    number: int = struct.unpack_from(form, body, 4)[0]
    return number


def _item_type(meta: dict[bytes, bytes], wanted: int) -> bytes:
    body = meta.get(b"iinf", b"")
    start = 6 if body[:1] == b"\x00" else 8
    for kind, entry in _boxes(body[start:]):
        if kind != b"infe" or entry[:1] not in {b"\x02", b"\x03"}:
            continue
        wide = entry[0] == 3
        number = struct.unpack_from(">I" if wide else ">H", entry, 4)[0]
        if number == wanted:
            return entry[10:14] if wide else entry[8:12]
    return b""


def _properties(meta: dict[bytes, bytes], wanted: int) -> list[_Property]:
    """Properties of an item in the order in which they apply."""
    parts = list(_boxes(meta.get(b"iprp", b"")))
    known = [
        _Property(kind, body) for name, inner in parts if name == b"ipco"
        for kind, body in _boxes(inner)
    ]  # fmt: skip
    for name, body in parts:
        if name == b"ipma":
            numbers = _associated(body, wanted)
            if numbers:
                return [known[number - 1] for number in numbers if 0 < number <= len(known)]
    return []


def _associated(body: bytes, wanted: int) -> list[int]:
    version, wide = body[0], body[3] & 1
    count = struct.unpack_from(">I", body, 4)[0]
    item = struct.Struct(">HB" if version < 1 else ">IB")
    offset = 8
    for _ in range(count):
        number, amount = item.unpack_from(body, offset)
        offset += item.size
        if number == wanted:
            if wide:
                return [n & 0x7FFF for n in struct.unpack_from(f">{amount}H", body, offset)]
            return [n & 0x7F for n in struct.unpack_from(f">{amount}B", body, offset)]
        offset += amount * (2 if wide else 1)
    return []


def _shown(form: str, properties: list[_Property]) -> ImageInfo:
    size: tuple[int, int] | None = None
    turn = _Turn(transposed=False, mirrored=False, flipped=False)
    for kind, body in properties:
        if kind == b"ispe":
            size = struct.unpack_from(">II", body, 4)
        elif kind == b"irot":
            for _ in range(body[0] & 3):
                turn = turn.quarter_left()
        elif kind == b"imir":
            turn = turn.mirror() if body[0] & 1 else turn.flip()
        elif kind == b"clap" and size is not None and form == "heic":
            # Decoders of AVIF here leave the margins on, as they may.
            # Properties apply in their order: one that follows a quarter turn crops what is turned.
            size = _cropped(size[::-1], body)[::-1] if turn.transposed else _cropped(size, body)
    if size is None:
        raise BadImage("its header names no size")
    return ImageInfo(form, *size, turn.orientation)


def _cropped(size: tuple[int, int], body: bytes) -> tuple[int, int]:
    """Size of the clean aperture: its size, and how far its middle is moved, are fractions.

    Apertures that begin between two pixels are forbidden in files for interchange (MIAF, 7.3.6.7).
    """
    values, half = struct.unpack_from(">IIIIiIiI", body), Fraction(1, 2)
    shown = []
    for length, (span, spans), (shift, shifts) in (
        (size[0], values[0:2], values[4:6]),
        (size[1], values[2:4], values[6:8]),
    ):
        if not spans or not shifts:
            return size
        wanted = Fraction(span, spans)
        start = Fraction(length - 1, 2) + Fraction(shift, shifts) - (wanted - 1) * half
        first = max(0, floor(start + half))
        shown.append(min(length - first, floor(wanted + half)))
    return shown[0], shown[1]


class _Turn(NamedTuple):
    """Transposed first, then mirrored left to right, then flipped top to bottom."""

    transposed: bool
    mirrored: bool
    flipped: bool

    def quarter_left(self) -> _Turn:
        """Then turned anticlockwise by a quarter: transposed, then flipped."""
        return _Turn(not self.transposed, self.flipped, not self.mirrored)

    def mirror(self) -> _Turn:
        return self._replace(mirrored=not self.mirrored)

    def flip(self) -> _Turn:
        return self._replace(flipped=not self.flipped)

    @property
    def orientation(self) -> int:
        """The same in Exif's numbers."""
        upright = {(False, False): 1, (True, False): 2, (True, True): 3, (False, True): 4}
        lying = {(False, False): 5, (True, False): 6, (True, True): 7, (False, True): 8}
        return (lying if self.transposed else upright)[self.mirrored, self.flipped]
