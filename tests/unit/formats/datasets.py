"""A task in memory, as exporters are given one."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from chalicelib.annotations.model.document import Document, Track
from chalicelib.formats import registry
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.exporting.archive import write_archive
from chalicelib.formats.exporting.contents import FrameObjects, objects_by_frame
from chalicelib.formats.exporting.source import ContextImage, Frame, Source, TaskMeta
from chalicelib.formats.importing.collecting import Collected, collect
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from chalicelib.formats.report import Report

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

    def contents(self, frames: Sequence[Frame], *, tracked: bool = True) -> Iterator[FrameObjects]:
        content = self.content
        if not tracked:
            content = msgspec.structs.replace(content, tracks=[])
        numbers = [frame.number for frame in frames]
        return objects_by_frame(content, numbers, self.meta.stop, self.meta.deleted)

    def tracks(self) -> Iterator[Track]:
        return iter(self.content.tracks)

    def context_images(self, frame: Frame) -> Sequence[ContextImage]:
        return [ContextImage("beside.jpg", f"beside {frame.number}".encode())]

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
        "step": frames[1].source_number - frames[0].source_number if len(frames) > 1 else 1,
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
    write_archive(registry.exporter(name).load(), source, archive, report)
    archive.close()
    return sink.getvalue(), report


def read(body: bytes, name: str, target: Target, file: str = "upload.zip") -> Collected:
    """Read annotations in the format of a name."""
    return collect(registry.importer(name).load(), Upload(io.BytesIO(body), file), target)
