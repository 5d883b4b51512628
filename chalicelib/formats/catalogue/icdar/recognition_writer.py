"""ICDAR Recognition 1.0: `<subset>/gt.txt` with lines `image, "text"`, images in `images/`."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.icdar.texts import TEXT, note_label, quoted, values_by_name
from chalicelib.formats.exporting.contents import FrameObjects
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.folders import folder_of
from chalicelib.formats.exporting.losses import note_tags
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.report import Report

WITHOUT_TEXT = "tag without a text cannot be written"


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write a list for each subset. See `writing.WholeWriter`."""
    for subset, parts in dataset.subsets.items():
        with archive.text(f"{folder_of(subset)}/gt.txt") as member:
            for placed in parts:
                stems = Stems(placed)
                for frame, content in placed.contents():
                    texts = list(_texts(dataset, frame, content, report)) or [""]
                    path = stems.image(frame)
                    member.write("".join(f"{path}, {text}\n" for text in texts).encode())


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, _report: Report
) -> Iterator[None]:
    """Write images. See `writing.FramesWriter`."""
    stems = Stems(stretch.placed)
    folder = f"{folder_of(stretch.placed.subset)}/images"
    for frame, body in zip(stretch.frames(), stretch.images(), strict=True):
        archive.image(f"{folder}/{stems.image(frame)}", body)
        yield


WRITER = Writer(write, write_frames, annotates_frames=False)


def _texts(dataset: Dataset, frame: Frame, content: FrameObjects, report: Report) -> Iterator[str]:
    taken = 0
    for tag in content.tags:
        label = dataset.label_of[tag.label_id]
        text = values_by_name(label, tag.attributes).get(TEXT, "")
        if not text:
            report.skip(WITHOUT_TEXT, frame.name)
            continue
        taken += 1
        report.took("tag")
        note_label(report, frame, label)
        note_tags(report, frame, [tag])
        yield quoted(text)
    for item in content.objects:
        report.skip(f"{item.kind} cannot be written", frame.name)
    report.frames += bool(taken)
