"""Keeping what a reader finds until it is stored."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.annotations.model.document import Annotation, Document, Shape, Tag
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.reading import Reader
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import LabelSpec
from chalicelib.formats.report import Report


class Collected:
    """A sink that keeps objects in memory."""

    def __init__(self) -> None:
        self.report = Report()
        self.document = Document()
        self._frames: set[int] = set()

    def add(self, annotation: Annotation) -> None:
        """Take an object. See `reading.Sink`."""
        if isinstance(annotation, Shape):
            self.document.shapes.append(annotation)
            self.report.took(annotation.type)
            self._frames.add(annotation.frame)
        elif isinstance(annotation, Tag):
            self.document.tags.append(annotation)
            self.report.took("tag")
            self._frames.add(annotation.frame)
        else:
            self.document.tracks.append(annotation)
            self.report.took(f"{annotation.shapes[0].type} track")
            self._frames.update(one.frame for one in annotation.shapes if not one.outside)
        self.report.frames = len(self._frames)


def collect(reader: Reader, upload: Upload, target: Target) -> Collected:
    """Everything that an upload has for a task. Raises BadDataset."""
    found = Collected()
    reader.read(upload, target, found)
    refuse_strangers(found.report, upload, target.labels)
    return found


def refuse_strangers(report: Report, upload: Upload, labels: Sequence[LabelSpec]) -> None:
    """Raise BadDataset if the dataset has objects, and labels are why none of them fits."""
    if report.objects or not report.labels:
        return
    named = ", ".join(f'"{name}"' for name in list(report.labels)[:10])
    known = ", ".join(f'"{label.name}"' for label in labels[:10]) or "none"
    raise BadDataset(upload.name, f"none of its labels ({named}) is one of the task's ({known})")
