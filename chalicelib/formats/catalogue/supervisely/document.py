"""What is read of Supervisely's files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.upload import Upload

T = TypeVar("T")

Point = tuple[float, float]


class Tag(msgspec.Struct):
    name: str
    value: Any = None


class Points(msgspec.Struct):
    exterior: list[Point] = []
    interior: list[list[Point]] = []


class Bitmap(msgspec.Struct):
    """A mask. `origin`: left, top."""

    data: str
    origin: tuple[int, int]


class Node(msgspec.Struct):
    """A point of a skeleton."""

    loc: Point
    disabled: bool = False
    occluded: bool = False


class Figure(msgspec.Struct, rename="camel"):
    """An object of a picture."""

    class_title: str
    geometry_type: str = ""
    shape: str = ""
    points: Points = msgspec.field(default_factory=Points)
    bitmap: Bitmap | None = None
    nodes: dict[str, Node] = {}
    tags: list[Tag] = []
    instance: str | int | None = None


class Size(msgspec.Struct):
    width: int
    height: int


class Picture(msgspec.Struct):
    """The annotation of a picture."""

    objects: list[Figure]
    size: Size
    tags: list[Tag] = []


class _Node(msgspec.Struct):
    label: str = ""


class _Graph(msgspec.Struct):
    nodes: dict[str, _Node] = {}


class _Class(msgspec.Struct):
    title: str
    color: str = ""
    geometry_config: _Graph | None = None


class Meta(msgspec.Struct):
    """Classes of a project."""

    classes: list[_Class] = []

    def node_names(self) -> dict[str, dict[str, str]]:
        """Names of the points of skeletons, by class and node."""
        graphs = {one.title: one.geometry_config for one in self.classes}
        return {
            title: {key: node.label or key for key, node in graph.nodes.items()}
            for title, graph in graphs.items()
            if graph is not None
        }


def annotation_files(upload: Upload, subset: str | None) -> Iterator[tuple[str, str]]:
    """Files of annotations with the names of their pictures, of one subset if that is wanted.

    Raises:
        BadDataset: there is no folder of annotations.
    """
    found = False
    for file in upload.files(".json"):
        parts = file.split("/")
        if "ann" not in parts[:-1]:
            continue
        found = True
        at = parts.index("ann")
        if not subset or at == 0 or parts[at - 1] == subset:
            yield file, "/".join(parts[at + 1 :]).removesuffix(".json")
    if not found:
        raise BadDataset(upload.name, "is not a Supervisely project: it has no ann folder")


def decoded(upload: Upload, file: str, kind: type[T]) -> T:
    """A file. Raises BadDataset."""
    place = upload.place(file)
    body = upload.read(file)
    if not body.strip():
        raise BadDataset(place, "is empty")
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise BadDataset(place, f"is not what is expected: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadDataset(place, f"is not JSON: {error}") from None


def meta_of(upload: Upload, file: str) -> Meta:
    """The `meta.json` nearest above a file; empty if there is none. Raises BadDataset."""
    folder = file
    while folder:
        folder = folder.rpartition("/")[0]
        meta = f"{folder}/meta.json" if folder else "meta.json"
        if meta in upload:
            return decoded(upload, meta, Meta)
    return Meta()
