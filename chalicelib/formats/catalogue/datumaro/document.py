"""What is read of a file of datumaro."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.text import json_items


class Runs(msgspec.Struct):
    """Runs of a mask in COCO's text. `size`: height, width."""

    counts: str
    size: tuple[int, int]


class Annotation(msgspec.Struct):
    """An annotation, or a point of a skeleton: that has a `label_id` of CVAT, a `label` of us."""

    type: str
    label_id: int | None = None
    label: str | None = None
    attributes: dict[str, Any] | None = None
    group: int | None = 0
    points: list[Any] = []
    bbox: list[float] = []
    rle: Runs | None = None
    position: list[float] = []
    rotation: list[float] = []
    scale: list[float] = []
    visibility: list[int] = []
    elements: list[Annotation] = []
    z_order: int | None = 0


class Media(msgspec.Struct):
    """`size`: height, width."""

    path: str | None = None
    size: list[Any] | None = None


class Item(msgspec.Struct):
    """A picture or point cloud."""

    id: str
    annotations: list[Annotation] = []
    attr: dict[str, Any] | None = None
    image: Media | None = None
    point_cloud: Media | None = None

    @property
    def path(self) -> str:
        """Path of its file, "" if that is not said."""
        media = self.image or self.point_cloud
        return media.path or "" if media else ""


class _Label(msgspec.Struct):
    name: str
    parent: str | None = None
    attributes: list[str] = []


class _Labels(msgspec.Struct):
    labels: list[_Label]


class _Skeleton(msgspec.Struct):
    label_id: int
    labels: list[str] = []
    joints: list[list[int]] = []


class _Skeletons(msgspec.Struct):
    items: list[_Skeleton] = []


class Categories(msgspec.Struct):
    """Labels by number, and names of the points of those that are skeletons."""

    label: _Labels = msgspec.field(default_factory=lambda: _Labels([]))
    points: _Skeletons = msgspec.field(default_factory=_Skeletons)

    @property
    def joints(self) -> dict[int, list[str]]:
        """Names of points by label."""
        return {one.label_id: one.labels for one in self.points.items}


def annotation_files(upload: Upload, subset: str | None) -> Sequence[str]:
    """The files of an upload that have annotations, of one subset if that is wanted.

    Raises:
        BadDataset: there is none.
    """
    files = upload.wanted(".json")
    inside = [one for one in files if "annotations" in one.split("/")[:-1]]
    found = inside or [one for one in files if one != "report.json"]
    if not found:
        raise BadDataset(upload.name, "is not a Datumaro dataset: it has no .json file of items")
    if subset:
        found = [one for one in found if one in ("", _file_name(one, subset))]
    return found


def categories_of(upload: Upload, file: str) -> Categories:
    """The categories of a file. Raises BadDataset if it is of another format."""
    for key in ("categories", "items"):
        if key not in json_items.outline(upload, file):
            place = upload.place(file)
            raise BadDataset(place, f'is not a Datumaro dataset: it has no "{key}"')
    return json_items.value(upload, file, "categories", Categories) or Categories()


def _file_name(file: str, subset: str) -> str:
    folder = file.rpartition("/")[0]
    return f"{folder}/{subset.replace('/', '_')}.json".lstrip("/")
