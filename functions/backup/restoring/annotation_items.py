"""`annotations.json` cut into its objects, in bounded memory, however large it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from chalicelib.formats.errors import BadDataset

#: Bytes of one object.
LARGEST = 64 << 20
#: How deep brackets may stand in each other.
DEEPEST = 40
#: What is in a string, up to its end or to what is not there yet.
_REST = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
#: A string, a bracket, or the first quote of a string of which the end is not there yet.
_TOKEN = re.compile(rb'"(?:' + _REST.pattern + rb'")?|[\[\]{}]', re.DOTALL)
_QUOTE = ord('"')
#: Depth of an entry's fields, and of the objects in one of them.
_FIELD, _OBJECT = 2, 3
_OPENING = {ord("["), ord("{")}


class Item(NamedTuple):
    """An object as JSON, in the entry of a job (from 0), and in which of its lists."""

    job: int
    kind: str
    body: bytes


def items(pieces: Iterable[bytes], place: str) -> Iterator[Item]:
    """Objects in the order of the file.

    Args:
        place: the file, for messages.

    Raises:
        BadDataset: it is cut off, or is no list of annotations.
    """
    return _Cutter(place).cut(pieces)


class _Cutter:
    def __init__(self, place: str) -> None:
        self._place = place
        self._buffer = bytearray()
        #: What is before it has been looked at, and is not looked at again.
        self._at = 0
        #: Where a string begins that has no end yet.
        self._string: int | None = None
        self._open: list[int] = []
        self._begun = 0
        self._job = -1
        self._kind = b""

    def cut(self, pieces: Iterable[bytes]) -> Iterator[Item]:
        started = False
        for piece in pieces:
            self._buffer += piece
            if not started and self._buffer.lstrip():
                started = True
                if not self._buffer.lstrip().startswith(b"["):
                    raise self._bad("is not a list of the annotations of jobs")
            yield from self._advance()
            self._drop_what_is_done()
        if self._open or not started:
            raise self._bad("is cut off")

    def _advance(self) -> Iterator[Item]:
        if self._string is not None and not self._end_string():
            return
        for token in _TOKEN.finditer(self._buffer, self._at):
            first = self._buffer[token.start()]
            self._at = token.end()
            if first in _OPENING:
                self._enter(first, token.start())
            elif first != _QUOTE:
                item = self._leave(first, token.end())
                if item is not None:
                    yield item
            elif token.end() - token.start() == 1:
                self._string = token.start()
                self._end_string()
                return
            elif len(self._open) == _FIELD:
                self._kind = token[0]
        self._at = len(self._buffer)

    def _end_string(self) -> bool:
        """Look for the end of the string that is open; whether it is there."""
        rest = _REST.match(self._buffer, self._at)
        assert rest is not None
        self._at = rest.end()
        if self._at == len(self._buffer) or self._buffer[self._at] != _QUOTE:
            return False
        self._at += 1
        if len(self._open) == _FIELD:
            self._kind = bytes(self._buffer[self._string : self._at])
        self._string = None
        return True

    def _enter(self, bracket: int, start: int) -> None:
        depth = len(self._open)
        if depth == 0 and self._job >= 0:
            raise self._bad("holds something after its end")
        if depth == 1:
            self._job += 1
            if bracket != ord("{"):
                raise self._bad("does not hold an object for each job")
        if depth == _OBJECT:
            self._begun = start
        if depth > DEEPEST:
            raise self._bad("has brackets in brackets without end")
        self._open.append(bracket)

    def _leave(self, bracket: int, end: int) -> Item | None:
        if not self._open or bracket - self._open.pop() not in {1, 2}:
            raise self._bad("is no JSON: brackets do not match")
        if len(self._open) != _OBJECT or bracket != ord("}"):
            return None
        body = bytes(self._buffer[self._begun : end])
        return Item(self._job, self._kind[1:-1].decode("utf-8", "replace"), body)

    def _drop_what_is_done(self) -> None:
        keep = self._at if self._string is None else self._string
        if len(self._open) > _OBJECT:
            keep = self._begun
        if len(self._buffer) - keep > LARGEST:
            raise self._bad(f"has an object of more than {LARGEST >> 20} MB")
        del self._buffer[:keep]
        self._at -= keep
        self._begun -= keep
        if self._string is not None:
            self._string -= keep

    def _bad(self, trouble: str) -> BadDataset:
        where = f"job {self._job + 1}" if self._job >= 0 else ""
        return BadDataset(self._place, trouble, where)
