"""How much an archive may hold, and the error that says why one cannot be used."""

from __future__ import annotations

#: Files of use in an archive; entries of any kind in one.
MEMBER_LIMIT = 100_000
ENTRY_LIMIT = 1_000_000
#: Bytes of one file in an archive, and of all of them.
MEMBER_SIZE_LIMIT = 512 << 20
TOTAL_LIMIT = 50 << 30
#: How many times larger than the archive its contents may be, beyond what any archive may hold.
#: Pictures hardly deflate, unless they are drawn, or copies of each other.
RATIO_LIMIT = 100
RATIO_SLACK = 256 << 20


class BadArchive(Exception):
    """The archive cannot be used. The text says why, without its name."""


class Stopped(Exception):
    """Unpacking was told to stop."""


def check_member(name: str, size: int) -> None:
    """Refuse a file that is too large. Raises BadArchive."""
    if size > MEMBER_SIZE_LIMIT:
        raise BadArchive(
            f"{name} in it has {size:,} bytes; at most {MEMBER_SIZE_LIMIT >> 20} MB are accepted"
        )


def check_total(unpacked: int, packed: int) -> None:
    """Refuse a bomb.

    Args:
        unpacked: bytes, as announced or as they came out.
        packed: bytes of the archive that they came from.

    Raises:
        BadArchive: more than in all, or than pictures can shrink.
    """
    if unpacked > min(TOTAL_LIMIT, RATIO_SLACK + RATIO_LIMIT * packed):
        raise BadArchive(
            f"it unpacks to {unpacked:,} bytes or more from {packed:,}, which pictures hardly do"
        )
