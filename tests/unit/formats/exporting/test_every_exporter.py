"""What holds for every format that is written, those included that are added."""

from __future__ import annotations

import inspect
import tracemalloc
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from chalicelib.annotations.model.document import Document, Shape, Tag, Track, TrackedShape
from chalicelib.formats import registry
from chalicelib.formats.archives import zip_writer
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.exporting.archive import write_archive
from chalicelib.formats.exporting.contents import FrameObjects, objects_by_frame
from chalicelib.formats.exporting.source import Frame, Source
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from chalicelib.formats.report import Report
from tests.unit.formats import golden, sample, spatial
from tests.unit.formats.coco import test_memory
from tests.unit.formats.datasets import NOW, TaskPart, export, part

EXPORTERS = [one.name for one in registry.exporters()]
FLAT = [one.name for one in registry.exporters() if one.dimension == "2d"]

every_exporter = pytest.mark.parametrize("name", EXPORTERS)


def whole(name: str, document: Document) -> Source:
    """A task that has as many frames as the samples have."""
    if name not in FLAT:
        return spatial.source(part(spatial.FRAMES, document), images=False)
    return sample.source(part(sample.FRAMES, document))


def objects_of(name: str) -> list[Tag | Shape | Track]:
    if name not in FLAT:
        return [*spatial.TAGS, *spatial.SHAPES, *spatial.TRACKS]
    moving = sample.TRACKS[0]
    still = Track(id=40, frame=1, label_id=sample.DOG.id, shapes=[
        TrackedShape(frame=1, type="polygon", points=[30, 20, 38, 20, 38, 28]),
    ])  # fmt: skip
    return [*sample.TAGS, *sample.SHAPES, moving, still]


def document(*objects: Tag | Shape | Track) -> Document:
    return Document(
        tags=[one for one in objects if isinstance(one, Tag)],
        shapes=[one for one in objects if isinstance(one, Shape)],
        tracks=[one for one in objects if isinstance(one, Track)],
    )


@every_exporter
def test_every_object_is_written_or_told_of(name: str) -> None:
    """Each alone, so that none is told in place of another."""
    for one in objects_of(name):
        _, report = export(whole(name, document(one)), name)
        told = sum(report.skipped.values())
        assert bool(report.objects) != bool(told), (one, report)
        assert sum(report.kinds.values()) == report.objects


@every_exporter
def test_all_objects_together_are_as_many_as_each_alone(name: str) -> None:
    """But for those that cover each other, or of which an image has only one."""
    objects = [one for one in objects_of(name) if isinstance(one, Tag | Shape)]
    _, together = export(whole(name, document(*objects)), name)
    alone = [export(whole(name, document(one)), name)[1] for one in objects]
    counted = together.objects + sum(together.skipped.values())
    assert counted == sum(one.objects + sum(one.skipped.values()) for one in alone)
    assert counted == len(objects)


def test_every_format_has_a_sample() -> None:
    """Named where the sample is checked: a format that is added without one is found here."""
    tests = Path(golden.__file__).parent.parent
    checking = [
        text for path in tests.rglob("test_*.py")
        if "golden.check(" in (text := path.read_text()) or "import archived, check" in text
        or "golden import check" in text
    ]  # fmt: skip
    assert inspect.ismodule(golden)
    missing = [name for name in EXPORTERS if not any(f'"{name}"' in text for text in checking)]
    assert not missing


class Many(TaskPart):
    """The objects of the first frame on each frame, made when they are asked for."""

    def contents(self, frames: Sequence[Frame], *, tracked: bool = True) -> Iterator[FrameObjects]:
        (first,) = objects_by_frame(self.content, [0], 0)
        for frame in frames:
            yield FrameObjects(
                frame.number, first.objects if tracked else [], first.tags if tracked else []
            )


class Nowhere:
    def write(self, data: bytes) -> None:
        """Forget it."""


VALUES = ("text", "person_id", "camera_id", "track_id", "frame_id", "bbox_id")
LABELS = (
    LabelSpec(1, "cat", attributes=(AttributeSpec(5, "age", default_value="1"),)),
    LabelSpec(2, "icdar", attributes=(AttributeSpec(6, "text", default_value="x"),)),
    LabelSpec(3, "market-1501", attributes=tuple(
        AttributeSpec(7 + at, one, default_value="1") for at, one in enumerate(VALUES))),
)  # fmt: skip
CONTENT = Document(
    tags=[Tag(frame=0, label_id=one.id) for one in LABELS],
    shapes=[
        Shape(type="rectangle", frame=0, points=[1.5, 2, 12.5, 13], label_id=1),
        Shape(type="polygon", frame=0, points=[15, 2, 25, 2, 25, 13.5], label_id=2),
        Shape(type="points", frame=0, points=[float(n) for n in range(10)], label_id=1),
        Shape(type="mask", frame=0, points=[0, 12, 30, 2, 33, 4], label_id=2),
    ],
)
CUBOID = Document(
    shapes=[Shape(type="cuboid", frame=0, points=spatial.cuboid(1, 2, 3), label_id=1)]
)


def peak(name: str, count: int) -> int:
    """Bytes that writing so many frames takes at once."""
    flat = name in FLAT
    suffix, size = ("jpg", (40, 30)) if flat else ("pcd", (0, 0))
    frames = tuple(Frame(n, n, f"{n:06}.{suffix}", f"{n:06}.{suffix}", *size) for n in range(count))
    made = part(frames, CONTENT if flat else CUBOID, dimension="2d" if flat else "3d")
    source = Source("task", LABELS, [Many(made.meta, made.all_frames, made.content)], False, NOW)
    writer, archive = registry.exporter(name).load(), ArchiveWriter(Nowhere())
    tracemalloc.start()
    write_archive(writer, source, archive, Report())
    archive.close()
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return highest


@pytest.mark.parametrize("name", [one for one in EXPORTERS if one not in test_memory.NAMES])
def test_memory_does_not_grow_with_the_task(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of formats that have no such test of their own."""
    monkeypatch.setattr(zip_writer, "SPOOL", 1 << 14)
    monkeypatch.setattr(zip_writer, "COPY", 1 << 14)
    peak(name, 5)
    # 200 frames more: buffers that the few do not fill, names in the directory of the archive.
    most = peak(name, 100) + (140 << 10)
    # What is made but once may be made just then: what is kept, is kept every time.
    assert any(peak(name, 300) < most for _ in range(3))
