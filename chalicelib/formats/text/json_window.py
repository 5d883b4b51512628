"""JSON text of any size, of which a stretch is in memory: where its values begin and end.

Nothing is decoded here. Grammar: RFC 8259.
"""

from __future__ import annotations

import re
from typing import IO

from chalicelib.formats.errors import BadDataset

#: Bytes that are read at once.
CHUNK = 1 << 20
#: Bytes of the largest value that is looked at in one piece.
MAX_VALUE = 64 << 20
#: How deep values may stand in others. Decoders go by the stack.
MAX_DEPTH = 200

_BLANK = re.compile(rb"[^ \t\n\r]")
_SCALAR = re.compile(rb"[^ \t\n\r,\]}]*")
#: Brackets, and texts so that brackets in these do not count. The last text may be incomplete.
_TOKEN = re.compile(rb'[\[\]{}]|"[^"\\]*(?:\\.[^"\\]*)*("|\\?\Z)', re.DOTALL)
_QUOTE, _OPENING = ord('"'), b"[{"
_BOM = b"\xef\xbb\xbf"


class Window:
    """A stretch of a file. `at`: where in `text` the scan is."""

    def __init__(self, stream: IO[bytes], place: str, offset: int = 0) -> None:
        """`offset`: where in the file to begin; 0 also looks how the text is encoded."""
        if offset:
            stream.seek(offset)
        self._stream = stream
        self._place = place
        self._base = offset
        self.text = b""
        self.at = 0
        if not offset:
            self._check_encoding()

    @property
    def offset(self) -> int:
        """Where the scan is in the file."""
        return self._base + self.at

    def next(self) -> str:
        """The next character that is no blank, which the scan goes to; "" at the end."""
        while (found := _BLANK.search(self.text, self.at)) is None:
            self.at = len(self.text)
            if not self.fill():
                return ""
        self.at = found.start()
        return chr(self.text[self.at])

    def fill(self, ahead: int = CHUNK) -> bool:
        """Forget what the scan has passed and read on. Returns whether there was any more."""
        piece = self._stream.read(ahead)
        self._base += self.at
        self.text = self.text[self.at :] + piece
        self.at = 0
        return bool(piece)

    def value(self) -> bytes:
        """The value that begins here, which the scan goes past. Raises BadDataset."""
        first = self.text[self.at]
        if first in _OPENING:
            end = self._past_container(keep=True)
        elif first == _QUOTE:
            end = self._past_text()
        else:
            end = self._past_scalar()
        raw = self.text[self.at : end]
        self.at = end
        return raw

    def skip(self) -> None:
        """Go past the value that begins here, of whatever size. Raises BadDataset."""
        if self.text[self.at] in _OPENING:
            self.at = self._past_container(keep=False)
        else:
            self.value()

    def trouble(self, what: str) -> BadDataset:
        """An error of this file."""
        return BadDataset(self._place, f"is not JSON: {what}")

    def cut_off(self) -> BadDataset:
        """The error that the file ends too early."""
        return self.trouble("it is cut off")

    def _check_encoding(self) -> None:
        self.fill()
        if self.text.startswith(_BOM):
            self.at = len(_BOM)
        elif self.text[:2] in (b"\xff\xfe", b"\xfe\xff") or 0 in self.text[:4]:
            raise BadDataset(self._place, "is not text in UTF-8")

    def _past_container(self, *, keep: bool) -> int:
        """Where the object or list ends that begins here. `keep`: whether all of it stays."""
        depth, done = 0, self.at
        while True:
            for token in _TOKEN.finditer(self.text, done):
                start = token.start()
                byte = self.text[start]
                if byte == _QUOTE:
                    if token[1] != b'"':
                        # Goes on beyond what is here.
                        done = start
                        break
                elif byte in _OPENING:
                    depth += 1
                    if depth > MAX_DEPTH:
                        raise self.trouble(f"values are nested more than {MAX_DEPTH} deep")
                else:
                    depth -= 1
                    if not depth:
                        return start + 1
                done = start + 1 if byte != _QUOTE else token.end()
            else:
                done = len(self.text)
            if not keep:
                self.at = done
            done = self._grow(done)

    def _past_text(self) -> int:
        while (token := _TOKEN.match(self.text, self.at)) is None or token[1] != b'"':
            self._grow(self.at)
        return token.end()

    def _past_scalar(self) -> int:
        while True:
            found = _SCALAR.match(self.text, self.at)
            assert found is not None, "it matches nothing, too"
            if found.end() < len(self.text) or not self._reads_on(found.end()):
                break
        found = _SCALAR.match(self.text, self.at)
        assert found is not None, "it matches nothing, too"
        if found.end() == self.at:
            raise self.trouble(f'"{chr(self.text[self.at])}" where a value is expected')
        return found.end()

    def _reads_on(self, place: int) -> bool:
        if place - self.at > MAX_VALUE:
            raise self._too_large()
        return self.fill(max(CHUNK, len(self.text) - self.at))

    def _grow(self, place: int) -> int:
        """Read as much again as is here. Returns what `place` is called then."""
        if len(self.text) - self.at > MAX_VALUE:
            raise self._too_large()
        place -= self.at
        if not self.fill(max(CHUNK, len(self.text) - self.at)):
            raise self.cut_off()
        return place

    def _too_large(self) -> BadDataset:
        return BadDataset(
            self._place, f"has a value of more than {MAX_VALUE >> 20} MB", f"byte {self.offset}"
        )
