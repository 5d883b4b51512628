"""Pages unpacked, never to more bytes than they say."""

from __future__ import annotations

import io
import zlib

import zstandard

from chalicelib.formats.catalogue.parquet.layout import GZIP, NO_CODEC, SNAPPY, ZSTD
from chalicelib.formats.catalogue.parquet.thrift import Cursor

#: Bytes of the largest page.
MAX_PAGE = 256 << 20
_WINDOW = 128 << 20


def unpacked(codec: int, body: bytes, size: int) -> bytes:
    """The `size` bytes that a page has.

    Raises:
        ValueError: it has more or less, is damaged, or packed in a way that is not read.
    """
    if not 0 <= size <= MAX_PAGE:
        raise ValueError(f"a page of {size} bytes")
    try:
        found = _unpacked(codec, body, size)
    except (zstandard.ZstdError, zlib.error) as error:
        raise ValueError(f"a page cannot be unpacked ({error})") from None
    if len(found) != size:
        raise ValueError("a page does not have the bytes that it says")
    return found


def _unpacked(codec: int, body: bytes, size: int) -> bytes:
    if codec == NO_CODEC:
        return body
    if codec == ZSTD:
        opened = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        with opened.stream_reader(io.BytesIO(body)) as stream:
            return stream.read(size + 1)
    if codec == GZIP:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, size + 1)
    if codec == SNAPPY:
        return _snappy(body, size)
    raise ValueError(f"a page is packed in a way that is not read (codec {codec})")


def _snappy(body: bytes, size: int) -> bytes:
    """Source: https://github.com/google/snappy/blob/main/format_description.txt."""
    cursor = Cursor(body)
    if cursor.varint() != size:
        raise ValueError("a page does not have the bytes that it says")
    at, end = cursor.at, len(body)
    found = bytearray()
    while at < end and len(found) <= size:
        tag = body[at]
        at += 1
        kind, length = tag & 3, tag >> 2
        if kind == 0:
            if length >= 60:
                more = length - 59
                length = int.from_bytes(body[at : at + more], "little")
                at += more
            found += body[at : at + length + 1]
            at += length + 1
            continue
        more = (0, 1, 2, 4)[kind]
        back = int.from_bytes(body[at : at + more], "little")
        at += more
        if kind == 1:
            back |= tag >> 5 << 8
            length = (length & 7) + 3
        _repeat(found, back, length + 1)
    return bytes(found)


def _repeat(found: bytearray, back: int, length: int) -> None:
    start = len(found) - back
    if not back or start < 0:
        raise ValueError("a page cannot be unpacked (it repeats what is not there)")
    if back >= length:
        found += found[start : start + length]
    else:
        piece = bytes(found[start:])
        found += (piece * (length // back + 1))[:length]
