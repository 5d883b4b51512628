"""SageMaker Ground Truth 1.0: a manifest per subset with boxes, tags and pictures of classes.

`manifests/<subset>/output.manifest`, images below `images/<subset>/`, what is neither box nor tag
as pictures below `segmentation/<subset>/`. Paths are relative to the archive: where it is put into
a bucket, its address goes before them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from chalicelib.formats.archives.zip_writer import ArchiveWriter, CompressedText
from chalicelib.formats.catalogue.coco.document import encode, quoted
from chalicelib.formats.catalogue.sagemaker import layout
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset, Placed, safe_path
from chalicelib.formats.exporting.images import below_images
from chalicelib.formats.exporting.losses import note_facts, note_tags
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.geometry.colors import Color, label_colors, parse_color
from chalicelib.formats.geometry.outlines import AREAS
from chalicelib.formats.geometry.painting import (
    ATTRIBUTES,
    TRACKS,
    Painted,
    in_colors,
    paint_objects,
    paintable,
)
from chalicelib.formats.report import Report


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write the manifests. See `writing.WholeWriter`."""
    lines = _Lines(dataset, report)
    for subset, parts in dataset.subsets.items():
        with archive.text(f"manifests/{safe_path(subset)}/{layout.MANIFEST}") as out:
            for placed in parts:
                _write_part(out, placed, lines)


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, _report: Report
) -> Iterator[None]:
    """Write the picture of classes of each frame, and its image. See `writing.FramesWriter`."""
    classes, stems = _Classes(dataset), Stems(stretch.placed)
    images = stretch.images() if dataset.save_images else None
    for frame, content in stretch.contents():
        if images is not None:
            archive.image(below_images(dataset, stretch.placed, frame), next(images))
        # What is left out was said of the manifest.
        painted = classes.painted(content, frame, Report())
        if painted is not None:
            archive.image(_picture(stretch.placed, stems, frame), classes.picture(painted))
        yield


WRITER = Writer(write, write_frames)


def _write_part(out: CompressedText, placed: Placed, lines: _Lines) -> None:
    stems = Stems(placed)
    for frame, content in placed.contents():
        out.write((lines.line(placed, stems, frame, content) + "\n").encode())


class _Classes:
    """Numbers and colours of classes in pictures; 0 is what is no class."""

    def __init__(self, dataset: Dataset) -> None:
        self._numbers = {label: number + 1 for label, number in dataset.class_of.items()}
        found = label_colors(dataset.labels)
        white = parse_color(layout.BACKGROUND_COLOR) or (255, 255, 255)
        self.colors: list[Color] = [white, *(found[one.name] for one in dataset.labels)]

    def painted(self, content: FrameObjects, frame: Frame, report: Report) -> Painted | None:
        """What is neither box nor tag."""
        rest = [item for item in paintable(content) if not is_box(item)]
        painted = paint_objects(rest, frame, report, instances_told=False) if rest else None
        return painted if painted is not None and painted.instances else None

    def picture(self, painted: Painted) -> bytes:
        """The file of a picture."""
        classes = [self._numbers[item.label_id] for item in painted.instances]
        return in_colors(painted.with_values(classes, "u4").astype(np.uint32), self.colors)


