"""Datumaro reads our point clouds, and we read its."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from datumaro.components.annotation import AnnotationType, Cuboid3d, LabelCategories
from datumaro.components.dataset import Dataset
from datumaro.components.dataset_base import DatasetItem
from datumaro.components.media import PointCloud

from tests.unit.formats import spatial
from tests.unit.formats.datasets import export, read

NAME = "Sly Point Cloud Format 1.0"

# Of datumaro.
pytestmark = pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning")


def test_datumaro_finds_the_same_objects(tmp_path: Path) -> None:
    zipfile.ZipFile(io.BytesIO(export(spatial.source(), NAME)[0])).extractall(tmp_path)
    items = {item.id: item for item in Dataset.import_from(str(tmp_path), "sly_pointcloud")}
    assert sorted(items) == sorted(["0000000000", "scene/b.x", "туман", "last"])
    media = items["scene/b.x"].media
    assert Path(media.path).read_bytes() == b"picture 1"
    assert [Path(image.path).read_bytes() for image in media.extra_images] == [b"beside 1"]
    shape, tracked = items["0000000000"].annotations
    assert (shape.position, shape.rotation, shape.scale) == (
        [1, -2, 0.5], [0, 0, 0.75], [4.5, 1.75, 1.5],
    )  # fmt: skip
    assert {name: shape.attributes[name] for name in ("asleep", "age", "name", "occluded")} == {
        "asleep": True, "age": 5, "name": "Tom & Co", "occluded": False,
    }  # fmt: skip
    following = items["туман"].annotations[0]
    assert following.attributes["track_id"] == tracked.attributes["track_id"]
    assert following.position == [4, 2, 0]


def test_what_datumaro_writes_is_read(tmp_path: Path) -> None:
    labels = LabelCategories()
    labels.add("cat", attributes=["age"])
    labels.add("dog")
    given = [
        Cuboid3d([1, 2, 3], [0, 0, 0.5], [4, 5, 6], label=0, id=1, attributes={"age": 3}),
        Cuboid3d([9, 9, 9], [0, 0, 0], [1, 1, 1], label=1, id=2, attributes={"occluded": True}),
    ]
    item = DatasetItem("last", media=PointCloud.from_bytes(data=b"points"), annotations=given)
    categories = {AnnotationType.label: labels}
    dataset = Dataset.from_iterable([item], categories=categories, media_type=PointCloud)
    dataset.export(str(tmp_path), "sly_pointcloud", save_media=True, allow_undeclared_attrs=True)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(tmp_path.rglob("*")):
            archive.write(path, str(path.relative_to(tmp_path)))
    one, other = read(packed.getvalue(), NAME, spatial.TARGET).document.shapes
    assert (one.frame, one.label_id, one.points[:9]) == (3, 10, [1, 2, 3, 0, 0, 0.5, 4, 5, 6])
    assert [(value.spec_id, value.value) for value in one.attributes] == [(101, "3")]
    assert (other.label_id, other.occluded) == (11, True)
