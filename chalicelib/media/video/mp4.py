"""The frame index of an MP4 or MOV file, from its `moov` box and its fragments' `moof` boxes.

An hour of 720p costs a few range requests; no sample is read.
Source of the formats: ISO/IEC 14496-12 (boxes) and the QuickTime File Format.
"""

from __future__ import annotations

import struct
from array import array

from chalicelib.media.reading import Reader
from chalicelib.media.video.index import BadVideo, Coding, VideoIndex, present
from chalicelib.media.video.mp4_boxes import child, find_moov
from chalicelib.media.video.mp4_codecs import Codec
from chalicelib.media.video.mp4_fragments import read_fragments, track_defaults
from chalicelib.media.video.mp4_tables import DAMAGED, Samples, read_tables
from chalicelib.media.video.mp4_tracks import Track, Unsupported, announced_end, video_track

__all__ = ["Unsupported", "index_mp4"]


def index_mp4(reader: Reader) -> VideoIndex:
    """Index the first video track that is no cover picture.

    Raises:
        BadVideo: the file is damaged, or has no video.
        Unsupported: use `packets.index_packets`.
    """
    try:
        moov, end = find_moov(reader)
        track = video_track(moov)
        samples = read_tables(track.stbl, reader.size)
        listed = len(samples)
        if child(moov, b"mvex") is not None:
            defaults = track_defaults(moov, track.number)
            read_fragments(reader, end, track.number, defaults, samples)
        return _index(track, samples, listed, reader.size, announced_end(moov, track))
    except (struct.error, IndexError, OverflowError, ValueError, MemoryError) as error:
        raise BadVideo(DAMAGED) from error


def _index(
    track: Track, samples: Samples, listed: int, file_size: int, announced: int
) -> VideoIndex:
    if not len(samples):
        raise BadVideo("it has no frames")
    whole = _whole(samples, file_size)
    codings = _codings(track, samples, whole)
    samples.keys = _with_starts(samples.keys, codings)
    shown = _shown(samples, track.edits, listed)
    keys = array("i", (key for key in samples.keys if key < whole))
    codec = codings[0][1]
    # Empty samples are dropped frames: their time passes while the one before stays.
    frames = array("i", (s for s in shown if s < whole and samples.sizes[s]))
    expected = sum(1 for s in shown if samples.sizes[s]) + samples.unlisted
    if announced > samples.end > 0 and len(samples) > listed:
        # Fragments that are not there are not counted: their time is.
        expected = round(expected * announced / samples.end)
    return VideoIndex(
        container="mp4",
        codec=codec.name,
        codec_string=codec.string if len(codings) == 1 else "",
        config=codec.config,
        timescale=track.timescale,
        coded_width=codec.width,
        coded_height=codec.height,
        rotation=track.orientation.rotation,
        mirrored=track.orientation.mirrored,
        colours=codec.colours,
        changes=tuple(Coding(start, c.name, c.config) for start, c in codings[1:]),
        offsets=samples.offsets[:whole],
        sizes=samples.sizes[:whole],
        dts=samples.dts[:whole],
        pts=samples.pts[:whole],
        keys=keys,
        frames=frames,
        expected_frames=max(expected, len(frames)),
    )


def _shown(samples: Samples, edits: list[tuple[int, int]], listed: int) -> array[int]:
    """Samples in presentation order. Edit lists speak of what `moov` lists, not of fragments."""
    if listed in {0, len(samples)} or not edits:
        return present(samples.pts, samples.keys, edits if listed else ())
    first = present(samples.pts[:listed], [key for key in samples.keys if key < listed], edits)
    every = present(samples.pts, samples.keys)
    return first + array("i", (sample for sample in every if sample >= listed))


def _codings(track: Track, samples: Samples, whole: int) -> list[tuple[int, Codec]]:
    """(first sample, codec), as the samples' descriptions change."""
    codings: list[tuple[int, Codec]] = []
    for start, description in samples.descriptions:
        if start >= whole and codings:
            break
        codec = track.codecs[description if description < len(track.codecs) else 0]
        if not codings or codings[-1][1] != codec:
            codings.append((start, codec))
    return codings


def _with_starts(keys: array[int], codings: list[tuple[int, Codec]]) -> array[int]:
    """Keys, with the samples at which the coding changes: a decoder starts anew there."""
    if len(codings) == 1 and keys:
        return keys
    return array("i", sorted({*keys, *(start for start, _ in codings)}))


def _whole(samples: Samples, file_size: int) -> int:
    """Samples before the first one that the file does not hold completely."""
    for sample, (at, size) in enumerate(zip(samples.offsets, samples.sizes, strict=True)):
        if at + size > file_size:
            return sample
    return len(samples)
