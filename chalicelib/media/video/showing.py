"""Which packets yield a picture, and which several.

VP8 and VP9 also store reference frames that nobody sees; DivX packed several pictures of MPEG-4
part 2 into one packet of AVI, because that container knows no reordering.
"""

from __future__ import annotations

import re

#: Start code of a picture (VOP) of MPEG-4 part 2, and of what may begin one before it.
PICTURE = b"\x00\x00\x01\xb6"
USER_DATA = b"\x00\x00\x01\xb2"
#: A packet of at most so many bytes may hold a picture that says "as before".
UNCODED_LIMIT = 19


def shows(codec: str, body: bytes) -> bool:
    """Whether a packet yields a picture when it is decoded."""
    if codec == "vp8":
        return bool(body[0] & 0x10)
    if codec == "vp9":
        return _vp9_shows(body)
    return True


def _vp9_shows(body: bytes) -> bool:
    """A superframe shows its last frame; the uncompressed header says of a frame (VP9, 6.2)."""
    start = 0
    marker = body[-1]
    if marker & 0xE0 == 0xC0:
        count, width = (marker & 7) + 1, (marker >> 3 & 3) + 1
        index = 2 + count * width
        if len(body) > index and body[-index] == marker:
            table = body[1 - index : -1]
            sizes = [
                int.from_bytes(table[n : n + width], "little")
                for n in range(0, count * width, width)
            ]
            start = sum(sizes[:-1])
    if start >= len(body):
        return True
    bits = f"{body[start]:08b}"
    at = 5 if bits[2:4] == "11" else 4
    # show_existing_frame, or show_frame after frame_type
    return bits[at] == "1" or bits[at + 2 : at + 3] != "0"


def mpeg4_pictures(body: bytes) -> list[tuple[int, int]]:
    """Intervals of a packet that hold one picture each, headers with the picture that follows."""
    starts = [match.start() for match in re.finditer(re.escape(PICTURE), body)]
    edges = [0, *starts[1:], len(body)]
    return [(edges[n], edges[n + 1]) for n in range(len(edges) - 1)]


def headers(body: bytes) -> bytes:
    """What comes before the first picture of a packet, if a user's data are among it.

    They may say there alone that B-frames are packed, which a decoder that starts later must know.
    """
    before = body[: max(0, body.find(PICTURE))]
    return before if USER_DATA in before else b""


def is_filler(body: bytes) -> bool:
    """Whether a packet is so small that it can only say "not coded"."""
    return len(body) <= UNCODED_LIMIT
