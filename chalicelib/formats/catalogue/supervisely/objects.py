"""Objects of a picture as Supervisely's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from chalicelib.annotations.model.document import Geometry, SubShape
from chalicelib.formats.exporting.contents import ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.losses import note_facts
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.outlines import outline
from chalicelib.formats.report import Report

TURNED = "turned rectangle became a polygon"
ELLIPSE = "ellipse became a polygon"
SEVERAL = "several points became single points in a group"
CUBOID = "cuboid cannot be written"
NOT_A_POINT = "element of a skeleton is not a point"


class Figures:
    """Makes figures of objects: a type, and where it is."""

    def __init__(self, dataset: Dataset, report: Report) -> None:
        self._labels = dataset.label_of
        self._report = report

    def of(self, item: ObjectOnFrame, frame: Frame) -> Sequence[dict[str, Any]]:
        """Figures of an object: several of several points, none of what cannot be written."""
        geometry = item.geometry
        self._note(item, frame)
        if geometry.type == "skeleton":
            return [self._graph(item, frame)]
        return list(_FIGURES[geometry.type](geometry))

    def _note(self, item: ObjectOnFrame, frame: Frame) -> None:
        kind = item.kind
        if kind == "cuboid":
            self._report.skip(CUBOID, frame.name)
            return
        self._report.took(kind)
        note_facts(self._report, frame, [item], "group", "z_order", "occluded", "score")
        if kind == "ellipse":
            self._report.convert(ELLIPSE, frame.name)
        elif kind == "rectangle" and item.geometry.rotation:
            self._report.convert(TURNED, frame.name)
        elif kind == "points" and len(item.geometry.points) > 2:
            self._report.convert(SEVERAL, frame.name)

    def _graph(self, item: ObjectOnFrame, frame: Frame) -> dict[str, Any]:
        nodes = {}
        for element in item.elements:
            name = self._labels[element.label_id].name
            if len(element.points) == 2:
                nodes[name] = _node(element)
            else:
                self._report.skip(NOT_A_POINT, f"{frame.name}: {name}")
        return {"geometryType": "graph", "nodes": nodes}


def _node(element: SubShape) -> dict[str, Any]:
    """A point of a skeleton; beyond Supervisely, what is hidden and what is not there at all."""
    node: dict[str, Any] = {"loc": element.points}
    if element.outside:
        node |= {"disabled": True}
    if element.occluded:
        node |= {"occluded": True}
    return node


def _exterior(kind: str, points: Sequence[float]) -> dict[str, Any]:
    pairs = [points[at : at + 2] for at in range(0, len(points), 2)]
    return {"geometryType": kind, "points": {"exterior": pairs, "interior": []}}


def _rectangle(geometry: Geometry) -> Iterator[dict[str, Any]]:
    if geometry.rotation:
        yield from _polygon(geometry)
    else:
        yield _exterior("rectangle", geometry.points)


def _polygon(geometry: Geometry) -> Iterator[dict[str, Any]]:
    yield _exterior("polygon", outline(geometry))


def _line(geometry: Geometry) -> Iterator[dict[str, Any]]:
    yield _exterior("line", geometry.points)


def _points(geometry: Geometry) -> Iterator[dict[str, Any]]:
    points = geometry.points
    for at in range(0, len(points), 2):
        yield _exterior("point", points[at : at + 2])


def _mask(geometry: Geometry) -> Iterator[dict[str, Any]]:
    # numpy is needed for masks alone.
    from chalicelib.formats.catalogue.supervisely.bitmaps import encoded

    data, left, top = encoded(geometry.points)
    yield {"geometryType": "bitmap", "bitmap": {"data": data, "origin": [left, top]}}


def _nothing(_geometry: Geometry) -> Iterator[dict[str, Any]]:
    return iter(())


_FIGURES: dict[str, Callable[[Geometry], Iterator[dict[str, Any]]]] = {
    "rectangle": _rectangle,
    "polygon": _polygon,
    "ellipse": _polygon,
    "polyline": _line,
    "points": _points,
    "mask": _mask,
    "cuboid": _nothing,
}
