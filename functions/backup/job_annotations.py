"""`annotations.json`, written a few frames at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from tempfile import SpooledTemporaryFile

import msgspec

from chalicelib.annotations.merging.slicing import Span
from chalicelib.annotations.streaming import pinned
from chalicelib.annotations.streaming.pinned import Pinned
from chalicelib.backups.naming import Names
from chalicelib.formats.archives.zip_writer import CompressedText
from chalicelib.projects.models import Job

#: Objects of one write.
LINES = 500
#: Bytes of tracks that wait in memory to be put in order; more wait on disk.
SPOOL = 8 << 20
_ENCODE = msgspec.json.Encoder().encode


def write(jobs: Sequence[Job], names: Names, into: CompressedText) -> int:
    """Write the annotations of jobs, in their order. Returns how many objects there are.

    Raises:
        annotation_store.Damaged: some cannot be read.
    """
    total = 0
    into.write(b"[")
    spans = [Span(job.id, job.start_frame, job.stop_frame) for job in jobs]
    for number, kept in enumerate(pinned.pin(spans)):
        into.write(b',{"version":0' if number else b'{"version":0')
        for kind, items in (
            ("tags", _tags(kept, names)),
            ("shapes", _shapes(kept, names)),
            ("tracks", _tracks(kept, names)),
        ):
            into.write(f',"{kind}":['.encode())
            total += _write_all(items, into)
            into.write(b"]")
        into.write(b"}")
    into.write(b"]")
    return total


def _tags(kept: Pinned, names: Names) -> Iterator[bytes]:
    if kept.frames is not None:
        for found in pinned.frames_of(kept, *kept.frames):
            yield from map(_ENCODE, map(names.tag, filter(names.knows, found.tags)))


def _shapes(kept: Pinned, names: Names) -> Iterator[bytes]:
    if kept.frames is not None:
        for found in pinned.frames_of(kept, *kept.frames):
            yield from map(_ENCODE, map(names.shape, filter(names.knows, found.shapes)))


def _tracks(kept: Pinned, names: Names) -> Iterator[bytes]:
    """Tracks in the order of their ids, which whoever restores them gives them again."""
    if kept.tracks is None:
        return
    places: list[tuple[int, int, int]] = []
    with SpooledTemporaryFile(max_size=SPOOL) as spool:
        for track in filter(names.knows, pinned.tracks_of(kept)):
            body = _ENCODE(names.track(track))
            places.append((track.id or 0, spool.tell(), len(body)))
            spool.write(body)
        for _, start, size in sorted(places):
            spool.seek(start)
            yield spool.read(size)


def _write_all(items: Iterator[bytes], into: CompressedText) -> int:
    count = 0
    lines: list[bytes] = []
    for item in items:
        lines.append(b"," + item if count else item)
        count += 1
        if len(lines) == LINES:
            into.write(b"".join(lines))
            lines.clear()
    into.write(b"".join(lines))
    return count
