"""Exports and imports of any size pass through a few megabytes of memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator, Sequence

import pytest

from chalicelib.annotations.model.document import Document, Shape
from chalicelib.formats import registry
from chalicelib.formats.archives import zip_writer
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.exporting.archive import write_archive
from chalicelib.formats.exporting.source import Frame, Source
from chalicelib.formats.report import Report
from tests.unit.formats.datasets import CAT, DOG, NOW, TaskPart, part, photos

MEGABYTE = 1 << 20


class LargePart(TaskPart):
    """Images of a megabyte each."""

    def images(self, frames: Sequence[Frame]) -> Iterator[tuple[Frame, bytes]]:
        for frame in frames:
            yield frame, bytes(MEGABYTE)


class Counter:
    """Forgets what it is given."""

    def __init__(self) -> None:
        self.bytes = 0

    def write(self, data: bytes) -> None:
        self.bytes += len(data)


def peak(source: Source, name: str) -> tuple[int, int]:
    """Largest memory during an export, and the size of the archive."""
    writer, sink = registry.exporter(name).load(), Counter()
    tracemalloc.start()
    archive = ArchiveWriter(sink)
    write_archive(writer, source, archive, Report())
    archive.close()
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return highest, sink.bytes


def test_images_pass_through_one_at_a_time() -> None:
    small = part(photos([f"{number}.jpg" for number in range(100)]), Document())
    large = LargePart(small.meta, small.all_frames, small.content)
    highest, size = peak(Source("task", (CAT, DOG), [large], True, NOW), "COCO 1.0")
    assert size > 100 * MEGABYTE
    assert highest < 8 * MEGABYTE


def test_annotations_pass_through_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_writer, "SPOOL", 1 << 16)
    frames = photos([f"{number}.jpg" for number in range(100)])
    points = [float(value) for value in range(200)]
    # The same shapes many times: only what is made of them takes memory.
    shapes = [
        Shape(type="polygon", frame=number, points=points, label_id=DOG.id) for number in range(100)
    ]
    source = Source("task", (CAT, DOG), [part(frames, Document(shapes=shapes * 10))], False, NOW)
    for name in ("COCO 1.0", "CVAT for images 1.1", "CVAT for video 1.1"):
        highest, _ = peak(source, name)
        # 1,000 polygons of 100 corners are about 1.5 MB of text.
        assert highest < MEGABYTE
