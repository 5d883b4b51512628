"""Decoders that stand where the last request left them.

Frames are asked for from front to back, a chunk at a time. A chunk that begins within a group of
pictures would make its worker decode the group from its key frame, so a long group would be
decoded again for each of its chunks: quadratic. A worker therefore keeps the decoder of its last
request, and goes on with it when the next one begins further on in the same group.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence

import av
import msgspec

from chalicelib.media.files import File
from chalicelib.media.video import videos
from chalicelib.media.video.decoding import decode_frames
from chalicelib.media.video.index import VideoIndex

#: Frames beyond those asked for that a decoder can go on with: a group of pictures is rarely
#: longer, and the list of them must not cost more than the decoding.
AHEAD = 2000


class Standing(msgspec.Struct):
    """A decoder at rest: `frames` yields the pictures of `numbers`, in that order."""

    source: tuple[int, int]
    numbers: deque[int]
    frames: Iterator[tuple[int, av.VideoFrame]]


class _Kept:
    """At most one, because a decoder holds as many pictures as its codec refers to."""

    standing: Standing | None = None


def pictures(
    source: tuple[int, int], index: VideoIndex, file: File, numbers: Sequence[int]
) -> Iterator[av.VideoFrame]:
    """Pictures, as coded, of frames of a video (ascending, equally spaced).

    Args:
        source: task and revision.

    Raises:
        BadVideo: a frame cannot be decoded.
    """
    standing, _Kept.standing = _Kept.standing, None
    todo = deque(numbers)
    if standing is not None and _leads_to(standing, source, index, todo):
        while standing.numbers and todo:
            passed = standing.numbers.popleft()
            _, picture = next(standing.frames)
            if passed == todo[0]:
                todo.popleft()
                yield picture
    if todo:
        standing = _started(source, index, file, list(todo))
        for _ in range(len(todo)):
            standing.numbers.popleft()
            yield next(standing.frames)[1]
    _Kept.standing = standing if standing is not None and standing.numbers else None


def forget() -> None:
    """Let go of the decoder that is kept."""
    _Kept.standing = None


def _leads_to(
    standing: Standing, source: tuple[int, int], index: VideoIndex, todo: Sequence[int]
) -> bool:
    """Whether going on costs less than starting at the key frame."""
    if standing.source != source or not standing.numbers or not todo:
        return False
    at, first = standing.numbers[0], todo[0]
    if first not in standing.numbers or index.frames[at] < index.entry(first):
        return False
    within = [number for number in todo if number <= standing.numbers[-1]]
    return not set(within) - set(standing.numbers)


def _started(
    source: tuple[int, int], index: VideoIndex, file: File, numbers: list[int]
) -> Standing:
    # Samples are asked for by their own ranges; a demuxer reads here and there.
    reader = videos.reader_of(file, block=1 if index.contiguous else videos.SCAN_BLOCK)
    planned = numbers + _rest_of_group(index, numbers)
    return Standing(source, deque(planned), decode_frames(index, reader, planned))


def _rest_of_group(index: VideoIndex, numbers: list[int]) -> list[int]:
    """The frames that follow, at the same distance, and need the same key frame as the last."""
    step = numbers[1] - numbers[0] if len(numbers) > 1 else 1
    following = range(numbers[-1] + step, len(index), step)[:AHEAD]
    # Entries ascend with the frames.
    entry = index.entry(numbers[-1])
    return list(following[: bisect_right(following, entry, key=index.entry)])
