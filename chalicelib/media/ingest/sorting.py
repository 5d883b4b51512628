"""Orders in which files become frames."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Literal

SortingMethod = Literal["lexicographical", "natural", "predefined", "random"]
#: Bytes that sort a name: names are in the order in which their bytes are.
SortKey = Callable[[str], bytes]

_NUMBER = re.compile(r"(\d+)")


class BadOrder(Exception):
    """The wanted order does not fit the files. The text is for the user."""


def sort_key(method: SortingMethod, seed: int = 0) -> SortKey:
    """What sorts names by a method; for `predefined` all are equal.

    Args:
        seed: makes `random` repeatable. The place of a name depends on it and on the name alone,
            so that any number of files can be shuffled without holding them.
    """
    match method:
        case "lexicographical":
            return _plain
        case "natural":
            return natural_key
        case "random":
            salt = str(seed).encode()
            return lambda name: hashlib.blake2b(_plain(name), digest_size=16, key=salt).digest()
        case "predefined":
            return lambda _: b""


def natural_key(name: str) -> bytes:
    """Sorts runs of digits by value: `2.jpg` before `10.jpg`. Equal values fall back on text.

    A number is written as the count of its digits and the digits, text with an end that sorts
    before any character; so what is a beginning of another stands before it, and numbers before
    text.
    """
    parts = []
    for part in _NUMBER.split(name):
        if part.isdecimal():
            digits = "".join(str(int(digit)) for digit in part).lstrip("0")
            parts.append(b"\x01" + len(digits).to_bytes(2) + digits.encode())
        elif part:
            parts.append(b"\x02" + _plain(part) + b"\x00")
    return b"".join(parts) + b"\x00" + _plain(name)


def _plain(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")
