"""Supervisely 1.0: `meta.json`, and for each subset `ann/<picture>.json` and `img/<picture>`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.datumaro.moving import Moving, is_keyframe, moving_joints
from chalicelib.formats.catalogue.supervisely.meta import write_json, write_meta
from chalicelib.formats.catalogue.supervisely.objects import Figures
from chalicelib.formats.catalogue.supervisely.tags import NUMBER, TEXT, TagTable
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset, Placed, safe_path
from chalicelib.formats.exporting.losses import note_tags
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.report import Report

#: Tags with a meaning of their own.
RESERVED = {
    "occluded": TEXT,
    "track_id": NUMBER,
    "keyframe": TEXT,
    "score": NUMBER,
    "z_order": NUMBER,
}
VALUES_OF_TAG = "values of a tag cannot be written"
TAG_NAME = "tag has the name of an attribute"


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write `meta.json`. See `writing.WholeWriter`."""
    write_meta(dataset, TagTable(dataset.labels, RESERVED, report), archive, "any", "images")


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, report: Report
) -> Iterator[None]:
    """Write annotations and pictures. See `writing.FramesWriter`."""
    describer = _Describer(dataset, stretch.placed, report)
    images = stretch.images() if dataset.save_images else None
    for frame, content in stretch.contents():
        name = safe_path(frame.file_name)
        content_of_file = describer.picture(frame, content)
        write_json(archive, f"{stretch.placed.subset}/ann/{name}.json", content_of_file)
        if images is not None:
            archive.image(f"{stretch.placed.subset}/img/{name}", next(images))
        yield


WRITER = Writer(write, write_frames)


class _Describer:
    """Makes the files of pictures."""

    def __init__(self, dataset: Dataset, placed: Placed, report: Report) -> None:
        self._labels = dataset.label_of
        skeletons = any(label.sublabels for label in dataset.labels)
        self._moving: Moving = moving_joints(placed)[1] if skeletons else {}
        # What the project's tags cannot hold was said when they were written.
        self._tags = TagTable(dataset.labels, RESERVED, Report())
        self._figures = Figures(dataset, report)
        self._report = report

    def picture(self, frame: Frame, content: FrameObjects) -> dict[str, Any]:
        """The annotation of a frame."""
        taken = {item.group for item in content.objects}
        objects: list[dict[str, Any]] = []
        for item in content.objects:
            figures = self._figures.of(item, frame)
            group = item.group
            if len(figures) > 1 and not group:
                group = max(taken) + 1
                taken.add(group)
            objects += [self._object(item, figure, group) for figure in figures]
        tags = list(self._image_tags(frame, content))
        self._report.frames += bool(objects or tags)
        return {
            "description": "",
            "name": safe_path(frame.file_name),
            "size": {"height": frame.height, "width": frame.width},
            "tags": tags,
            "objects": objects,
        }

    def _object(self, item: ObjectOnFrame, figure: dict[str, Any], group: int) -> dict[str, Any]:
        tags = self._tags.of(item.label_id, item.geometry.attributes)
        if item.geometry.occluded:
            tags.append(("occluded", "true"))
        if item.geometry.z_order:
            tags.append(("z_order", item.geometry.z_order))
        if item.score != 1:
            tags.append(("score", item.score))
        if item.track is not None:
            keyframe = is_keyframe(item, self._moving)
            tags += [("track_id", item.track), ("keyframe", "true" if keyframe else "false")]
        described = {
            "classTitle": self._labels[item.label_id].name,
            "description": "",
            "tags": [{"name": name, "value": value} for name, value in tags],
            **figure,
            "shape": figure["geometryType"],
        }
        if group:
            described["instance"] = str(group)
        return described

    def _image_tags(self, frame: Frame, content: FrameObjects) -> Iterator[dict[str, Any]]:
        for tag in content.tags:
            label = self._labels[tag.label_id]
            if not self._tags.may_tag(label):
                self._report.skip(TAG_NAME, f"{frame.name}: {label.name}")
                continue
            self._report.took("tag")
            note_tags(self._report, frame, [tag])
            if label.attributes:
                self._report.convert(VALUES_OF_TAG, f"{frame.name}: {label.name}")
            yield {"name": label.name}
