"""Ultralytics YOLO Classification 1.0: `<subset>/<label>/<image>`, and CVAT's `labels.json`.

An image is in the folder of its first tag; the others stand in `labels.json` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from chalicelib.annotations.model.document import Tag
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.yolo.subsets import subset_names
from chalicelib.formats.exporting.contents import FrameObjects
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.folders import NO_LABEL, folder_of
from chalicelib.formats.exporting.losses import ATTRIBUTES, note_tags, skip_shapes, skip_tracks
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.report import Report

LABELS_FILE = "labels.json"
MORE_TAGS = "further tag of an image stands in labels.json alone"


class Labelled(msgspec.Struct):
    """An image in `labels.json`. `path`: below the subset."""

    path: str
    labels: list[str]


def write_labels(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write `labels.json` of each subset. See `writing.WholeWriter`."""
    subsets = subset_names(dataset, ())
    for subset, parts in dataset.subsets.items():
        with archive.text(f"{subsets[subset]}/{LABELS_FILE}") as member:
            member.write(b"{")
            between = b""
            for placed in parts:
                stems = Stems(placed)
                for frame, content in placed.contents(tracked=False):
                    names = [dataset.label_of[tag.label_id].name for tag in content.tags]
                    folder = _folder(dataset, content.tags)
                    labelled = Labelled(f"{folder}/{stems.image(frame)}", names)
                    key = msgspec.json.encode(stems.of(frame))
                    member.write(between + key + b":" + msgspec.json.encode(labelled))
                    between = b","
                    _note(frame, content, report)
                skip_tracks(report, placed.part.tracks())
            member.write(b"}")


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, report: Report
) -> Iterator[None]:
    """Write images. See `writing.FramesWriter`."""
    stems = Stems(stretch.placed)
    subset = subset_names(dataset, ())[stretch.placed.subset]
    contents = stretch.placed.contents(stretch.start, stretch.stop, tracked=False)
    for (frame, content), body in zip(contents, stretch.images(), strict=True):
        path = f"{subset}/{_folder(dataset, content.tags)}/{stems.image(frame)}"
        archive.image(path, body)
        yield


WRITER = Writer(write_labels, write_frames, annotates_frames=False)


def _folder(dataset: Dataset, tags: Sequence[Tag]) -> str:
    if not tags:
        return NO_LABEL
    return folder_of(dataset.label_of[tags[0].label_id].name)


def _note(frame: Frame, content: FrameObjects, report: Report) -> None:
    tags = content.tags
    if tags:
        report.frames += 1
        report.took("tag", len(tags))
        note_tags(report, frame, tags)
        if len(tags) > 1:
            report.convert(MORE_TAGS, frame.name, len(tags) - 1)
        with_attributes = sum(bool(tag.attributes) for tag in tags)
        if with_attributes:
            report.convert(ATTRIBUTES, frame.name, with_attributes)
    skip_shapes(report, frame, content)
