"""COCO Keypoints 1.0: skeletons, and loose points, in the layout in which CVAT writes them.

`annotations/person_keypoints_<subset>.json`, images below `images/<subset>/`. A box, polygon or
mask of the group of a skeleton is the outline of its annotation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.coco.attributes import AttributeTexts
from chalicelib.formats.catalogue.coco.document import subset_name, write_head, write_list
from chalicelib.formats.catalogue.coco.instances import Instance, boxed, segmented
from chalicelib.formats.catalogue.coco.instances import instances_on_frame as outlines_on_frame
from chalicelib.formats.catalogue.coco_keypoints.skeletons import category_of
from chalicelib.formats.catalogue.datumaro.moving import is_keyframe, moving_joints
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.images import below_images, images_only
from chalicelib.formats.exporting.losses import GROUP, note_facts
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.writing import Writer
from chalicelib.formats.geometry.outlines import Box
from chalicelib.formats.report import Report

#: What COCO calls a point that is not in the picture, that is hidden, and that can be seen.
ABSENT, HIDDEN, VISIBLE = 0, 1, 2

#: x, y, visibility.
Keypoint = tuple[float, float, int]


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write a file of annotations per subset. See `writing.WholeWriter`."""
    writer = _Writer(dataset, report)
    categories = [category_of(label, dataset.class_of[label.id] + 1) for label in dataset.labels]
    for subset, parts in dataset.subsets.items():
        with archive.text(f"annotations/person_keypoints_{subset_name(subset)}.json") as out:
            write_head(out, categories, parts, writer.first_image)
            write_list(out, writer.annotations(parts))
            out.write(b"]}")


WRITER = Writer(write, images_only(below_images), annotates_frames=False)


class _Writer:
    """Writes annotations. Images are numbered through all subsets, annotations within each."""

    def __init__(self, dataset: Dataset, report: Report) -> None:
        self._labels = dataset.label_of
        self._has_skeletons = any(label.sublabels for label in dataset.labels)
        self._attributes = AttributeTexts(dataset.label_of, report)
        self._categories = {label: number + 1 for label, number in dataset.class_of.items()}
        self._report = report
        self.first_image = 1
        self._first_track = 0

    def annotations(self, parts: Sequence[Placed]) -> Iterator[str]:
        """The annotations of a subset as JSON."""
        number = 1
        for part in parts:
            tracks = -1
            moving = moving_joints(part)[1] if self._has_skeletons else {}
            for image, (frame, content) in enumerate(part.contents(), self.first_image):
                begun = number
                for item, outline in self._on_frame(content, frame):
                    if not item.keyframe and is_keyframe(item, moving):
                        item = replace(item, keyframe=True)
                    yield self._annotation(number, image, item, outline, frame)
                    number += 1
                    if item.track is not None:
                        tracks = max(tracks, item.track)
                self._report.frames += number > begun
            self.first_image += len(part.frames)
            self._first_track += tracks + 1

    def _on_frame(
        self, content: FrameObjects, frame: Frame
    ) -> Iterator[tuple[ObjectOnFrame, Instance | None]]:
        """Skeletons and points with their outlines; what is neither goes into the report."""
        pointed = [one for one in content.objects if one.kind in ("skeleton", "points")]
        groups = {one.group for one in pointed if one.group and one.kind == "skeleton"}
        others = [one for one in content.objects if one.kind not in ("skeleton", "points")]
        outlines, left_out = outlines_on_frame(FrameObjects(content.frame, others, content.tags))
        of_group: dict[int, Instance] = {}
        for outline in outlines:
            group = outline.parts[0].group
            if group in groups and group not in of_group:
                of_group[group] = outline
                for part in outline.parts:
                    self._report.took(part.kind)
            else:
                left_out += [part.kind for part in outline.parts]
        for kind in left_out:
            self._report.skip(f"{kind} cannot be written", frame.name)
        note_facts(self._report, frame, pointed, "occluded", "score", "group")
        for item in pointed:
            self._report.took(item.kind)
            of_item = of_group.pop(item.group, None) if item.kind == "skeleton" else None
            if item.group and of_item is None:
                self._report.convert(GROUP, frame.name)
            yield item, of_item

    def _annotation(
        self, number: int, image: int, item: ObjectOnFrame, outline: Instance | None, frame: Frame
    ) -> str:
        keypoints = self._keypoints(item)
        left, top, wide, high = _around(keypoints) if outline is None else boxed(outline)
        segmentation, area, is_crowd = "[]", wide * high, False
        if outline is not None and outline.parts[0].kind != "rectangle":
            segmentation, area, is_crowd = segmented(outline, frame)
        flat = ",".join([f"{x:.2f},{y:.2f},{state}" for x, y, state in keypoints])
        score = "" if item.score == 1 else f'"score":{item.score},'
        return (
            f'{{"id":{number},"image_id":{image},"category_id":{self._categories[item.label_id]},'
            f'"segmentation":{segmentation},"area":{area:.2f},'
            f'"bbox":[{left:.2f},{top:.2f},{wide:.2f},{high:.2f}],"iscrowd":{is_crowd:d},{score}'
            f'{self._attributes.of(item, self._first_track)},"keypoints":[{flat}],'
            f'"num_keypoints":{sum(state != ABSENT for _, _, state in keypoints)}}}'
        )

    def _keypoints(self, item: ObjectOnFrame) -> list[Keypoint]:
        """The points of an object, those of a skeleton in the label's order."""
        if item.kind == "points":
            points = item.geometry.points
            state = HIDDEN if item.geometry.occluded else VISIBLE
            return [(x, y, state) for x, y in zip(points[::2], points[1::2], strict=True)]
        found: dict[int, Keypoint] = {}
        for one in item.elements:
            state = ABSENT if one.outside else HIDDEN if one.occluded else VISIBLE
            if len(one.points) == 2:
                found[one.label_id] = (one.points[0], one.points[1], state)
        sublabels = self._labels[item.label_id].sublabels
        return [found.get(one.id, (0.0, 0.0, ABSENT)) for one in sublabels]


def _around(keypoints: Sequence[Keypoint]) -> Box:
    """The box around points that are in the picture, as left, top, width and height."""
    xs = [x for x, _, state in keypoints if state != ABSENT]
    ys = [y for _, y, state in keypoints if state != ABSENT]
    if not xs:
        return 0.0, 0.0, 0.0, 0.0
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
