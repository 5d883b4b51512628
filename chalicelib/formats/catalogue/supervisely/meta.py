"""`meta.json`: classes and tags of a project."""

from __future__ import annotations

from typing import Any

import msgspec

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.coco_keypoints.skeletons import edges
from chalicelib.formats.catalogue.supervisely.tags import TagTable
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.labels import LabelSpec

META = "meta.json"
#: Colour of labels that have none.
GREY = "#808080"


def write_meta(
    dataset: Dataset, tags: TagTable, archive: ArchiveWriter, shape: str, kind: str
) -> None:
    """Write `meta.json`.

    Args:
        shape: of the objects of a class that is no skeleton, "any" if it may be any.
        kind: what the project is of: "images", "point_clouds".
    """
    content = {
        "classes": [_class(label, number, shape) for number, label in enumerate(dataset.labels)],
        "tags": tags.metas(),
        "projectType": kind,
    }
    write_json(archive, META, content)


def write_json(archive: ArchiveWriter, name: str, content: Any) -> None:
    """Write a small file."""
    with archive.text(name) as member:
        member.write(msgspec.json.format(msgspec.json.encode(content), indent=1))


def _class(label: LabelSpec, number: int, shape: str) -> dict[str, Any]:
    return {
        "id": number,
        "title": label.name,
        "description": "",
        "color": label.color or GREY,
        "shape": "graph" if label.sublabels else shape,
        "geometry_config": _graph(label) if label.sublabels else {},
        "hotkey": "",
    }


def _graph(label: LabelSpec) -> dict[str, Any]:
    """Nodes are named as the skeleton's points are."""
    names = [one.name for one in label.sublabels]
    return {
        "nodes": {
            one.name: {"label": one.name, "loc": [0, 0], "color": one.color or GREY}
            for one in label.sublabels
        },
        "edges": [
            {"src": names[start - 1], "dst": names[stop - 1], "color": label.color or GREY}
            for start, stop in edges(label)
        ],
    }
