"""Annotations of which something is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.annotations.store import Damaged
from chalicelib.platform.errors import Gone


@contextmanager
def readable(what: str = "this revision was made of") -> Iterator[None]:
    """Tell the client, with 410, that something is missing of what it asked for."""
    try:
        yield
    except Damaged:
        raise Gone(f"Part of what {what} is missing.") from None
