"""`annotations.json`, written a few frames at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from chalicelib.annotations import store as annotation_store
from chalicelib.annotations.model.document import Objects
from chalicelib.annotations.revisions.extents import FOREVER, extent
from chalicelib.annotations.revisions.snapshots import Snapshot
from chalicelib.backups.naming import Names
from chalicelib.formats.archives.zip_writer import CompressedText
from chalicelib.projects.models import Job

#: Objects that are read at once, more or less.
AT_ONCE = 10_000
#: Objects of one write.
LINES = 500
_ENCODER = msgspec.json.Encoder()


def write(jobs: Sequence[Job], names: Names, into: CompressedText) -> int:
    """Write the annotations of jobs, in their order. Returns how many objects there are.

    Raises:
        annotation_store.Damaged: some cannot be read.
    """
    total = 0
    into.write(b"[")
    for number, job in enumerate(jobs):
        snapshot = annotation_store.read_snapshots([job.id])[job.id]
        into.write(b',{"version":0' if number else b'{"version":0')
        for kind in ("tags", "shapes", "tracks"):
            into.write(f',"{kind}":['.encode())
            total += _write_all(_named(snapshot, job, names, kind), into)
            into.write(b"]")
        into.write(b"}")
    into.write(b"]")
    return total


def _write_all(items: Iterator[msgspec.Struct], into: CompressedText) -> int:
    count = 0
    lines: list[bytes] = []
    for item in items:
        lines.append(_ENCODER.encode(item) if not count else b"," + _ENCODER.encode(item))
        count += 1
        if len(lines) == LINES:
            into.write(b"".join(lines))
            lines.clear()
    into.write(b"".join(lines))
    return count


def _named(snapshot: Snapshot, job: Job, names: Names, kind: str) -> Iterator[msgspec.Struct]:
    convert: Any = {"tags": names.tag, "shapes": names.shape, "tracks": names.track}[kind]
    for start, stop, found in _stretches(snapshot, job):
        for item in getattr(found, kind):
            # A track that lasts is found again and again.
            if start <= extent(item)[0] <= stop and names.knows(item):
                yield convert(item)


def _stretches(snapshot: Snapshot, job: Job) -> Iterator[tuple[int, int, Objects]]:
    """Frames from one to another, inclusive, with what is on them; all that there may be."""
    total = sum(snapshot.counts().sources.values())
    count = max(1, total // AT_ONCE)
    if count == 1:
        yield 0, FOREVER, snapshot.objects()
        return
    width = max(1, len(job.frames) // count)
    start = 0
    for stop in (*range(job.start_frame + width - 1, job.stop_frame, width), FOREVER):
        yield start, stop, snapshot.between(start, stop)
        start = stop + 1