class _Lines:
    """Makes lines of the manifest and says what is lost."""

    def __init__(self, dataset: Dataset, report: Report) -> None:
        self._dataset = dataset
        self._report = report
        self._classes = _Classes(dataset)
        self._names = {label.id: label.name for label in dataset.labels}
        self._of_jobs = (
            f'"human-annotated":"yes","creation-date":"{dataset.source.now[:19]}",'
            '"job-name":"labeling-job/export"'
        )

    def line(self, placed: Placed, stems: Stems, frame: Frame, content: FrameObjects) -> str:
        """The line of a frame."""
        before = self._report.objects
        path = below_images(self._dataset, placed, frame)
        boxes, tags = self._boxes(content, frame), self._tags(content, frame)
        mask = self._mask(_picture(placed, stems, frame), content, frame)
        line = f'{{"{layout.SOURCE_REF}":{quoted(path)}{boxes}{tags}{mask}}}'
        self._report.frames += self._report.objects > before
        return line

    def _boxes(self, content: FrameObjects, frame: Frame) -> str:
        boxes = [item for item in content.objects if is_box(item)]
        note_facts(self._report, frame, boxes, "score")
        for item in boxes:
            self._report.took("rectangle")
            if item.geometry.attributes:
                self._report.convert(ATTRIBUTES, frame.name)
            if item.track is not None:
                self._report.convert(TRACKS, frame.name)
        annotations = ",".join(map(self._box, boxes))
        scores = ",".join(f'{{"confidence":{item.score}}}' for item in boxes)
        used = {item.label_id for item in boxes}
        return (
            f',"{layout.BOXES}":{{"image_size":[{{"width":{frame.width},"height":{frame.height},'
            f'"depth":3}}],"annotations":[{annotations}]}},'
            f'"{layout.BOXES}{layout.METADATA}":{{"objects":[{scores}],'
            f'"class-map":{self._class_map(used)},"type":"{layout.BOXES_TYPE}",{self._of_jobs}}}'
        )

    def _box(self, item: ObjectOnFrame) -> str:
        left, top, right, bottom = item.geometry.points
        return (
            f'{{"class_id":{self._dataset.class_of[item.label_id]},"left":{_number(left)},'
            f'"top":{_number(top)},"width":{_number(right - left)},'
            f'"height":{_number(bottom - top)}}}'
        )

    def _tags(self, content: FrameObjects, frame: Frame) -> str:
        if not content.tags:
            return ""
        for tag in content.tags:
            self._report.took("tag")
            if tag.attributes:
                self._report.convert(ATTRIBUTES, frame.name)
        note_tags(self._report, frame, content.tags)
        used = {tag.label_id for tag in content.tags}
        numbers = sorted(self._dataset.class_of[label] for label in used)
        sure = ",".join(f'"{number}":1' for number in numbers)
        return (
            f',"{layout.TAGS}":{encode(numbers).decode()},"{layout.TAGS}{layout.METADATA}":'
            f'{{"class-map":{self._class_map(used)},"confidence-map":{{{sure}}},'
            f'"type":"{layout.TAGS_TYPE}",{self._of_jobs}}}'
        )

    def _mask(self, file: str, content: FrameObjects, frame: Frame) -> str:
        for item in content.objects:
            if item.kind not in AREAS:
                self._report.skip(f"{item.kind} cannot be written", frame.name)
        painted = self._classes.painted(content, frame, self._report)
        if painted is None:
            return ""
        shown = {"0": {"class-name": layout.BACKGROUND, "hex-color": layout.BACKGROUND_COLOR}}
        for label in dict.fromkeys(item.label_id for item in painted.instances):
            number = self._dataset.class_of[label] + 1
            red, green, blue = self._classes.colors[number]
            color = f"#{red:02x}{green:02x}{blue:02x}"
            shown[str(number)] = {"class-name": self._names[label], "hex-color": color}
        return (
            f',"{layout.MASK}":{quoted(file)},"{layout.MASK}{layout.METADATA}":'
            f'{{"internal-color-map":{encode(shown).decode()},"type":"{layout.MASK_TYPE}",'
            f"{self._of_jobs}}}"
        )

    def _class_map(self, used: set[int]) -> str:
        numbers = sorted((self._dataset.class_of[label], self._names[label]) for label in used)
        return encode({str(number): name for number, name in numbers}).decode()


def is_box(item: ObjectOnFrame) -> bool:
    """Whether an object is a box that is not turned."""
    return item.geometry.type == "rectangle" and not item.geometry.rotation


def _picture(placed: Placed, stems: Stems, frame: Frame) -> str:
    return f"segmentation/{placed.subset}/{stems.of(frame)}.png"


def _number(value: float) -> str:
    """A number of pixels, whole where it is."""
    rounded = round(float(value), 2)
    return str(int(rounded)) if rounded.is_integer() else str(rounded)
