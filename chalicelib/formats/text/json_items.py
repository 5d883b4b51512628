"""The items of a list in a JSON file of any size, one after another, in constant memory.

Most lists are of objects that all begin alike. So the end of an item is guessed from how the next
one begins, as late as possible in what was read, and everything up to there is decoded at once: if
that succeeds the guess was right, for text that begins with an item and makes whole values ends
with one. Where guesses fail, items are found by counting brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import TypeVar

import msgspec

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.text.json_window import CHUNK, Window

T = TypeVar("T")

#: What a file has: offsets of the values of its outermost object by their keys; a file that is a
#: list has that under None.
Outline = dict[str | None, int]

_FIRST_KEY = re.compile(rb'\{[ \t\n\r]*"[^"\\]*"[ \t\n\r]*:')
#: How the decoder says that a value ended before the text did.
_BEYOND = re.compile(r"trailing characters \(byte (\d+)\)")
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def items(upload: Upload, file: str, key: str | None, kind: type[T]) -> Iterator[T]:
    """The items of the list that stands under a key of the file's outermost object.

    Where the key is missing there are none. A file may be gone through several times, for one key
    after another, in whatever order they stand in it.

    Args:
        key: None if the file is the list itself.

    Raises:
        BadDataset: it is not JSON, or an item is not of that kind; naming file and item.
    """
    return chain.from_iterable(batches(upload, file, key, kind))


def batches(upload: Upload, file: str, key: str | None, kind: type[T]) -> Iterator[list[T]]:
    """The same, as many at a time as were read at once. See `items`."""
    start = outline(upload, file).get(key)
    if start is None:
        if key is None:
            raise BadDataset(upload.place(file), "is not what is expected: it is not a list")
        return
    place, name = upload.place(file), key or ""
    with upload.open(file) as stream:
        window = Window(stream, place, start)
        if window.next() != "[":
            raise BadDataset(place, f'is not what is expected: "{name}" is not a list')
        count = 0
        for found in _batches(window, kind):
            if isinstance(found, Exception):
                raise _explained(found, place, f"{name}[{count}]")
            count += len(found)
            yield found


def value(upload: Upload, file: str, key: str, kind: type[T]) -> T | None:
    """A value of the file's outermost object; None if it has no such key. Raises BadDataset."""
    start = outline(upload, file).get(key)
    if start is None:
        return None
    with upload.open(file) as stream:
        window = Window(stream, upload.place(file), start)
        window.next()
        with _named(upload.place(file), key):
            return msgspec.json.decode(window.value(), type=kind)


def outline(upload: Upload, file: str) -> Outline:
    """What a file has. The whole file is gone through once for it.

    Raises:
        BadDataset: it is empty, no JSON, cut off, neither an object nor a list, or has a key twice.
    """
    found: Outline | None = upload.known.get(("json", file))
    if found is None:
        with upload.open(file) as stream:
            found = _outline(Window(stream, upload.place(file)), upload.place(file))
        upload.known["json", file] = found
    return found


def _outline(window: Window, place: str) -> Outline:
    first = window.next()
    if not first:
        raise BadDataset(place, "is empty")
    if first == "[":
        found: Outline = {None: window.offset}
        _skip(window)
    elif first == "{":
        found = dict(_members(window, place))
    else:
        raise BadDataset(place, "is not JSON: it is neither an object nor a list")
    if window.next():
        raise window.trouble("there is something behind its end")
    return found


def _members(window: Window, place: str) -> Iterator[tuple[str, int]]:
    """Keys with the offsets of their values."""
    seen: set[str] = set()
    for _ in _separated(window, "}"):
        if window.next() != '"':
            raise window.trouble("an object has something that is no key")
        with _named(place, "a key"):
            key = msgspec.json.decode(window.value(), type=str)
        if key in seen:
            raise BadDataset(place, f'"{key}" occurs twice')
        seen.add(key)
        if window.next() != ":":
            raise window.trouble(f'no value follows "{key}"')
        window.at += 1
        _begin(window)
        yield key, window.offset
        _skip(window)


def _skip(window: Window) -> None:
    """Go past a value; long lists of objects at the speed of decoding."""
    if window.text[window.at : window.at + 1] == b"[" and len(window.text) - window.at > CHUNK // 2:
        for found in _batches(window, msgspec.Raw):
            if isinstance(found, Exception):
                raise window.trouble(str(found))
    else:
        window.skip()


def _batches(window: Window, kind: type[T]) -> Iterator[list[T] | Exception]:
    """The items of the list that begins here; what is wrong with one in its place, and no more."""
    many: Callable[[bytes], list[T]] = msgspec.json.Decoder(list[kind]).decode  # type: ignore[valid-type]  # made at run time
    one: Callable[[bytes], T] = msgspec.json.Decoder(kind).decode
    guess: bytes | None = None
    #: Up to here items are looked at one by one.
    slowly = 0
    for _ in _separated(window, "]"):
        if guess is not None and window.offset >= slowly:
            found, slowly = _at_once(window, guess, many)
            if found:
                yield found
                continue
        try:
            item = one(window.value())
        except _BROKEN as error:
            yield error
            return
        yield [item]
        if guess is None:
            guess = _guess(window)


def _at_once(
    window: Window, guess: bytes, decode: Callable[[bytes], list[T]]
) -> tuple[list[T], int]:
    """As many items as are here and end where it looks like it; and from where to try again."""
    if len(window.text) - window.at < CHUNK:
        window.fill()
    end = window.text.rfind(guess, window.at)
    if end < 0:
        return [], 0
    piece = b"[%b]" % window.text[window.at : end + 1]
    try:
        found = decode(piece)
    except _BROKEN as error:
        # What follows the list may look alike, and where the list ends is known then.
        beyond = _BEYOND.search(str(error))
        close = piece.rfind(b"]", 0, int(beyond[1]) - 1) if beyond else 0
        try:
            found = decode(piece[: close + 1])
        except _BROKEN:
            return [], window.offset + len(piece) - 2
        window.at += close - 1
    else:
        window.at = end + 1
    return found, 0


def _guess(window: Window) -> bytes | None:
    """What stands from the last byte of an item to the first key of the next one."""
    text, end = window.text, window.at
    if text[end - 1 : end] != b"}":
        return None
    between = re.compile(rb"[ \t\n\r]*,[ \t\n\r]*").match(text, end)
    following = _FIRST_KEY.match(text, between.end()) if between else None
    return text[end - 1 : following.end()] if following else None


def _separated(window: Window, closing: str) -> Iterator[None]:
    """Goes from the opening bracket to the closing one, and stops where each member begins."""
    window.at += 1
    if window.next() != closing:
        while True:
            _begin(window)
            yield
            mark = window.next()
            if mark == closing:
                break
            if mark != ",":
                raise window.trouble(f'"{mark}" between two values') if mark else window.cut_off()
            window.at += 1
    window.at += 1


def _begin(window: Window) -> None:
    if not window.next():
        raise window.cut_off()


@contextmanager
def _named(place: str, where: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise _explained(error, place, where) from None


def _explained(error: Exception, place: str, where: str) -> BadDataset:
    if isinstance(error, msgspec.ValidationError):
        return BadDataset(place, str(error), where)
    if isinstance(error, UnicodeDecodeError):
        return BadDataset(place, "is not text in UTF-8", where)
    return BadDataset(place, f"is not JSON: {error}", where)
