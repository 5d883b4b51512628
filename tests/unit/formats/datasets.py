"""A task in memory, as exporters are given one."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from chalicelib.annotations.model.document import Document
from chalicelib.formats import registry
from chalicelib.formats.exporting import Frame, Source, TaskMeta
from chalicelib.formats.importing import Imported, Target
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from chalicelib.formats.report import Report
from chalicelib.formats.zip_writer import ArchiveWriter

NOW = "2026-01-02T03:04:05.678Z"

CAT = LabelSpec(
    10,
    "cat",
    "#ff0000",
    "any",
    (
        AttributeSpec(100, "asleep", mutable=True, input_type="checkbox", default_value="false"),
        AttributeSpec(101, "age", input_type="number", default_value="1", values=("0", "30", "1")),
        AttributeSpec(102, "name", input_type="text", default_value=""),
    ),
)
DOG = LabelSpec(11, 'big "dog" & <co>', "#00ff00", "any", ())


class TaskPart(msgspec.Struct):
    """A task whose images are a few bytes."""

    meta: TaskMeta
    all_frames: tuple[Frame, ...]
    content: Document

    def frames(self) -> Sequence[Frame]:
        return self.all_frames

    def document(self) -> Document:
        return self.content

    def images(self, frames: Sequence[Frame]) -> Iterator[tuple[Frame, bytes]]:
        for frame in frames:
            yield frame, f"picture {frame.number}".encode()


def photos(names: Sequence[str], start: int = 0, step: int = 1) -> tuple[Frame, ...]:
    return tuple(
        Frame(number, start + number * step, name, name, 640, 480)
        for number, name in enumerate(names)
    )


def video(size: int, start: int = 0, step: int = 1) -> tuple[Frame, ...]:
    names = [f"frame_{start + number * step:06d}" for number in range(size)]
    return tuple(
        Frame(number, start + number * step, name, f"{name}.PNG", 640, 480)
        for number, name in enumerate(names)
    )


def part(frames: tuple[Frame, ...], document: Document, **meta: Any) -> TaskPart:
    facts: dict[str, Any] = {
        "id": 7,
        "name": "pets",
        "size": len(frames),
        "stop": len(frames) - 1,
        "start_frame": frames[0].source_number,
        "stop_frame": frames[-1].source_number,
        "created": NOW,
        "updated": NOW,
    }
    return TaskPart(TaskMeta(**(facts | meta)), frames, document)


def task(frames: tuple[Frame, ...], document: Document, *, images: bool = False) -> Source:
    return Source("task", (CAT, DOG), [part(frames, document)], images, NOW)


def export(source: Source, name: str) -> tuple[bytes, Report]:
    """Write a dataset in the format of a name."""
    sink, report = io.BytesIO(), Report()
    archive = ArchiveWriter(sink)
    registry.exporter(name).load()(source, archive, report, lambda _: None)
    archive.close()
    return sink.getvalue(), report


def read(body: bytes, name: str, target: Target, file: str = "upload.zip") -> Imported:
    """Read annotations in the format of a name."""
    imported: Imported = registry.importer(name).load()(io.BytesIO(body), file, target)
    return imported
