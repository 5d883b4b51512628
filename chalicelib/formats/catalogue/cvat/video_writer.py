"""CVAT for video 1.1: a `track` element per object, with its shape on every frame.

A shape becomes a track of one frame, ended by the same shape "outside" on the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from chalicelib.annotations.model.document import Document, Shape, Track
from chalicelib.formats.catalogue.cvat.images_writer import ANNOTATIONS, write_values
from chalicelib.formats.catalogue.cvat.meta import write_meta
from chalicelib.formats.catalogue.cvat.shapes import TAGS, geometry_attributes
from chalicelib.formats.catalogue.cvat.xml_writer import Attributes, XmlWriter
from chalicelib.formats.exporting import Progress, Source, TaskMeta
from chalicelib.formats.images import write_images
from chalicelib.formats.labels import LabelSpec
from chalicelib.formats.layout import Placed, placed
from chalicelib.formats.objects import ObjectOnFrame, track_on_frames
from chalicelib.formats.report import Report
from chalicelib.formats.zip_writer import ArchiveWriter


def write(source: Source, archive: ArchiveWriter, report: Report, progress: Progress) -> None:
    """Write `annotations.xml` and, if asked for, `images/`. See `exporting.Writer`."""
    if ANNOTATIONS not in archive:
        with archive.text(ANNOTATIONS) as member:
            xml = XmlWriter(member)
            xml.start("annotations")
            write_meta(xml, source)
            is_project = source.project is not None
            writer = _TrackWriter(xml, source.label_by_id(), report, is_project=is_project)
            for part in placed(source):
                writer.write(part, part.part.document())
            xml.close()
    if source.save_images:
        write_images(source, archive, progress, by_subset=source.project is not None)


class _TrackWriter:
    """Writes tracks and shapes, numbered through the whole file."""

    def __init__(
        self, xml: XmlWriter, labels: dict[int, LabelSpec], report: Report, *, is_project: bool
    ) -> None:
        self._xml = xml
        self._labels = labels
        self._report = report
        self._is_project = is_project
        self._next = 0

    def write(self, part: Placed, document: Document) -> None:
        """Write the objects of one task."""
        meta = part.part.meta
        kept = {frame.number: frame.source_number for frame in part.frames}
        for track in document.tracks:
            kind = track.shapes[0].type if track.shapes else "empty"
            if self._writable(f"{kind} track", kind, f"frame {track.frame}"):
                items = track_on_frames(track, self._next, meta.stop, meta.deleted)
                numbered = ((kept.get(item.geometry.frame), item) for item in items)
                self._write_track(part, track, numbered)
        written = set()
        for shape in document.shapes:
            number = kept.get(shape.frame)
            if number is not None and self._writable(shape.type, shape.type, f"frame {number}"):
                self._write_track(part, shape, _one_frame(shape, number, meta))
                written.add(number)
        self._report.frames += len(written)
        if document.tags:
            self._report.skip("tag cannot be written", count=len(document.tags))

    def _writable(self, what: str, kind: str, place: str) -> bool:
        if kind not in TAGS:
            self._report.skip(f"{what} cannot be written", place)
        return kind in TAGS

    def _write_track(
        self,
        part: Placed,
        owner: Track | Shape,
        items: Iterable[tuple[int | None, ObjectOnFrame]],
    ) -> None:
        label = self._labels[owner.label_id]
        self._xml.start("track", self._track_attributes(part, owner, label))
        for number, item in items:
            if number is not None:
                self._write_box(item, number, label)
        self._xml.end()
        self._next += 1
        self._report.objects += 1

    def _track_attributes(self, part: Placed, owner: Track | Shape, label: LabelSpec) -> Attributes:
        written = [("id", str(self._next)), ("label", label.name), ("source", owner.source)]
        if self._is_project:
            written += [("task_id", str(part.part.meta.id)), ("subset", part.subset)]
        if owner.group:
            written.append(("group_id", str(owner.group)))
        return written

    def _write_box(self, item: ObjectOnFrame, number: int, label: LabelSpec) -> None:
        geometry = item.geometry
        attributes = [
            ("frame", str(number)),
            ("keyframe", str(int(item.keyframe))),
            ("outside", str(int(geometry.outside))),
            ("occluded", str(int(geometry.occluded))),
            *geometry_attributes(geometry),
            ("z_order", str(geometry.z_order)),
        ]
        self._xml.start(TAGS[geometry.type], attributes)
        write_values(self._xml, label, geometry.attributes)
        self._xml.end()


def _one_frame(shape: Shape, number: int, meta: TaskMeta) -> Iterator[tuple[int, ObjectOnFrame]]:
    """A shape as a track that ends on the next frame, unless there is none."""
    yield number, ObjectOnFrame(shape, shape.label_id, shape.group or 0, shape.source)
    if shape.frame < meta.stop:
        gone = msgspec.structs.replace(shape, frame=shape.frame + 1, outside=True)
        item = ObjectOnFrame(gone, shape.label_id, shape.group or 0, shape.source)
        yield number + meta.step, item
