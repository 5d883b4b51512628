"""CVAT for images 1.1: an `image` element per frame, with the shapes that are on it."""

from __future__ import annotations

from chalicelib.annotations.model.document import AttributeValue, Tag
from chalicelib.formats.catalogue.cvat.meta import write_meta
from chalicelib.formats.catalogue.cvat.shapes import TAGS, geometry_attributes
from chalicelib.formats.catalogue.cvat.xml_writer import Attributes, XmlWriter
from chalicelib.formats.exporting import Frame, Progress, Source
from chalicelib.formats.images import write_images
from chalicelib.formats.labels import LabelSpec, named_values
from chalicelib.formats.layout import Placed, placed
from chalicelib.formats.objects import FrameObjects, ObjectOnFrame, objects_by_frame
from chalicelib.formats.report import Report
from chalicelib.formats.zip_writer import ArchiveWriter

#: The file with all the annotations.
ANNOTATIONS = "annotations.xml"


def write(source: Source, archive: ArchiveWriter, report: Report, progress: Progress) -> None:
    """Write `annotations.xml` and, if asked for, `images/`. See `exporting.Writer`."""
    if ANNOTATIONS not in archive:
        with archive.text(ANNOTATIONS) as member:
            xml = XmlWriter(member)
            xml.start("annotations")
            write_meta(xml, source)
            labels = source.label_by_id()
            for part in placed(source):
                _write_part(xml, source, part, labels, report)
            xml.close()
    if source.save_images:
        write_images(source, archive, progress, by_subset=source.project is not None)


def _write_part(
    xml: XmlWriter, source: Source, part: Placed, labels: dict[int, LabelSpec], report: Report
) -> None:
    frames = {frame.number: frame for frame in part.frames}
    document = part.part.document()
    meta = part.part.meta
    for content in objects_by_frame(document, list(frames), meta.stop, meta.deleted):
        xml.start("image", _image_attributes(source, part, frames[content.frame]))
        _write_content(xml, content, labels, report)
        xml.end()


def _image_attributes(source: Source, part: Placed, frame: Frame) -> Attributes:
    written = [("id", str(frame.source_number)), ("name", frame.name)]
    if source.project is not None:
        written += [("subset", part.subset), ("task_id", str(part.part.meta.id))]
    return [*written, ("width", str(frame.width)), ("height", str(frame.height))]


def _write_content(
    xml: XmlWriter, content: FrameObjects, labels: dict[int, LabelSpec], report: Report
) -> None:
    written = 0
    for item in content.objects:
        if item.geometry.type not in TAGS:
            report.skip(f"{item.geometry.type} cannot be written", f"frame {content.frame}")
            continue
        _write_shape(xml, item, labels[item.label_id])
        written += 1
    for tag in content.tags:
        _write_tag(xml, tag, labels[tag.label_id])
        written += 1
    report.objects += written
    report.frames += bool(written)


def _write_shape(xml: XmlWriter, item: ObjectOnFrame, label: LabelSpec) -> None:
    geometry = item.geometry
    attributes = [
        ("label", label.name),
        ("source", item.source),
        ("occluded", str(int(geometry.occluded))),
        *geometry_attributes(geometry),
        ("z_order", str(geometry.z_order)),
    ]
    if item.group:
        attributes.append(("group_id", str(item.group)))
    xml.start(TAGS[geometry.type], attributes)
    write_values(xml, label, geometry.attributes)
    xml.end()


def _write_tag(xml: XmlWriter, tag: Tag, label: LabelSpec) -> None:
    attributes = [("label", label.name), ("source", tag.source)]
    if tag.group:
        attributes.append(("group_id", str(tag.group)))
    xml.start("tag", attributes)
    write_values(xml, label, tag.attributes)
    xml.end()


def write_values(xml: XmlWriter, label: LabelSpec, values: list[AttributeValue]) -> None:
    """An `attribute` element for every attribute of the label."""
    for spec, value in named_values(label, values):
        xml.leaf("attribute", value, [("name", spec.name)])
