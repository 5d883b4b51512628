"""Sly Point Cloud Format 1.0: `meta.json`, `key_id_map.json`, and the point clouds in `ds0`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from chalicelib.annotations.model.document import Tag
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.sly_point_cloud.keys import cuboids_of, frame_key, write_keys
from chalicelib.formats.catalogue.supervisely.meta import write_json, write_meta
from chalicelib.formats.catalogue.supervisely.tags import TEXT, TagTable
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset, Placed, safe_path
from chalicelib.formats.exporting.losses import note_facts, note_tags
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.report import Report

FOLDER = "ds0"
#: Tags with a meaning of their own.
RESERVED = {"occluded": TEXT, "keyframe": TEXT}
NO_CUBOID = "object is no cuboid"
TAG_NAME = "tag has the name of an attribute"
VALUES_OF_TAG = "values of a tag cannot be written"
#: Where cameras stand is not known.
_CAMERA = {
    "sensorsData": {"extrinsicMatrix": [0] * 12, "intrinsicMatrix": [0] * 9},
}


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write what is about the project. See `writing.WholeWriter`."""
    tags = TagTable(dataset.labels, RESERVED, report)
    write_meta(dataset, tags, archive, "cuboid_3d", "point_clouds")
    write_keys(dataset, archive)


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, report: Report
) -> Iterator[None]:
    """Write annotations, point clouds and their pictures. See `writing.FramesWriter`."""
    describer = _Describer(dataset, stretch.placed, report)
    clouds = stretch.images() if dataset.save_images else None
    for frame, content in stretch.contents():
        name = _name(dataset, stretch.placed, frame)
        write_json(archive, f"{FOLDER}/ann/{name}.json", describer.frame(frame, content))
        if clouds is not None:
            archive.image(f"{FOLDER}/pointcloud/{name}", next(clouds))
            _write_pictures(archive, stretch.placed, frame, name)
        yield


WRITER = Writer(write, write_frames)


def _name(dataset: Dataset, placed: Placed, frame: Frame) -> str:
    """The file of a point cloud. The format has no subsets: of several, each is a folder."""
    path = safe_path(frame.file_name)
    return f"{placed.subset}/{path}" if len(dataset.subsets) > 1 else path


def _write_pictures(archive: ArchiveWriter, placed: Placed, frame: Frame, name: str) -> None:
    stem, _, suffix = name.rpartition(".")
    folder = f"{FOLDER}/related_images/{stem or name}_{suffix}"
    for picture in placed.part.context_images(frame):
        file = PurePosixPath(safe_path(picture.name)).name
        archive.image(f"{folder}/{file}", picture.body)
        write_json(archive, f"{folder}/{file}.json", {"name": file, "meta": _CAMERA})


class _Describer:
    """Makes the files of frames."""

    def __init__(self, dataset: Dataset, placed: Placed, report: Report) -> None:
        self._labels = dataset.label_of
        # What the project's tags cannot hold was said when they were written.
        self._tags = TagTable(dataset.labels, RESERVED, Report())
        self._placed = placed
        self._report = report
        meta = placed.meta
        self._made = {
            "labelerLogin": meta.owner.username if meta.owner else "",
            "createdAt": meta.created,
            "updatedAt": meta.updated,
        }

    def frame(self, frame: Frame, content: FrameObjects) -> dict[str, Any]:
        """The annotation of a frame."""
        objects, figures = [], []
        for item, object_key, figure_key in cuboids_of(self._placed, content):
            note_facts(self._report, frame, [item], "occluded")
            objects.append(self._object(item, object_key))
            figures.append(self._figure(item, object_key, figure_key))
        if figures:
            self._report.took("cuboid", len(figures))
        if len(figures) < len(content.objects):
            self._report.skip(NO_CUBOID, frame.name, len(content.objects) - len(figures))
        tags = [self._image_tag(tag, frame) for tag in content.tags]
        found = [tag for tag in tags if tag is not None]
        self._report.frames += bool(figures or found)
        return {
            "description": "",
            "key": frame_key(self._placed, frame),
            "tags": found,
            "objects": objects,
            "figures": figures,
        }

    def _object(self, item: ObjectOnFrame, key: str) -> dict[str, Any]:
        geometry = item.geometry
        tags = self._tags.of(item.label_id, geometry.attributes)
        tags.append(("occluded", "true" if geometry.occluded else "false"))
        if item.track is not None:
            tags.append(("keyframe", "true" if item.keyframe else "false"))
        return {
            "key": key,
            "classTitle": self._labels[item.label_id].name,
            "tags": [
                {"key": f"{key}-{at}", "name": name, "value": value, **self._made}
                for at, (name, value) in enumerate(tags)
            ],
            "objects": [],
            "figures": [],
            **self._made,
        }

    def _figure(self, item: ObjectOnFrame, object_key: str, key: str) -> dict[str, Any]:
        points = item.geometry.points
        parts = {"position": points[:3], "rotation": points[3:6], "dimensions": points[6:9]}
        return {
            "key": key,
            "objectKey": object_key,
            "geometryType": "cuboid_3d",
            "geometry": {
                name: dict(zip("xyz", values, strict=True)) for name, values in parts.items()
            },
            **self._made,
        }

    def _image_tag(self, tag: Tag, frame: Frame) -> dict[str, Any] | None:
        label = self._labels[tag.label_id]
        if not self._tags.may_tag(label):
            self._report.skip(TAG_NAME, f"{frame.name}: {label.name}")
            return None
        self._report.took("tag")
        note_tags(self._report, frame, [tag])
        if label.attributes:
            self._report.convert(VALUES_OF_TAG, f"{frame.name}: {label.name}")
        key = f"{frame_key(self._placed, frame)}-{label.id}"
        return {"key": key, "name": label.name, "value": "", **self._made}
