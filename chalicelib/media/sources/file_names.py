r"""Names of files of an operating system, which are bytes, as text that JSON can hold.

Python gives bytes that are no UTF-8 as lone surrogates, which no encoder takes. A name with such
bytes is shown with them as `%FF` and its percent signs as `%25`; every other name as it is.
"""

from __future__ import annotations

import re

_ESCAPE = re.compile("%(25|[89A-F][0-9A-F])")
_BAD = re.compile("[\udc80-\udcff]")


def shown(name: str) -> str:
    """The text for one step of a path as Python gives it."""
    if not _BAD.search(name):
        return name
    return _BAD.sub(lambda c: f"%{ord(c[0]) - 0xDC00:02X}", name.replace("%", "%25"))


def meant(name: str) -> list[str]:
    """Steps that may be shown as this text, the likeliest first."""
    original = _ESCAPE.sub(_original, name)
    return [name, original] if original != name and shown(original) == name else [name]


def _original(found: re.Match[str]) -> str:
    return "%" if found[1] == "25" else chr(0xDC00 + int(found[1], 16))
