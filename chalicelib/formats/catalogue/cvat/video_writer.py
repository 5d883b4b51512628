"""CVAT for video 1.1: a `track` element per object, with its shape on every frame.

A shape becomes a track of one frame, ended by the same shape "outside" on the next.
"""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.annotations.model.document import AttributeValue, Geometry, Track
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.cvat.images_writer import ANNOTATIONS
from chalicelib.formats.catalogue.cvat.meta import write_meta
from chalicelib.formats.catalogue.cvat.names import names_of, source_text
from chalicelib.formats.catalogue.cvat.shapes import TAGS, geometry_text
from chalicelib.formats.catalogue.cvat.video_shapes import (
    Joint,
    Moment,
    moments_of_shape,
    moments_of_track,
)
from chalicelib.formats.exporting.contents import ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.images import below_images_of_project, images_only
from chalicelib.formats.exporting.losses import SCORE
from chalicelib.formats.exporting.writing import Writer
from chalicelib.formats.report import Report
from chalicelib.formats.text.xml_writer import XmlWriter, quoted

TAG = "tag cannot be written"


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
        self._names = names_of(dataset.labels)
        self._report = report
        self._is_project = dataset.is_project
        self._next = 0

    def write(self, part: Placed) -> None:
        """Write the objects of one task."""
        meta = part.meta
        for track in part.part.tracks():
            self._report.took(f"{track.shapes[0].type} track")
            moments = moments_of_track(track, meta.stop, meta.deleted)
            self._write_track(part, track, track.attributes, moments)
        for frame, content in part.contents(tracked=False):
            for item in sorted(content.objects, key=lambda item: item.id or 0):
                self._report.took(item.kind)
                if item.score != 1:
                    self._report.convert(SCORE, frame.name)
                self._write_track(part, item, (), moments_of_shape(item, meta.stop))
            self._report.frames += bool(content.objects)
            if content.tags:
                self._report.skip(TAG, frame.name, len(content.tags))

    def _write_track(
        self,
        part: Placed,
        owner: Track | ObjectOnFrame,
        values: Iterable[AttributeValue],
        moments: Iterable[Moment],
    ) -> None:
        """`values`: those that hold for all frames."""
        self._xml.raw(self._opened(part, owner))
        for moment in moments:
            self._xml.raw(self._shape(part, owner.label_id, moment, values))
        self._xml.raw("\n  </track>")
        self._next += 1

    def _opened(self, part: Placed, owner: Track | ObjectOnFrame) -> str:
        label, source = self._names.label(owner.label_id), source_text(owner.source)
        task = ""
        if self._is_project:
            task = f' task_id="{part.meta.id}" subset="{quoted(part.subset)}"'
        group = f' group_id="{owner.group}"' if owner.group else ""
        return f'\n  <track id="{self._next}" label="{label}" source="{source}"{task}{group}>'

    def _shape(
        self, part: Placed, label_id: int, moment: Moment, values: Iterable[AttributeValue]
    ) -> str:
        geometry, keyframe, joints = moment
        tag = TAGS[geometry.type]
        seen = _seen(geometry) if tag != "skeleton" else _hidden_skeleton(geometry)
        frame = part.offset + part.meta.start_frame
        frame += (geometry.frame - part.meta.start) * part.meta.step
        elements = "".join([self._joint(joint) for joint in joints]) if joints else ""
        return (
            f'\n    <{tag} frame="{frame}" keyframe="{keyframe:d}"{seen}{geometry_text(geometry)}'
            f' z_order="{geometry.z_order}">{elements}'
            f"{self._names.values(label_id, [*geometry.attributes, *values])}\n    </{tag}>"
        )

    def _joint(self, joint: Joint) -> str:
        label_id, geometry, keyframe, values = joint
        tag = TAGS[geometry.type]
        return (
            f'\n      <{tag} label="{self._names.label(label_id)}" keyframe="{keyframe:d}"'
            f"{_seen(geometry)}{geometry_text(geometry)}>"
            f"{self._names.values(label_id, [*geometry.attributes, *values])}\n      </{tag}>"
        )


def _seen(geometry: Geometry) -> str:
    return f' outside="{geometry.outside:d}" occluded="{geometry.occluded:d}"'


def _hidden_skeleton(geometry: Geometry) -> str:
    """CVAT says point by point what is seen of a skeleton; ours may say it of the whole."""
    outside = ' outside="1"' if geometry.outside else ""
    return outside + (' occluded="1"' if geometry.occluded else "")
