"""Frames counted by decoding, for streams whose packets do not tell.

Usually one packet is one picture, shown at the packet's time. Packed B-frames of AVI, fields in
packets of their own and times that repeat break this rule. So the beginning of a stream is decoded
when it is indexed, and the whole of it if the rule does not hold. Memory: 12 bytes a frame.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import pairwise

from av.error import FFmpegError

from chalicelib.media.reading import Reader
from chalicelib.media.video.decoders import open_decoder, packet_of
from chalicelib.media.video.fetching import fetch
from chalicelib.media.video.index import BadVideo, Run, VideoIndex

#: Samples that show whether the rule holds, and at how many places they are decoded.
TRIAL, PLACES = 64, 3


def settle_order(index: VideoIndex, reader: Reader) -> None:
    """Make `frames` (and the times by which they are found) agree with the decoder.

    Damage at the beginning is no reason to count everything: what is decoded later tells.

    Raises:
        BadVideo: nothing can be decoded.
    """
    if _repeats(index):
        _count(index, reader)
        return
    first, last = index.keys[0], min(index.keys[0] + TRIAL, len(index.sizes)) - 1
    said, found = _trial(index, reader, first)
    if found == said:
        return
    later = [index.keys[len(index.keys) * n // PLACES] for n in range(1, PLACES)]
    later = [key for key in dict.fromkeys(later) if key > last]
    trials = [_trial(index, reader, key) for key in later]
    if not trials or any(said != found for said, found in trials):
        _count(index, reader)
        return
    whole = set(found)
    index.frames = array("i", (s for s in index.frames if s > last or s in whole))


def _trial(index: VideoIndex, reader: Reader, first: int) -> tuple[list[int], list[int]]:
    """Samples from a key on, as the rule says that they are shown, and as they come out."""
    last = min(first + TRIAL, len(index.sizes)) - 1
    begin = index.pts[first]
    said = [s for s in index.frames if first <= s <= last and index.pts[s] >= begin]
    shown = set(said)
    return said, [s for s in _decoded(index, reader, first, last) if s in shown]


def _repeats(index: VideoIndex) -> bool:
    """Whether frames of the same time are stored in another order than they may be shown in."""
    pts, frames = index.pts, index.frames
    alike = any(pts[a] == pts[b] for a, b in pairwise(frames))
    return alike and any(a > b for a, b in pairwise(frames))


def _count(index: VideoIndex, reader: Reader) -> None:
    wanted = set(index.frames) if index.container == "mp4" else None
    found = array("i")
    for sample in _decoded(index, reader, index.keys[0], len(index.sizes) - 1):
        if wanted is None or sample in wanted:
            found.append(sample)
    if not found:
        raise BadVideo("none of its frames can be decoded")
    if len(set(found)) < len(found):
        raise BadVideo("it stores several pictures as one, which is not supported: convert it")
    last = -(1 << 62)
    for sample, time in zip(found, sorted(index.pts[s] for s in found), strict=True):
        last = index.pts[sample] = max(time, last + 1)
    lost = index.expected_frames - len(index.frames)
    index.frames, index.expected_frames = found, len(found) + max(0, lost)


def _decoded(index: VideoIndex, reader: Reader, start: int, stop: int) -> Iterator[int]:
    """Samples in the order in which a decoder gives their pictures."""
    decoder = open_decoder(index, start)
    for sample, body in fetch(index, reader, Run(start, stop, ())):
        if sample > start and index.coding(sample) != index.coding(sample - 1):
            yield from (p.pts for p in decoder.decode(None) if p.pts is not None)
            decoder = open_decoder(index, sample)
        try:
            pictures = decoder.decode(packet_of(sample, body))
        except FFmpegError:
            continue  # a damaged picture: those after the next keyframe are whole
        yield from (p.pts for p in pictures if p.pts is not None)
    yield from (p.pts for p in decoder.decode(None) if p.pts is not None)
