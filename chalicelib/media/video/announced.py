"""How much of a container was meant to be there, told by its own header.

Only a file that ends before its header says is judged: what a header claims of frames and hours
is otherwise not believed.
"""

from __future__ import annotations

import struct

from chalicelib.media.reading import Reader

#: How many times more frames than its bytes suggest a header is believed.
CREDIT = 8
_SEGMENT = b"\x18\x53\x80\x67"


def announced_size(reader: Reader) -> int:
    """Bytes that Matroska and AVI files say they have; 0 if they, or others, do not say."""
    head = reader.read(0, 4096)
    if head[:4] == b"RIFF" and len(head) >= 8:
        size: int = struct.unpack_from("<I", head, 4)[0]
        return size + 8 if size < 0xFFFF_FFFF else 0
    if head[:4] == b"\x1aE\xdf\xa3":
        return _segment_end(head)
    return 0


def _segment_end(head: bytes) -> int:
    """End of Matroska's one Segment: an EBML number of 1…8 bytes follows its name."""
    at = head.find(_SEGMENT) + 4
    if at < 4 or at >= len(head) or not head[at]:
        return 0
    width = 9 - head[at].bit_length()
    value = int.from_bytes(head[at : at + width]) & ((1 << 7 * width) - 1)
    unknown = (1 << 7 * width) - 1
    return 0 if value == unknown else at + width + value


def expected_frames(
    reader: Reader, frames: int, lost: int, announced: int, seconds: tuple[float, float]
) -> int:
    """Frames that a whole file would have had.

    Args:
        frames, lost: those that are whole, and those that are there in part.
        announced: frames that the header announces; 0 if it does not.
        seconds: how long the whole ones last, and how long the header says that the file lasts.
    """
    size = announced_size(reader)
    if size <= reader.size:
        return frames + lost
    by_size = round(frames * size / reader.size)
    by_time = round(frames * seconds[1] / seconds[0]) if seconds[0] > 0 else 0
    claimed = max(announced, by_time)
    return max(frames + lost, claimed if claimed <= CREDIT * by_size else by_size)
