"""XML as CVAT prints it: one element a line, two spaces a level, closing tags on their own line."""

from __future__ import annotations

import re
from typing import Protocol

#: What XML 1.0 cannot hold, escaped or not.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Characters that need escaping, so that most values are passed on with one search.
_SPECIAL = re.compile('[&<>"\t\n\r]|[^\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]')
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;"}
    | {"\r": "&#13;"}
)
#: Written out whenever so many characters are waiting.
_BUFFER = 1 << 16

Attributes = list[tuple[str, str]]


class Output(Protocol):
    def write(self, data: bytes, /) -> object: ...


class XmlWriter:
    """Writes elements as they come."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._open: list[str] = []
        self._pieces = ['<?xml version="1.0" encoding="utf-8"?>\n']
        self._waiting = 0

    def start(self, tag: str, attributes: Attributes | None = None) -> None:
        """Open an element."""
        indent = "\n" + "  " * len(self._open) if self._open else ""
        self._put(f"{indent}<{tag}{_written(attributes or [])}>")
        self._open.append(tag)

    def end(self) -> None:
        """Close the innermost element."""
        tag = self._open.pop()
        self._put("\n" + "  " * len(self._open) + f"</{tag}>")

    def leaf(self, tag: str, text: str, attributes: Attributes | None = None) -> None:
        """An element with text alone."""
        indent = "\n" + "  " * len(self._open)
        self._put(f"{indent}<{tag}{_written(attributes or [])}>{escaped(text)}</{tag}>")

    def raw(self, text: str) -> None:
        """Elements that are text already, each beginning with its line break and indent."""
        self._put(text)

    def close(self) -> None:
        """Close what is open and write the rest."""
        while self._open:
            self.end()
        self._pieces.append("\n")
        self._flush()

    def _put(self, piece: str) -> None:
        self._pieces.append(piece)
        self._waiting += len(piece)
        if self._waiting > _BUFFER:
            self._flush()

    def _flush(self) -> None:
        self._output.write("".join(self._pieces).encode())
        self._pieces.clear()
        self._waiting = 0


def _written(attributes: Attributes) -> str:
    return "".join([f' {name}="{quoted(value)}"' for name, value in attributes])


def escaped(text: str) -> str:
    """Text as it stands between tags; what XML cannot hold is left out."""
    return _FORBIDDEN.sub("", text).translate(_TEXT) if _SPECIAL.search(text) else text


def quoted(value: str) -> str:
    """Text as it stands in a value with double quotes; what XML cannot hold is left out."""
    if _SPECIAL.search(value):
        return _FORBIDDEN.sub("", value).translate(_ATTRIBUTE)
    return value
