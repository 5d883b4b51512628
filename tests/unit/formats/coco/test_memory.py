"""Writers of one file for everything hold no more of a large task than of a small one."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator, Sequence

import pytest

from chalicelib.annotations.model.document import Document, Shape, ShapeType
from chalicelib.formats import registry
from chalicelib.formats.archives import zip_writer
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.parquet import writer as parquet
from chalicelib.formats.exporting.archive import write_archive
from chalicelib.formats.exporting.contents import FrameObjects, of_shape
from chalicelib.formats.exporting.source import Frame, Source
from chalicelib.formats.report import Report
from tests.unit.formats.datasets import CAT, DOG, NOW, TaskPart, part, photos

NAMES = [
    "COCO 1.0", "COCO Keypoints 1.0", "Label Studio 1.0", "Open Images V6 1.0", "Parquet 1.0",
    "SageMaker Ground Truth 1.0", "TFRecord 1.0",
]  # fmt: skip
#: Frames of a small task, and how many times as many a large one has.
FEW, TIMES = 300, 4


class Forgetful:
    """Forgets what it is given."""

    def write(self, data: bytes) -> None:
        del data


class Streaming(TaskPart):
    """Ten boxes on each frame, made when they are asked for."""

    def contents(self, frames: Sequence[Frame], *, tracked: bool = True) -> Iterator[FrameObjects]:
        (shape,) = self.content.shapes
        for frame in frames:
            yield FrameObjects(frame.number, [of_shape(shape)] * 10 if tracked else [], [])


def peak(name: str, count: int) -> int:
    """Largest memory while as many frames are written."""
    kind: ShapeType = "points" if name.startswith("COCO Keypoints") else "rectangle"
    shape = Shape(type=kind, frame=0, points=[1.5, 2.5, 30.5, 40.5], label_id=DOG.id)
    made = part(photos([f"{at}.jpg" for at in range(count)]), Document(shapes=[shape]))
    streaming = Streaming(made.meta, made.all_frames, made.content)
    source = Source("task", (CAT, DOG), [streaming], False, NOW)
    archive = ArchiveWriter(Forgetful())
    writer = registry.exporter(name).load()
    tracemalloc.start()
    write_archive(writer, source, archive, Report())
    archive.close()
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return highest


@pytest.mark.parametrize("name", NAMES)
def test_memory_does_not_grow_with_the_task(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (zip_writer, parquet):
        monkeypatch.setattr(module, "SPOOL", 1 << 14)
        monkeypatch.setattr(module, "COPY", 1 << 14)
    monkeypatch.setattr(parquet, "ROWS", 1000)
    # Once, so that what is made but once is not counted.
    peak(name, 20)
    # Checksums of TFRecord take their time while memory is traced.
    count = 60 if name == "TFRecord 1.0" else FEW
    few = peak(name, count)
    # A few bytes a frame are allowed.
    assert peak(name, count * TIMES) < few + count * TIMES * 40 + (1 << 16)
