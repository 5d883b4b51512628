"""ImageNet 1.0: with images `<label>/<label>_<image>`, without them `<subset>.txt`, `synsets.txt`.

A line of the list is `image number number …`; an image without labels is in `no_label`. An image of
several labels is in the folder of each.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.exporting.contents import FrameObjects
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.folders import NO_LABEL, folder_of, one_line
from chalicelib.formats.exporting.losses import ATTRIBUTES, note_tags, skip_shapes, skip_tracks
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.report import Report

SYNSETS = "synsets.txt"


def write_lists(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write lists, if there are no images to tell the same. See `writing.WholeWriter`."""
    for subset, parts in dataset.subsets.items():
        lines = (
            line
            for placed in parts
            for line in _lines(dataset, Stretch(placed, 0, len(placed.frames)), report)
        )
        if dataset.save_images:
            # Folders tell the same; what is left out is noted.
            deque(lines, maxlen=0)
        else:
            with archive.text(f"{folder_of(subset)}.txt") as member:
                for line in lines:
                    member.write(line.encode())
        for placed in parts:
            skip_tracks(report, placed.part.tracks())
    if not dataset.save_images:
        with archive.text(SYNSETS) as member:
            names = "".join(f"{one_line(label.name)}\n" for label in dataset.labels)
            member.write(names.encode())


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, _report: Report
) -> Iterator[None]:
    """Write images. See `writing.FramesWriter`."""
    stems = Stems(stretch.placed)
    contents = stretch.placed.contents(stretch.start, stretch.stop, tracked=False)
    for (frame, content), body in zip(contents, stretch.images(), strict=True):
        names = {folder_of(dataset.label_of[tag.label_id].name) for tag in content.tags}
        for folder in sorted(names) or [NO_LABEL]:
            archive.image(f"{folder}/{folder}_{stems.image(frame)}", body)
        yield


# A folder of images in folders of labels has no other files.
WRITER = Writer(write_lists, write_frames, annotates_frames=False, holds_report=False)


def _lines(dataset: Dataset, stretch: Stretch, report: Report) -> Iterator[str]:
    stems = Stems(stretch.placed)
    for frame, content in stretch.placed.contents(tracked=False):
        _note(frame, content, report)
        path = stems.image(frame)
        if len(path.split()) > 1:
            stem, dot, extension = path.rpartition(".")
            path = f'"{stem}"{dot}{extension}'
        numbers = dict.fromkeys(str(dataset.class_of[tag.label_id]) for tag in content.tags)
        yield f"{path} {' '.join(numbers)}\n"


def _note(frame: Frame, content: FrameObjects, report: Report) -> None:
    if content.tags:
        report.frames += 1
        report.took("tag", len(content.tags))
        note_tags(report, frame, content.tags)
    for tag in content.tags:
        if tag.attributes:
            report.convert(ATTRIBUTES, frame.name)
    skip_shapes(report, frame, content)
