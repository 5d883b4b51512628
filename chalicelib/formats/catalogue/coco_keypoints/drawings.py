"""Skeletons that datasets name points of, drawn, as labels need it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import cos, pi, sin

from chalicelib.formats.labels import AttributeSpec, LabelSpec
from chalicelib.formats.text.xml_writer import quoted

#: Pixels of a drawing.
SIZE = 100


def skeleton_label(
    name: str,
    points: Sequence[str],
    edges: Iterable[Sequence[int]],
    attributes: tuple[AttributeSpec, ...] = (),
) -> LabelSpec:
    """A label, of a skeleton if it has points. Points that have one name are one.

    Args:
        edges: pairs of numbers of points, from 1, that are joined; others are passed over.
    """
    names = list(dict.fromkeys(points))
    if not names:
        return LabelSpec(0, name, attributes=attributes)
    return LabelSpec(
        0,
        name,
        "",
        "skeleton",
        attributes,
        tuple(LabelSpec(0, one, "", "points") for one in names),
        "".join(_drawn(names, edges)),
    )


def _drawn(names: Sequence[str], edges: Iterable[Sequence[int]]) -> Iterator[str]:
    """The points on a circle, from its top on."""
    places = [
        (round(SIZE * (0.5 + 0.4 * sin(turn)), 2), round(SIZE * (0.5 - 0.4 * cos(turn)), 2))
        for turn in (2 * pi * at / len(names) for at in range(len(names)))
    ]
    for edge in edges:
        if len(edge) == 2 and all(1 <= end <= len(names) for end in edge):
            (x1, y1), (x2, y2) = (places[end - 1] for end in edge)
            yield (
                f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" data-type="edge" '
                f'data-node-from="{edge[0]}" data-node-to="{edge[1]}"></line>'
            )
    for number, (name, (x, y)) in enumerate(zip(names, places, strict=True), 1):
        yield (
            f'<circle r="1.5" cx="{x}" cy="{y}" data-type="element node" '
            f'data-element-id="{number}" data-node-id="{number}" '
            f'data-label-name="{quoted(name)}"></circle>'
        )
