"""Revisions of which something is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.annotations.store import Damaged
from chalicelib.platform.errors import Gone


@contextmanager
def readable() -> Iterator[None]:
    """Tell the client, with 410, where something that a revision was made of is missing."""
    try:
        yield
    except Damaged:
        raise Gone("Part of what this revision was made of is missing.") from None
