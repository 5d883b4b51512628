"""WiderFace 1.0: `wider_face_split/wider_face_<subset>_bbx_gt.txt`, `labels.txt`, images.

Below the path of an image, which begins with the folder of its tag, stand the number of its boxes
and a line for each: `left top width height`, the six attributes that the format knows, and the
label unless it is "face".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chalicelib.annotations.model.document import Tag
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.folders import NO_LABEL, folder_of, one_line
from chalicelib.formats.exporting.losses import ATTRIBUTES, TRACKS, TURNED, note_facts, note_tags
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.labels import LabelSpec, named_values, typed_value
from chalicelib.formats.report import Report

#: Attributes of a box, in their order.
KNOWN = ("blur", "expression", "illumination", "occluded", "pose", "invalid")
FACE = "face"
LABELS = "labels.txt"
FURTHER = "further tag of an image cannot be written"


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write the annotations. See `writing.WholeWriter`."""
    with archive.text(LABELS) as member:
        member.write("\n".join(one_line(label.name) for label in dataset.labels).encode())
    for subset, parts in dataset.subsets.items():
        name = f"wider_face_split/wider_face_{folder_of(subset)}_bbx_gt.txt"
        with archive.text(name) as member:
            for placed in parts:
                stems = Stems(placed)
                for frame, content in placed.contents():
                    boxes = _boxes(dataset, frame, content, report)
                    head = f"{_folder(dataset, content.tags)}/{stems.image(frame)}\n"
                    count = f"{len(boxes)}\n" if boxes else ""
                    member.write(f"{head}{count}{''.join(boxes)}".encode())


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, _report: Report
) -> Iterator[None]:
    """Write images. See `writing.FramesWriter`."""
    stems = Stems(stretch.placed)
    root = f"WIDER_{folder_of(stretch.placed.subset)}/images"
    contents = stretch.placed.contents(stretch.start, stretch.stop, tracked=False)
    for (frame, content), body in zip(contents, stretch.images(), strict=True):
        archive.image(f"{root}/{_folder(dataset, content.tags)}/{stems.image(frame)}", body)
        yield


WRITER = Writer(write, write_frames, annotates_frames=False)


def _folder(dataset: Dataset, tags: Sequence[Tag]) -> str:
    """The folder of an image: its first tag's number and name."""
    if not tags:
        return NO_LABEL
    label = tags[0].label_id
    return f"{dataset.class_of[label]}--{folder_of(dataset.label_of[label].name)}"


def _boxes(dataset: Dataset, frame: Frame, content: FrameObjects, report: Report) -> Sequence[str]:
    written = []
    boxes = [item for item in content.objects if item.kind == "rectangle"]
    note_facts(report, frame, boxes, "occluded")
    note_tags(report, frame, content.tags[:1])
    for item in content.objects:
        if item.kind != "rectangle":
            report.skip(f"{item.kind} cannot be written", frame.name)
            continue
        if item.geometry.rotation % 360:
            report.convert(TURNED, frame.name)
        if item.track is not None:
            report.convert(TRACKS, frame.name)
        written.append(_box(dataset.label_of[item.label_id], item, frame, report))
    tags = min(len(content.tags), 1)
    if content.tags[1:]:
        report.skip(FURTHER, frame.name, len(content.tags) - 1)
    for kind, count in (("rectangle", len(written)), ("tag", tags)):
        if count:
            report.took(kind, count)
    if any(tag.attributes for tag in content.tags[:1]):
        report.convert(ATTRIBUTES, frame.name)
    report.frames += bool(written or tags)
    return written


def _box(label: LabelSpec, item: ObjectOnFrame, frame: Frame, report: Report) -> str:
    left, top, right, bottom = item.geometry.points
    told: dict[str, str] = {"occluded": str(item.geometry.occluded)}
    for spec, value in named_values(label, item.geometry.attributes):
        if spec.name in KNOWN:
            typed = typed_value(spec, value)
            text = f"{typed:g}" if isinstance(typed, float) else str(typed)
            told[spec.name] = "_".join(text.split()) or "-"
        else:
            report.convert(ATTRIBUTES, frame.name)
    fields = [
        *(f"{value:.2f}".removesuffix("0") for value in (left, top, right - left, bottom - top)),
        *(told.get(name, "-") for name in KNOWN),
    ]
    name = [] if label.name == FACE else [one_line(label.name)]
    return " ".join([*fields, *name]) + "\n"
