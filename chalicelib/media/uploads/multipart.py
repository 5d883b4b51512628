"""Bodies of type multipart/form-data (RFC 7578), without copying the files in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from chalicelib.platform.errors import Invalid

_BOUNDARY = re.compile(r'boundary="?([^";,]{1,200})"?', re.IGNORECASE)
# A backslash before the closing quote is part of a name: clients escape quotes, not backslashes.
_PARAMETER = re.compile(r'\b(name|filename)="((?:\\"(?=[^;])|[^"])*)"')
#: Parts of one body; more is refused.
PART_LIMIT = 100_000


class Part(msgspec.Struct, frozen=True):
    """One field. Its value is `body[start:stop]`; `filename` is None if it is no file."""

    name: str
    filename: str | None
    start: int
    stop: int


def parse(body: bytes, content_type: str) -> Iterator[Part]:
    """Fields in order.

    Raises:
        Invalid: not multipart, or damaged.
    """
    match = _BOUNDARY.search(content_type)
    if match is None:
        raise Invalid("Multipart form parse error - no boundary.")
    delimiter = b"--" + match[1].encode("latin1", "replace")
    at = body.find(delimiter)
    for _ in range(PART_LIMIT):
        if at < 0:
            raise Invalid("Multipart form parse error - the body is cut off.")
        at += len(delimiter)
        if body[at : at + 2] == b"--":
            return
        start = body.find(b"\r\n\r\n", at)
        end = body.find(b"\r\n" + delimiter, start + 2)
        if start < 0 or end < 0:
            raise Invalid("Multipart form parse error - the body is cut off.")
        yield _part(_text(body[at : start + 2]), start + 4, max(end, start + 4))
        at = end + 2
    raise Invalid("Multipart form parse error - too many fields.")


def _part(headers: str, start: int, stop: int) -> Part:
    disposition = next(
        (line for line in headers.split("\r\n") if line.lower().startswith("content-disposition:")),
        "",
    )
    found = {key: _unquoted(value) for key, value in _PARAMETER.findall(disposition)}
    if "name" not in found:
        raise Invalid("Multipart form parse error - a field has no name.")
    return Part(found["name"], found.get("filename"), start, stop)


def _text(headers: bytes) -> str:
    try:
        return headers.decode()
    except UnicodeDecodeError:
        # A name in another encoding: its bytes are written out, so that no two names become one.
        from chalicelib.media.sources.file_names import shown

        return shown(headers.decode(errors="surrogateescape"))


def _unquoted(value: str) -> str:
    """Browsers percent-encode quotes and line ends; backslashes stand for themselves."""
    for code, character in (('\\"', '"'), ("%22", '"'), ("%0D", "\r"), ("%0A", "\n")):
        value = value.replace(code, character)
    return value
