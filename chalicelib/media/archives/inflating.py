"""Decompression in small steps: however much the bytes claim to hold, memory stays bounded."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, Protocol

import zstandard

from chalicelib.media.archives.limits import BadArchive

Compression = Literal["gz", "bz2", "xz", "zst", "deflate"]
#: Most bytes that one step yields, but for Zstandard.
STEP = 1 << 20
_INPUT = 256 << 10
#: Zstandard has no bound for what comes out of a step: a block of 4 bytes may hold 128 KB.
_ZSTD_INPUT = 512
#: Memory that a stream may demand of its decoder; what `xz -9` and `zstd --ultra` ask for.
_WINDOW = 128 << 20


class _Decoder(Protocol):
    """As `bz2` and `lzma` have it."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Zlib:
    def __init__(self, window: int) -> None:
        self._decoder = zlib.decompressobj(window)

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def needs_input(self) -> bool:
        return not self._decoder.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._decoder.decompress(self._decoder.unconsumed_tail + data, max_length)


class _Zstandard:
    def __init__(self) -> None:
        self._decoder = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
        self._rest = memoryview(b"")

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def needs_input(self) -> bool:
        return not self._rest

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data + bytes(self._rest)

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:  # noqa: ARG002 as the others
        step = memoryview(data) if data else self._rest
        self._rest = step[_ZSTD_INPUT:]
        return self._decoder.decompress(step[:_ZSTD_INPUT])


_DECODERS: dict[Compression, Callable[[], _Decoder]] = {
    "gz": lambda: _Zlib(16 + zlib.MAX_WBITS),
    "deflate": lambda: _Zlib(-zlib.MAX_WBITS),
    "bz2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_WINDOW + (32 << 20)),
    "zst": _Zstandard,
}
_ERRORS = (zlib.error, OSError, lzma.LZMAError, zstandard.ZstdError, ValueError, EOFError)


def inflated(pieces: Iterable[bytes], compression: Compression) -> Iterator[bytes]:
    """Decompress a stream, or several written one after the other.

    Raises:
        BadArchive: damaged or cut off.
    """
    decoder: _Decoder | None = None
    for piece in _fed(pieces):
        rest = piece
        while rest:
            if decoder is None:
                rest = rest.lstrip(b"\0")  # padding between streams
                if not rest:
                    break
                decoder = _DECODERS[compression]()
            yield from _through(decoder, rest)
            rest = b""
            if decoder.eof:
                rest, decoder = decoder.unused_data, None
    if decoder is not None:
        raise BadArchive("it is cut off")


def inflated_once(
    pieces: Iterator[bytes], compression: Compression, beyond: bytearray
) -> Iterator[bytes]:
    """Decompress one stream, which other bytes may follow.

    Args:
        pieces: left at what comes after the last one that was needed.
        beyond: takes those bytes that were read but do not belong to the stream.

    Raises:
        BadArchive: damaged or cut off.
    """
    decoder = _DECODERS[compression]()
    for piece in pieces:
        for start in range(0, len(piece), _INPUT):
            yield from _through(decoder, piece[start : start + _INPUT])
            if decoder.eof:
                beyond += decoder.unused_data
                beyond += piece[start + _INPUT :]
                return
    raise BadArchive("it is cut off")


def _through(decoder: _Decoder, data: bytes) -> Iterator[bytes]:
    try:
        while True:
            body = decoder.decompress(data, STEP)
            if body:
                yield body
            if decoder.eof or (decoder.needs_input and not body):
                return
            data = b""
    except _ERRORS as error:
        raise BadArchive("it is damaged") from error


def _fed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Cut small: a decoder copies what it has not used yet at each step."""
    for piece in pieces:
        for start in range(0, len(piece), _INPUT):
            yield piece[start : start + _INPUT]
