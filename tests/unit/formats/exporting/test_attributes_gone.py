"""Values of attributes that were deleted beside the save that brought them."""

from __future__ import annotations

import io
import zipfile

import pytest

from chalicelib.annotations.model.document import (
    AttributeValue,
    Document,
    Shape,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.formats import registry
from chalicelib.formats.exporting.source import Source
from tests.unit.formats import spatial
from tests.unit.formats.datasets import NOW, export, part, photos, task
from tests.unit.formats.sample import DOG

LEFT = [AttributeValue(999, "left behind")]


def drawn() -> Document:
    box = TrackedShape(type="rectangle", frame=0, points=[1, 2, 3, 4], attributes=LEFT)
    return Document(
        tags=[Tag(frame=0, label_id=DOG.id, attributes=LEFT)],
        shapes=[
            Shape(type="rectangle", frame=0, label_id=DOG.id, attributes=LEFT, points=[1, 2, 3, 4]),
            Shape(type="polygon", frame=0, label_id=DOG.id, attributes=LEFT,
                  points=[1, 2, 30, 4, 5, 60]),
            Shape(type="mask", frame=0, label_id=DOG.id, attributes=LEFT,
                  points=[0, 2, 3, 1, 5, 7, 7, 8]),
        ],
        tracks=[Track(frame=0, label_id=DOG.id, attributes=LEFT, shapes=[box])],
    )  # fmt: skip


def in_space() -> Document:
    shape = Shape(
        type="cuboid", frame=0, label_id=DOG.id, attributes=LEFT, points=spatial.cuboid(1, 2, 3)
    )
    return Document(shapes=[shape])


@pytest.mark.parametrize("name", [one.name for one in registry.exporters()])
def test_an_export_ends_well(name: str) -> None:
    if registry.exporter(name).dimension == "3d":
        frames = part(spatial.FRAMES[:2], in_space(), dimension="3d")
        source = Source("task", (DOG,), [frames], False, NOW)
    else:
        source = task(photos(["a.jpg", "b.jpg"]), drawn())
    body, _ = export(source, name)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert not any(b"left behind" in archive.read(member) for member in archive.namelist())
