"""Which packets yield a picture: VP8 and VP9 also store reference frames that nobody sees."""

from __future__ import annotations


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
