"""COCO 1.0: boxes, polygons and masks, in the layout and the order in which CVAT writes them.

`annotations/instances_<subset>.json`, images below `images/<subset>/`. Objects of one group that
have the same label are parts of one instance if a polygon is among them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.coco.attributes import PLAIN_BOX, AttributeTexts
from chalicelib.formats.catalogue.coco.document import subset_name, write_head, write_list
from chalicelib.formats.catalogue.coco.instances import (
    Instance,
    boxed,
    instances_on_frame,
    segmented,
)
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.images import below_images, images_only
from chalicelib.formats.exporting.losses import note_facts, note_groups
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.writing import Writer
from chalicelib.formats.report import Report

_BOX = (
    '{"id":%d,"image_id":%d,"category_id":%d,"segmentation":[],"area":%.2f,'
    '"bbox":[%.2f,%.2f,%.2f,%.2f],"iscrowd":0,%s}'
)
ELLIPSE = "ellipse became a polygon"


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write a file of annotations per subset. See `writing.WholeWriter`."""
    writer = _Writer(dataset, report)
    categories = [
        {"id": number + 1, "name": dataset.label_of[label].name, "supercategory": ""}
        for label, number in dataset.class_of.items()
    ]
    for subset, parts in dataset.subsets.items():
        with archive.text(f"annotations/instances_{subset_name(subset)}.json") as out:
            write_head(out, categories, parts, writer.first_image)
            write_list(out, writer.annotations(parts))
            out.write(b"]}")


WRITER = Writer(write, images_only(below_images), annotates_frames=False)


class _Writer:
    """Writes annotations. Images are numbered through all subsets, annotations within each."""

    def __init__(self, dataset: Dataset, report: Report) -> None:
        self._attributes = AttributeTexts(dataset.label_of, report)
        self._categories = {label: number + 1 for label, number in dataset.class_of.items()}
        self._report = report
        self._taken: Counter[str] = Counter()
        self.first_image = 1
        self._first_track = 0

    def annotations(self, parts: Sequence[Placed]) -> Iterator[str]:
        """The annotations of a subset as JSON, those of a frame at once."""
        number = 1
        for part in parts:
            tracks = -1
            for image, (frame, content) in enumerate(part.contents(), self.first_image):
                if texts := self._on_frame(content, frame, number, image):
                    yield ",".join(texts)
                    number += len(texts)
                    self._report.frames += 1
                    tracks = max([tracks, *_tracks(content)])
            self.first_image += len(part.frames)
            self._first_track += tracks + 1
        for kind, count in self._taken.items():
            self._report.took(kind, count)
        self._taken.clear()

    def _on_frame(self, content: FrameObjects, frame: Frame, number: int, image: int) -> list[str]:
        objects = content.objects
        if not content.tags and all(item.geometry.type == "rectangle" for item in objects):
            # Plain boxes: of them most datasets are.
            self._taken["rectangle"] += len(objects)
            note_facts(self._report, frame, objects, "occluded", "score")
            return self._boxes(number, image, objects)
        instances, left_out = instances_on_frame(content)
        for kind in left_out:
            self._report.skip(f"{kind} cannot be written", frame.name)
        taken = list(chain.from_iterable(instance.parts for instance in instances))
        note_facts(self._report, frame, taken, "occluded", "score", "group")
        note_groups(self._report, frame, [instance.parts[0] for instance in instances])
        for part in taken:
            self._taken[part.kind] += 1
            if part.kind == "ellipse":
                self._report.convert(ELLIPSE, frame.name)
        return [self._instance(at, image, one, frame) for at, one in enumerate(instances, number)]

    def _boxes(self, number: int, image: int, items: Sequence[ObjectOnFrame]) -> list[str]:
        """Boxes with the ids from `number` on. Two million of them may follow each other."""
        found = []
        plain, tails = self._attributes.plain, PLAIN_BOX
        for item in items:
            geometry = item.geometry
            left, top, right, bottom = geometry.points
            wide, high = right - left, bottom - top
            if item.label_id in plain and item.track is None and item.score == 1:
                tail = tails[geometry.occluded] if not geometry.rotation else self._tail(item)
            else:
                tail = self._tail(item)
            found.append(
                _BOX
                % (
                    number, image, self._categories[item.label_id], wide * high, left, top, wide,
                    high, tail,
                )
            )  # fmt: skip
            number += 1
        return found

    def _instance(self, number: int, image: int, instance: Instance, frame: Frame) -> str:
        leader = instance.parts[0]
        if leader.geometry.type == "rectangle":
            return self._boxes(number, image, instance.parts)[0]
        segmentation, area, is_crowd = segmented(instance, frame)
        left, top, wide, high = boxed(instance)
        return (
            f'{{"id":{number},"image_id":{image},"category_id":{self._categories[leader.label_id]},'
            f'"segmentation":{segmentation},"area":{area:.2f},'
            f'"bbox":[{left:.2f},{top:.2f},{wide:.2f},{high:.2f}],"iscrowd":{is_crowd:d},'
            f"{self._tail(leader)}}}"
        )

    def _tail(self, item: ObjectOnFrame) -> str:
        attributes = self._attributes.of(item, self._first_track)
        return attributes if item.score == 1 else f'"score":{item.score},{attributes}'


def _tracks(content: FrameObjects) -> list[int]:
    return [item.track for item in content.objects if item.track is not None]
