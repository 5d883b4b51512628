"""Reads XML that may be hostile, element by element."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from lxml import etree

from chalicelib.formats.errors import BadDataset

#: Neither entities nor external files nor unlimited trees.
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
_HEAD = 1 << 16
#: What KITTI's own files say of themselves, for what the parser takes.
_YES = re.compile(rb"""^(\s*<\?xml[^>]{0,200}standalone=["'])true""")
#: Bytes read until an element that is wanted is complete: what lies between stays in memory.
MAX_ELEMENT = 64 << 20


def check_root(head: bytes, file: str, root: str, *, doctype: bool = False) -> None:
    """Check the beginning of a document: its root element, and that it defines no entities.

    Args:
        doctype: whether it may have a document type, which must be no more than a name.

    Raises:
        BadDataset: it is no XML, has a document type, or its root is another.
    """
    parser = etree.XMLPullParser(events=("start",), **_SAFE)
    try:
        parser.feed(head)
        first = next(parser.read_events(), None)
    except etree.XMLSyntaxError as error:
        raise BadDataset(file, f"is not XML ({error.msg})", _line(error)) from None
    if first is None:
        raise BadDataset(file, "has no XML element at its beginning")
    element = first[1]
    declared = element.getroottree().docinfo.internalDTD
    if declared is not None and not (doctype and _says_nothing(declared)):
        raise BadDataset(file, "declares a document type, which is not accepted")
    if element.tag != root:
        raise BadDataset(file, f'its root is "{element.tag}" where "{root}" is expected')


def elements(
    stream: IO[bytes],
    file: str,
    root: str,
    tags: tuple[str, ...],
    *,
    parent_tag: str | None = None,
    doctype: bool = False,
) -> Iterator[Any]:
    """Complete elements of some names below the root, each forgotten after its turn.

    Args:
        parent_tag: of the elements that are wanted, where others inside them have their name.
        doctype: see `check_root`.

    Raises:
        BadDataset: naming the file and the line.
    """
    replay = _Replayed(stream, file)
    check_root(replay.head, file, root, doctype=doctype)
    try:
        for _, element in etree.iterparse(replay, events=("end",), tag=tags, **_SAFE):
            if parent_tag is not None and element.getparent().tag != parent_tag:
                continue
            yield element
            replay.since_element = 0
            element.clear()
            parent = element.getparent()
            while parent is not None and parent[0] is not element:
                del parent[0]
    except etree.XMLSyntaxError as error:
        raise BadDataset(file, f"is not well-formed XML ({error.msg})", _line(error)) from None


def _says_nothing(declared: Any) -> bool:
    """Whether a document type is a name alone."""
    refers = declared.system_url is not None or declared.external_id is not None
    return not refers and not any(declared.iterentities()) and not any(declared.iterelements())


class _Replayed:
    """A stream whose beginning has been looked at. `since_element`: bytes since the last one."""

    def __init__(self, stream: IO[bytes], file: str) -> None:
        self._stream = stream
        self._file = file
        self.head = _YES.sub(rb"\g<1>yes", stream.read(_HEAD), count=1)
        self._left = self.head
        self.since_element = 0

    def read(self, size: int = -1) -> bytes:
        if self._left:
            piece = self._left if size < 0 else self._left[:size]
            self._left = self._left[len(piece) :]
            return piece
        piece = self._stream.read(size)
        self.since_element += len(piece)
        if self.since_element > MAX_ELEMENT:
            raise BadDataset(self._file, f"has an element of more than {MAX_ELEMENT >> 20} MB")
        return piece


def _line(error: etree.XMLSyntaxError) -> str:
    return f"line {error.lineno}"
