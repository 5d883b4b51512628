"""CVAT for images 1.1: an `image` element per frame, with the shapes that are on it."""

from __future__ import annotations

from collections import Counter

from chalicelib.annotations.model.document import SubShape, Tag
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.cvat.meta import write_meta
from chalicelib.formats.catalogue.cvat.names import Names, names_of, source_text
from chalicelib.formats.catalogue.cvat.shapes import TAGS, geometry_text
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.images import below_images_of_project, images_only
from chalicelib.formats.exporting.losses import TRACKS
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.writing import Writer
from chalicelib.formats.report import Report
from chalicelib.formats.text.xml_writer import Attributes, XmlWriter

#: The file with all the annotations.
ANNOTATIONS = "annotations.xml"


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write `annotations.xml`. See `writing.WholeWriter`."""
    names = names_of(dataset.labels)
    with archive.text(ANNOTATIONS) as member:
        xml = XmlWriter(member)
        xml.start("annotations")
        write_meta(xml, dataset.source)
        for part in dataset.parts:
            for frame, content in part.contents():
                xml.start("image", _image_attributes(dataset, part, frame))
                _write_content(xml, frame, content, names, report)
                xml.end()
        xml.close()


WRITER = Writer(write, images_only(below_images_of_project), annotates_frames=False)


def _image_attributes(dataset: Dataset, part: Placed, frame: Frame) -> Attributes:
    written = [("id", str(frame.source_number)), ("name", frame.name)]
    if dataset.is_project:
        written += [("subset", part.subset), ("task_id", str(part.meta.id))]
    return [*written, ("width", str(frame.width)), ("height", str(frame.height))]


def _write_content(
    xml: XmlWriter, frame: Frame, content: FrameObjects, names: Names, report: Report
) -> None:
    pieces = [_shape(item, names) for item in content.objects]
    pieces += [_tag(tag, names) for tag in content.tags]
    if not pieces:
        return
    xml.raw("".join(pieces))
    for kind, count in Counter([item.geometry.type for item in content.objects]).items():
        report.took(kind, count)
    if tracked := sum(item.track is not None for item in content.objects):
        report.convert(TRACKS, frame.name, tracked)
    if content.tags:
        report.took("tag", len(content.tags))
    report.frames += 1


def _shape(item: ObjectOnFrame, names: Names) -> str:
    """A shape as CVAT writes it, and its score, which CVAT does not write, if it has one."""
    geometry = item.geometry
    tag = TAGS[geometry.type]
    # Of a skeleton CVAT says what is hidden point by point; ours may say it of the whole.
    hidden = f' occluded="{geometry.occluded:d}"' if tag != "skeleton" or geometry.occluded else ""
    group = f' group_id="{item.group}"' if item.group else ""
    score = f' score="{item.score:g}"' if item.score != 1 else ""
    elements = "".join([_element(one, names) for one in item.elements]) if item.elements else ""
    return (
        f'\n    <{tag} label="{names.label(item.label_id)}" source="{source_text(item.source)}"'
        f'{hidden}{geometry_text(geometry)} z_order="{geometry.z_order}"{group}{score}>{elements}'
        f"{names.values(item.label_id, geometry.attributes)}\n    </{tag}>"
    )


def _element(element: SubShape, names: Names) -> str:
    tag = TAGS[element.type]
    group = f' group_id="{element.group}"' if element.group else ""
    return (
        f'\n      <{tag} label="{names.label(element.label_id)}"'
        f' source="{source_text(element.source)}" outside="{element.outside:d}"'
        f' occluded="{element.occluded:d}"{geometry_text(element)}{group}>'
        f"{names.values(element.label_id, element.attributes)}\n      </{tag}>"
    )


def _tag(tag: Tag, names: Names) -> str:
    group = f' group_id="{tag.group}"' if tag.group else ""
    return (
        f'\n    <tag label="{names.label(tag.label_id)}" source="{source_text(tag.source)}"{group}>'
        f"{names.values(tag.label_id, tag.attributes)}\n    </tag>"
    )
