r"""Attributes as one text: `asleep=True, age=2.0, name=Ann`, both ways.

A backslash stands before `\`, `=`, `"` and `,` of a name or value. Text that reads like a number is
in quotation marks, so that it stays text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

Value = str | float | bool

_ESCAPED = str.maketrans({mark: f"\\{mark}" for mark in '\\=",'})


def joined(named: Iterable[tuple[str, Value]]) -> str:
    """The text of attributes."""
    return ", ".join(f"{name.translate(_ESCAPED)}={_written(value)}" for name, value in named)


def parsed(text: str) -> Iterator[tuple[str, str | float]]:
    """Attributes of a text; one without a value is "true". Numbers that were printed as `2.0` are
    numbers, flags are text."""
    for part in _split(text, ","):
        name, *rest = _split(part, "=")
        if not name.strip():
            continue
        if not rest:
            yield _plain(name.strip()), "true"
            continue
        value = "=".join(rest).strip()
        if len(value) > 1 and value[0] == value[-1] == '"':
            yield _plain(name.strip()), _plain(value[1:-1])
        elif value.lower() in ("true", "false"):
            yield _plain(name.strip()), value.lower()
        else:
            yield _plain(name.strip()), _number(_plain(value))


def _written(value: Value) -> str:
    if not isinstance(value, str):
        return str(value)
    escaped = value.translate(_ESCAPED)
    special = value != value.strip() or value.lower() in ("true", "false")
    return f'"{escaped}"' if special or _is_number(value) else escaped


def _is_number(text: str) -> bool:
    with suppress(ValueError):
        float(text)
        return True
    return False


def _number(text: str) -> str | float:
    with suppress(ValueError):
        value = float(text)
        if repr(value) == text:
            return value
    return text


def _split(text: str, mark: str) -> list[str]:
    """Pieces between marks that are not escaped; escapes stay."""
    pieces, piece, escaped = [], "", False
    for character in text:
        if character == mark and not escaped:
            pieces.append(piece)
            piece = ""
            continue
        escaped = character == "\\" and not escaped
        piece += character
    return [*pieces, piece]


def _plain(text: str) -> str:
    """Without escapes."""
    plain, escaped = "", False
    for character in text:
        escaped = character == "\\" and not escaped
        if not escaped:
            plain += character
    return plain
