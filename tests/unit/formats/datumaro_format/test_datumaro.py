"""Datumaro reads what we write in its format, and we read what it writes."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from datumaro.components.annotation import (
    AnnotationType,
    Bbox,
    Cuboid2D,
    Cuboid3d,
    Ellipse,
    Label,
    LabelCategories,
    Mask,
    Points,
    PointsCategories,
    Polygon,
    PolyLine,
)
from datumaro.components.dataset import Dataset
from datumaro.components.dataset_base import DatasetItem
from datumaro.components.media import Image, PointCloud

from chalicelib.annotations.model.document import Shape
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.masks import bitmap
from chalicelib.formats.importing.target import Target
from tests.unit.formats import sample, spatial
from tests.unit.formats.datasets import export, read

# Of datumaro and pycocotools.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning"),
]


def _opened(body: bytes, folder: Path) -> dict[str, DatasetItem]:
    zipfile.ZipFile(io.BytesIO(body)).extractall(folder)
    return {item.id: item for item in Dataset.import_from(str(folder), "datumaro")}


def _packed(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, str(path.relative_to(folder)))
    return packed.getvalue()


def test_datumaro_finds_the_same_objects(tmp_path: Path) -> None:
    body, _ = export(sample.source(images=True), "Datumaro 1.0")
    items = _opened(body, tmp_path)
    assert list(items) == ["a", "folder/b.x", "кот", "empty"]
    assert (items["a"].media.size, items["a"].attributes) == ((30, 40), {"frame": 0})
    assert Path(items["folder/b.x"].media.path).read_bytes() == b"picture 1"
    tag, box, one, _, person, turned = items["a"].annotations
    assert (tag.type, tag.label) == (AnnotationType.label, 1)
    assert (box.points, box.label) == ([2, 3, 12.5, 13], 0)
    assert box.attributes == {
        "asleep": True, "age": 2.0, "name": "Ann & Co", "occluded": False, "rotation": 0.0,
    }  # fmt: skip
    assert (one.points, one.group) == (sample.SHAPES[2].points, 4)
    assert [int(value) for value in person.visibility] == [2, 1, 0]
    assert (turned.attributes["rotation"], turned.attributes["score"]) == (30, 0.75)
    ellipse, line, points = items["folder/b.x"].annotations
    assert (ellipse.type, ellipse.points) == (AnnotationType.ellipse, [10, 10, 30, 20])
    assert line.points == [1, 1, 5, 9, 12, 4]
    assert points.points == [3, 25, 6, 27]
    _, mask, cuboid = items["кот"].annotations
    assert np.array_equal(mask.image[8:11, 10:14], bitmap(sample.SHAPES[-2].points))
    assert cuboid.points[:4] == [(4, 4), (8, 6), (16, 6), (12, 4)]


def test_datumaro_finds_point_clouds(tmp_path: Path) -> None:
    body, _ = export(spatial.source(), "Datumaro 3D 1.0")
    items = _opened(body, tmp_path)
    assert list(items) == ["0000000000", "scene/b.x", "туман", "last"]
    media = items["scene/b.x"].media
    assert Path(media.path).read_bytes() == b"picture 1"
    assert [Path(image.path).read_bytes() for image in media.extra_images] == [b"beside 1"]
    shape, tracked = items["0000000000"].annotations
    assert (shape.position, shape.rotation, shape.scale) == (
        [1, -2, 0.5], [0, 0, 0.75], [4.5, 1.75, 1.5],
    )  # fmt: skip
    assert shape.attributes == {"asleep": True, "age": 5.0, "name": "Tom & Co", "occluded": False}
    assert tracked.attributes == {"occluded": False, "track_id": 0, "keyframe": True}
    assert len(items["last"].annotations) == 0


def _made(media: Any, annotations: list[Any], kind: type[Any], folder: Path) -> bytes:
    labels = LabelCategories()
    for name in ("cat", "dog", "person"):
        labels.add(name, attributes=["age"] if name == "cat" else [])
    joints = PointsCategories()
    joints.add(2, ["head", "hand", "foot"])
    dataset = Dataset.from_iterable(
        [DatasetItem("a", media=media, annotations=annotations)],
        categories={AnnotationType.label: labels, AnnotationType.points: joints},
        media_type=kind,
    )
    dataset.export(str(folder), "datumaro", save_media=True)
    return _packed(folder)


def test_what_datumaro_writes_is_read(tmp_path: Path) -> None:
    pixels = np.zeros((sample.HEIGHT, sample.WIDTH), np.uint8)
    pixels[4:7, 2:9] = 1
    corners = [(4, 4), (8, 6), (16, 6), (12, 4), (8, 16), (16, 16), (12, 14), (4, 14)]
    annotations = [
        Bbox(1, 2, 10, 5, label=0, attributes={"age": 4, "occluded": True}, z_order=2),
        Polygon([1, 1, 9, 1, 9, 8], label=1, group=3),
        PolyLine([1, 1, 9, 8], label=1),
        Points([3, 4, 5, 6], label=1),
        Points([1, 2, 3, 4, 5, 6], [2, 1, 0], label=2),
        Ellipse(10, 10, 30, 20, label=1),
        Cuboid2D(corners, label=1),
        Mask(pixels, label=1),
        Label(1),
        Bbox(5, 5, 5, 5),
    ]
    picture = Image.from_numpy(np.zeros((sample.HEIGHT, sample.WIDTH, 3), np.uint8))
    body = _made(picture, annotations, Image, tmp_path)
    imported = read(body, "Datumaro 1.0", Target(sample.LABELS, sample.FRAMES))
    shapes: dict[str, Shape] = {shape.type: shape for shape in imported.document.shapes}
    box = shapes["rectangle"]
    assert (box.points, box.occluded, box.z_order) == ([1, 2, 11, 7], True, 2)
    assert [(value.spec_id, value.value) for value in box.attributes] == [(101, "4")]
    assert (shapes["polygon"].points, shapes["polygon"].group) == ([1, 1, 9, 1, 9, 8], 3)
    assert shapes["polyline"].points == [1, 1, 9, 8]
    assert shapes["points"].points == [3, 4, 5, 6]
    joints = [(one.label_id, one.points, one.occluded, one.outside)
              for one in shapes["skeleton"].elements]  # fmt: skip
    assert joints == [
        (13, [1, 2], False, False), (14, [3, 4], True, False), (15, [5, 6], False, True),
    ]  # fmt: skip
    assert shapes["ellipse"].points == [20, 15, 30, 10]
    assert shapes["cuboid"].points == sample.SHAPES[-1].points
    assert shapes["mask"].points == [0, 21, 2, 4, 8, 6]
    assert [tag.label_id for tag in imported.document.tags] == [sample.DOG.id]
    assert imported.report.skipped == {"annotation has no label": 1}


def test_point_clouds_of_datumaro_are_read(tmp_path: Path) -> None:
    cloud = PointCloud.from_bytes(data=b"points")
    annotations = [Cuboid3d([1, 2, 3], [0, 0, 0.5], [4, 5, 6], label=1, attributes={"track_id": 1})]
    body = _made(cloud, annotations, PointCloud, tmp_path)
    frames = (Frame(0, 0, "a.pcd", "a.pcd", 0, 0),)
    target = Target(sample.LABELS, frames, dimension="3d")
    (shape,) = read(body, "Datumaro 3D 1.0", target).document.shapes
    assert shape.points == [1, 2, 3, 0, 0, 0.5, 4, 5, 6, *[0] * 7]
