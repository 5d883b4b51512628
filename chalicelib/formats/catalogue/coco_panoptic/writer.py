"""COCO Panoptic 1.0: a picture per frame in which every pixel names its segment.

`annotations/panoptic_<subset>.json`, pictures below `annotations/panoptic_<subset>/`, images below
`images/<subset>/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.coco.attributes import AttributeTexts
from chalicelib.formats.catalogue.coco.document import (
    quoted,
    subset_name,
    write_head,
    write_list,
)
from chalicelib.formats.catalogue.coco_panoptic.segments import Segment, is_thing, painted
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.images import below_images
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.geometry.png import colored
from chalicelib.formats.report import Report


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write a list of segments per subset. See `writing.WholeWriter`."""
    categories = [
        {
            "id": dataset.class_of[label.id] + 1,
            "name": label.name,
            "supercategory": "",
            "isthing": int(is_thing(label)),
        }
        for label in dataset.labels
    ]
    writer = _Writer(dataset, report)
    for subset, parts in dataset.subsets.items():
        with archive.text(f"{_folder(subset)}.json") as out:
            write_head(out, categories, parts, writer.first_image)
            write_list(out, writer.annotations(parts))
            out.write(b"]}")


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, report: Report
) -> Iterator[None]:
    """Write the picture of each frame, and its image. See `writing.FramesWriter`."""
    stuff, stems = _stuff(dataset), Stems(stretch.placed)
    images = stretch.images() if dataset.save_images else None
    for frame, content in stretch.contents():
        if images is not None:
            archive.image(below_images(dataset, stretch.placed, frame), next(images))
        # What is left out was said of the list of segments.
        found = painted(content, frame, stuff, Report())
        if any(found.segments):
            folder = _folder(stretch.placed.subset)
            archive.image(f"{folder}/{_picture(stems, frame)}", colored(found.colors()))
        yield


WRITER = Writer(write, write_frames)


class _Writer:
    """Writes lists of segments. Images are numbered through all subsets."""

    def __init__(self, dataset: Dataset, report: Report) -> None:
        self._dataset = dataset
        self._stuff = _stuff(dataset)
        self._attributes = AttributeTexts(dataset.label_of, report)
        self._report = report
        self.first_image = 1

    def annotations(self, parts: Sequence[Placed]) -> Iterator[str]:
        """An annotation per frame that has segments, as JSON."""
        for part in parts:
            stems = Stems(part)
            for image, (frame, content) in enumerate(part.contents(), self.first_image):
                found = painted(content, frame, self._stuff, self._report)
                segments = [self._segment(one) for one in found.segments if one is not None]
                if segments:
                    self._report.frames += 1
                    yield (
                        f'{{"image_id":{image},"file_name":{quoted(_picture(stems, frame))},'
                        f'"segments_info":[{",".join(segments)}]}}'
                    )
            self.first_image += len(part.frames)

    def _segment(self, segment: Segment) -> str:
        category = self._dataset.class_of[segment.leader.label_id] + 1
        left, top, wide, high = segment.box
        return (
            f'{{"id":{segment.number},"category_id":{category},"area":{segment.area},'
            f'"bbox":[{left},{top},{wide},{high}],"iscrowd":0,'
            f"{self._attributes.of(segment.leader, 0)}}}"
        )


def _stuff(dataset: Dataset) -> set[int]:
    return {label.id for label in dataset.labels if not is_thing(label)}


def _folder(subset: str) -> str:
    return f"annotations/panoptic_{subset_name(subset)}"


def _picture(stems: Stems, frame: Frame) -> str:
    return f"{stems.of(frame)}.png"
