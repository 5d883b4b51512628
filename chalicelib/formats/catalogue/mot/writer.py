"""MOT 1.1: `gt/gt.txt`, `gt/labels.txt`, images in `img1/`.

A line is `frame,track,left,top,width,height,confidence,class,visibility`. Classes are counted from
1; shapes that are of no track have track -1. Confidence is 0 for objects that an attribute
`ignored` marks; visibility is an attribute of that name, or 0 for what is occluded.
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.mot.numbering import FrameNumbers
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset, Placed, safe_path
from chalicelib.formats.exporting.folders import one_line
from chalicelib.formats.exporting.images import images_only
from chalicelib.formats.exporting.losses import ATTRIBUTES, PLAIN_SOURCES, TURNED, note_facts
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.writing import Writer
from chalicelib.formats.labels import LabelSpec, named_values
from chalicelib.formats.report import Report

#: Lines that are compressed at a time.
PIECE = 500
IGNORED, VISIBILITY = "ignored", "visibility"


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write the annotations. See `writing.WholeWriter`."""
    numbers = FrameNumbers(dataset)
    writer = _Writer(dataset, report)
    with archive.text("gt/gt.txt") as member:
        pending: list[bytes] = []
        for placed in dataset.parts:
            writer.start_task()
            for frame, content in placed.contents():
                pending += writer.lines(numbers.of(placed, frame), frame, content)
                if len(pending) > PIECE:
                    member.write(b"".join(pending))
                    pending.clear()
        member.write(b"".join(pending))
    with archive.text("gt/labels.txt") as member:
        names = (one_line(label.name) for label in dataset.labels)
        member.write("\n".join(names).encode())


def image_path(dataset: Dataset, placed: Placed, frame: Frame) -> str:
    """Where the picture of a frame is; subsets of a project have folders of their own."""
    folder = f"{placed.subset}/" if len(dataset.subsets) > 1 else ""
    return f"img1/{safe_path(folder + frame.file_name)}"


WRITER = Writer(write, images_only(image_path), annotates_frames=False)


class _Writer:
    """Writes lines of frames. Tracks are numbered from 1 as they appear, through all tasks."""

    def __init__(self, dataset: Dataset, report: Report) -> None:
        self._labels = dataset.label_of
        self._classes = {label: number + 1 for label, number in dataset.class_of.items()}
        #: Labels whose attributes say something, and those with attributes that nothing can hold.
        self._telling = {one.id for one in dataset.labels if _names(one) & {IGNORED, VISIBILITY}}
        self._losing = {one.id for one in dataset.labels if _names(one) - {IGNORED, VISIBILITY}}
        #: How lines end: of what is in sight, and of what is occluded.
        self._ends = {
            label: (_end(1, number, 1.0), _end(1, number, 0.0))
            for label, number in self._classes.items()
        }
        self._report = report
        self._count = 0
        self._tracks: dict[int, int] = {}
        #: Tracks with more to tell than where they are.
        self._marked: set[int] = set()

    def start_task(self) -> None:
        """The tracks that follow are those of another task."""
        self._tracks = {}
        self._marked = set()

    def lines(self, number: int, frame: Frame, content: FrameObjects) -> Sequence[bytes]:
        """The lines of a frame."""
        written: list[bytes] = []
        marked: list[ObjectOnFrame] = []
        lost = turned = 0
        ends, losing, telling, tracks = self._ends, self._losing, self._telling, self._tracks
        for item in content.objects:
            geometry, label, track = item.geometry, item.label_id, item.track
            if geometry.type != "rectangle":
                self._report.skip(f"{geometry.type} cannot be written", frame.name)
                continue
            if geometry.rotation % 360:
                turned += 1
            if label in losing:
                lost += 1
            left, top, right, bottom = geometry.points
            if track is None:
                track = -1
                marked.append(item)
            else:
                if track not in tracks:
                    self._begin(track, item)
                if geometry.z_order or track in self._marked:
                    marked.append(item)
                track = tracks[track]
            end = self._told(item) if label in telling else ends[label][geometry.occluded]
            # Bytes are formatted in half the time of text.
            written.append(
                b"%d,%d,%.2f,%.2f,%.2f,%.2f,%b"
                % (number, track, left, top, right - left, bottom - top, end)
            )
        note_facts(self._report, frame, marked, "occluded")
        self._note(frame, content, len(written), lost, turned)
        return written

    def _begin(self, track: int, item: ObjectOnFrame) -> None:
        self._count += 1
        self._tracks[track] = self._count
        if item.group or item.source not in PLAIN_SOURCES:
            self._marked.add(track)

    def _told(self, item: ObjectOnFrame) -> bytes:
        """The end of a line, as attributes tell it."""
        confidence, visibility = 1, 0.0 if item.geometry.occluded else 1.0
        for spec, value in named_values(self._labels[item.label_id], item.geometry.attributes):
            if spec.name == IGNORED:
                confidence = int(value.lower() != "true")
            elif spec.name == VISIBILITY:
                visibility = _part(value, visibility)
        return _end(confidence, self._classes[item.label_id], visibility)

    def _note(
        self, frame: Frame, content: FrameObjects, written: int, lost: int, turned: int
    ) -> None:
        report = self._report
        if content.tags:
            report.skip("tag cannot be written", frame.name, len(content.tags))
        if written:
            report.frames += 1
            report.took("rectangle", written)
        if lost:
            report.convert(ATTRIBUTES, frame.name, lost)
        if turned:
            report.convert(TURNED, frame.name, turned)


def _names(label: LabelSpec) -> set[str]:
    return {spec.name for spec in label.attributes}


def _end(confidence: int, number: int, visibility: float) -> bytes:
    return f"{confidence},{number},{visibility}\n".encode()


def _part(value: str, otherwise: float) -> float:
    try:
        return float(value)
    except ValueError:
        return otherwise
