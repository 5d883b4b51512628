"""CVAT for video 1.1: a `track` element per object, with its shape on every frame.

A shape becomes a track of one frame, ended by the same shape "outside" on the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from chalicelib.annotations.model.document import Track
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.cvat.images_writer import ANNOTATIONS, write_values
from chalicelib.formats.catalogue.cvat.meta import write_meta
from chalicelib.formats.catalogue.cvat.shapes import TAGS, geometry_attributes
from chalicelib.formats.exporting.contents import ObjectOnFrame, track_on_frames
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.images import below_images_of_project, images_only
from chalicelib.formats.exporting.source import TaskMeta
from chalicelib.formats.exporting.writing import Writer
from chalicelib.formats.labels import LabelSpec
from chalicelib.formats.report import Report
from chalicelib.formats.text.xml_writer import Attributes, XmlWriter


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write `annotations.xml`. See `writing.WholeWriter`."""
    with archive.text(ANNOTATIONS) as member:
        xml = XmlWriter(member)
        xml.start("annotations")
        write_meta(xml, dataset.source)
        writer = _TrackWriter(xml, dataset, report)
        for part in dataset.parts:
            writer.write(part)
        xml.close()


WRITER = Writer(write, images_only(below_images_of_project), annotates_frames=False)


class _TrackWriter:
    """Writes tracks and shapes, numbered through the whole file."""

    def __init__(self, xml: XmlWriter, dataset: Dataset, report: Report) -> None:
        self._xml = xml
        self._labels = dataset.label_of
        self._report = report
        self._is_project = dataset.is_project
        self._next = 0

    def write(self, part: Placed) -> None:
        """Write the objects of one task."""
        meta = part.meta
        for track in part.part.tracks():
            kind = track.shapes[0].type if track.shapes else "empty"
            if self._writable(f"{kind} track", kind, f"frame {track.frame}"):
                self._report.took(f"{kind} track")
                items = track_on_frames(track, self._next, meta.stop, meta.deleted)
                numbered = ((_number(part, item.geometry.frame), item) for item in items)
                self._write_track(part, track, numbered)
        for frame, content in part.contents(tracked=False):
            for item in sorted(content.objects, key=lambda item: item.id or 0):
                if self._writable(item.kind, item.kind, f"frame {frame.source_number}"):
                    self._report.took(item.kind)
                    self._write_track(part, item, _one_frame(item, frame.source_number, meta))
            self._report.frames += bool(content.objects)
            if content.tags:
                self._report.skip("tag cannot be written", frame.name, len(content.tags))

    def _writable(self, what: str, kind: str, place: str) -> bool:
        if kind not in TAGS:
            self._report.skip(f"{what} cannot be written", place)
        return kind in TAGS

    def _write_track(
        self,
        part: Placed,
        owner: Track | ObjectOnFrame,
        items: Iterable[tuple[int, ObjectOnFrame]],
    ) -> None:
        label = self._labels[owner.label_id]
        self._xml.start("track", self._track_attributes(part, owner, label))
        for number, item in items:
            self._write_box(item, number, label)
        self._xml.end()
        self._next += 1

    def _track_attributes(
        self, part: Placed, owner: Track | ObjectOnFrame, label: LabelSpec
    ) -> Attributes:
        written = [("id", str(self._next)), ("label", label.name), ("source", owner.source)]
        if self._is_project:
            written += [("task_id", str(part.meta.id)), ("subset", part.subset)]
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


def _number(part: Placed, frame: int) -> int:
    """The source number of a frame in the archive."""
    return part.offset + part.meta.start_frame + (frame - part.meta.start) * part.meta.step


def _one_frame(
    item: ObjectOnFrame, number: int, meta: TaskMeta
) -> Iterator[tuple[int, ObjectOnFrame]]:
    """A shape as a track that ends on the next frame, unless there is none."""
    yield number, item
    shape = item.geometry
    if shape.frame < meta.stop:
        gone = msgspec.structs.replace(shape, frame=shape.frame + 1, outside=True)
        yield number + meta.step, msgspec.structs.replace(item, geometry=gone)
