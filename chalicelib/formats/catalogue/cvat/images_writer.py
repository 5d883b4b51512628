"""CVAT for images 1.1: an `image` element per frame, with the shapes that are on it."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.annotations.model.document import AttributeValue, Tag
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.cvat.meta import write_meta
from chalicelib.formats.catalogue.cvat.shapes import TAGS, geometry_attributes
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.images import below_images_of_project, images_only
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.writing import Writer
from chalicelib.formats.labels import LabelSpec, named_values
from chalicelib.formats.report import Report
from chalicelib.formats.text.xml_writer import Attributes, XmlWriter

#: The file with all the annotations.
ANNOTATIONS = "annotations.xml"


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write `annotations.xml`. See `writing.WholeWriter`."""
    with archive.text(ANNOTATIONS) as member:
        xml = XmlWriter(member)
        xml.start("annotations")
        write_meta(xml, dataset.source)
        for part in dataset.parts:
            for frame, content in part.contents():
                xml.start("image", _image_attributes(dataset, part, frame))
                _write_content(xml, content, dataset.label_of, report)
                xml.end()
        xml.close()


WRITER = Writer(write, images_only(below_images_of_project), annotates_frames=False)


def _image_attributes(dataset: Dataset, part: Placed, frame: Frame) -> Attributes:
    written = [("id", str(frame.source_number)), ("name", frame.name)]
    if dataset.is_project:
        written += [("subset", part.subset), ("task_id", str(part.meta.id))]
    return [*written, ("width", str(frame.width)), ("height", str(frame.height))]


def _write_content(
    xml: XmlWriter, content: FrameObjects, labels: Mapping[int, LabelSpec], report: Report
) -> None:
    for item in content.objects:
        if item.geometry.type not in TAGS:
            report.skip(f"{item.geometry.type} cannot be written", f"frame {content.frame}")
            continue
        _write_shape(xml, item, labels[item.label_id])
        report.took(item.kind)
    for tag in content.tags:
        _write_tag(xml, tag, labels[tag.label_id])
        report.took("tag")
    report.frames += bool(content.objects or content.tags)


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
