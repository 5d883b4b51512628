"""YOLO 1.1: `obj.data`, `obj.names`, a list of images per subset, boxes beside the images.

A line is `class x y width height`: the middle and the size of a box as parts of the image's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.yolo.subsets import subset_names
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.folders import one_line
from chalicelib.formats.exporting.losses import note_losses
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.report import Report

#: Words of `obj.data` that no subset may be called.
RESERVED = frozenset({"classes", "names", "backup"})
TURNED = "turned rectangle cannot be written"


def write_lists(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write everything that is not beside images. See `writing.WholeWriter`."""
    subsets = subset_names(dataset, RESERVED)
    for subset, parts in dataset.subsets.items():
        with archive.text(f"{subsets[subset]}.txt") as member:
            for placed in parts:
                stems = Stems(placed)
                for frame in placed.frames:
                    path = f"data/obj_{subsets[subset]}_data/{stems.image(frame)}\n"
                    member.write(path.encode())
    with archive.text("obj.names") as member:
        member.write("".join(f"{one_line(label.name)}\n" for label in dataset.labels).encode())
    lists = "".join(f"{name} = data/{name}.txt\n" for name in map(subsets.get, dataset.subsets))
    with archive.text("obj.data") as member:
        member.write(
            f"classes = {len(dataset.labels)}\n{lists}"
            "names = data/obj.names\nbackup = backup/\n".encode()
        )


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, report: Report
) -> Iterator[None]:
    """Write boxes and images. See `writing.FramesWriter`."""
    stems = Stems(stretch.placed)
    subset = subset_names(dataset, RESERVED)[stretch.placed.subset]
    folder = f"obj_{subset}_data"
    images = stretch.images() if dataset.save_images else None
    for frame, content in stretch.contents():
        lines = "".join(boxes(dataset.class_of, frame, content, report))
        with archive.text(f"{folder}/{stems.of(frame)}.txt") as member:
            member.write(lines.encode())
        if images is not None:
            archive.image(f"{folder}/{stems.image(frame)}", next(images))
        yield


WRITER = Writer(write_lists, write_frames)


def boxes(
    classes: Mapping[int, int], frame: Frame, content: FrameObjects, report: Report
) -> list[str]:
    """Lines of the upright rectangles of a frame. What else there is goes into the report."""
    taken = upright(frame, content, report)
    note_losses(report, frame, taken)
    return [f"{box_line(classes[item.label_id], item.geometry.points, frame)}\n" for item in taken]


def upright(frame: Frame, content: FrameObjects, report: Report) -> list[ObjectOnFrame]:
    """The upright rectangles of a frame, which are counted; the others are left out."""
    taken: list[ObjectOnFrame] = []
    for item in content.objects:
        geometry = item.geometry
        if geometry.type != "rectangle":
            report.skip(f"{geometry.type} cannot be written", frame.name)
        elif geometry.rotation % 360:
            report.skip(TURNED, frame.name)
        else:
            taken.append(item)
    if content.tags:
        report.skip("tag cannot be written", frame.name, len(content.tags))
    if taken:
        report.frames += 1
        report.took("rectangle", len(taken))
    return taken


def box_line(number: int, points: Sequence[float], frame: Frame) -> str:
    """The line of a box `left top right bottom` of a class, without its end."""
    left, top, right, bottom = points
    width, height = frame.width, frame.height
    x, y = (left + right) / 2 / width, (top + bottom) / 2 / height
    across, down = (right - left) / width, (bottom - top) / height
    return f"{number} {x:.6f} {y:.6f} {across:.6f} {down:.6f}"
