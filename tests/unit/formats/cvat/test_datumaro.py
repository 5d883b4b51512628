"""Datumaro reads what we write as CVAT's XML, and we read what it writes."""

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
    Label,
    LabelCategories,
    Points,
    Polygon,
    PolyLine,
)
from datumaro.components.dataset import Dataset
from datumaro.components.dataset_base import DatasetItem
from datumaro.components.media import Image

from chalicelib.annotations.model.document import Document
from chalicelib.formats.geometry.masks import bitmap
from chalicelib.formats.importing.target import Target
from tests.unit.formats import sample
from tests.unit.formats.datasets import export, part, read

#: Datumaro's reader knows neither ellipses nor cuboids nor skeletons.
KNOWN = ("rectangle", "polygon", "polyline", "points", "mask")
SHAPES = [shape for shape in sample.SHAPES if shape.type in KNOWN]


# Of pycocotools, when datumaro decodes a mask.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_datumaro_finds_the_same_objects(tmp_path: Path) -> None:
    source = sample.source(part(sample.FRAMES, Document(tags=sample.TAGS, shapes=SHAPES)))
    source.save_images = True
    body, _ = export(source, "CVAT for images 1.1")
    zipfile.ZipFile(io.BytesIO(body)).extractall(tmp_path)
    (tmp_path / "report.json").unlink()
    dataset = Dataset.import_from(str(tmp_path), "cvat")
    names = [label.name for label in dataset.categories()[AnnotationType.label]]
    assert names == ["cat", "dog", "person", "head", "hand", "foot"]
    found = {item.id: list(item.annotations) for item in dataset}
    assert list(found) == ["a", "folder/b.x", "кот", "empty"]
    box, one, other, turned, tag = found["a"]
    assert (box.points, box.attributes["age"], box.attributes["name"]) == (
        [2, 3, 12.5, 13], 2.0, "Ann & Co",
    )  # fmt: skip
    assert (turned.r, turned.attributes["occluded"], turned.z_order) == (30, True, 1)
    assert (one.points, one.group) == (SHAPES[2].points, 4)
    assert other.group == 4
    assert names[tag.label] == "dog"
    mask, _ = found["кот"]
    assert np.array_equal(mask.image[8:11, 10:14], bitmap(SHAPES[-1].points))
    assert mask.image.sum() == bitmap(SHAPES[-1].points).sum()


def test_what_datumaro_writes_is_read(tmp_path: Path) -> None:
    picture = np.zeros((sample.HEIGHT, sample.WIDTH, 3), np.uint8)
    annotations: list[Any] = [
        Bbox(1, 2, 10, 5, label=0, attributes={"age": 4, "occluded": True}, z_order=2),
        Polygon([1, 1, 9, 1, 9, 8], label=1, group=3),
        PolyLine([1, 1, 9, 8], label=1),
        Points([3, 4, 5, 6], label=1),
        Label(1),
    ]
    item = DatasetItem(
        "a", media=Image.from_numpy(picture), annotations=annotations, attributes={"frame": 0}
    )
    categories = LabelCategories()
    categories.add("cat", attributes=["age"])
    categories.add("dog")
    dataset = Dataset.from_iterable([item], categories={AnnotationType.label: categories})
    dataset.export(str(tmp_path), "cvat", save_media=True)
    body = next(tmp_path.glob("*.xml")).read_bytes()
    imported = read(body, "CVAT 1.1", Target(sample.LABELS, sample.FRAMES), "default.xml")
    shapes = {shape.type: shape for shape in imported.document.shapes}
    assert shapes["rectangle"].points == [1, 2, 11, 7]
    assert (shapes["rectangle"].occluded, shapes["rectangle"].z_order) == (True, 2)
    assert [(v.spec_id, v.value) for v in shapes["rectangle"].attributes] == [(101, "4")]
    assert (shapes["polygon"].points, shapes["polygon"].group) == ([1, 1, 9, 1, 9, 8], 3)
    assert shapes["polyline"].points == [1, 1, 9, 8]
    assert shapes["points"].points == [3, 4, 5, 6]
    assert [tag.label_id for tag in imported.document.tags] == [sample.DOG.id]
