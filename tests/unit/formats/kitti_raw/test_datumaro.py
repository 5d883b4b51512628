"""Datumaro reads our recordings, and we read its."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from datumaro.components.annotation import AnnotationType, Cuboid3d, LabelCategories
from datumaro.components.dataset import Dataset
from datumaro.components.dataset_base import DatasetItem
from datumaro.components.media import PointCloud

from chalicelib.formats.importing.target import Target
from tests.unit.formats import spatial
from tests.unit.formats.datasets import export, read

NAME = "Kitti Raw Format 1.0"

# Of datumaro.
pytestmark = pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning")


def test_datumaro_finds_the_same_objects(tmp_path: Path) -> None:
    zipfile.ZipFile(io.BytesIO(export(spatial.source(), NAME)[0])).extractall(tmp_path)
    items = {item.id: item for item in Dataset.import_from(str(tmp_path), "kitti_raw")}
    assert sorted(items) == sorted(["0000000000", "scene/b.x", "туман", "last"])
    media = items["scene/b.x"].media
    assert Path(media.path).read_bytes() == b"picture 1"
    assert [Path(image.path).read_bytes() for image in media.extra_images] == [b"beside 1"]
    tracked, shape = items["0000000000"].annotations
    assert (shape.position, shape.rotation, shape.scale) == (
        [1, -2, 0.5], [0, 0, 0.75], [4.5, 1.75, 1.5],
    )  # fmt: skip
    assert shape.attributes == {
        "asleep": True, "age": 5, "name": "Tom & Co", "occluded": False, "track_id": 2,
    }  # fmt: skip
    assert [items[name].annotations[0].position for name in ("scene/b.x", "туман")] == [
        [2, 1, 0], [4, 2, 0],
    ]  # fmt: skip
    assert tracked.attributes["track_id"] == 1
    assert len(items["last"].annotations) == 0


def test_what_datumaro_writes_is_read(tmp_path: Path) -> None:
    labels = LabelCategories()
    labels.add("cat", attributes=["age"])
    labels.add("dog")
    items = [
        DatasetItem(
            "0000000000",
            media=PointCloud.from_bytes(data=b"points"),
            annotations=[
                Cuboid3d([1, 2, 3], [0, 0, 0.5], [4, 5, 6], label=0,
                         attributes={"track_id": 1, "occluded": True, "age": 3}),
                Cuboid3d([9, 9, 9], [0, 0, 0], [1, 1, 1], label=1, attributes={"track_id": 2}),
            ],
            attributes={"frame": 0},
        ),
        DatasetItem(
            "scene/b.x",
            media=PointCloud.from_bytes(data=b"points"),
            annotations=[
                Cuboid3d([2, 2, 3], [0, 0, 0.5], [4, 5, 6], label=0, attributes={"track_id": 1})
            ],
            attributes={"frame": 1},
        ),
    ]  # fmt: skip
    categories = {AnnotationType.label: labels}
    dataset = Dataset.from_iterable(items, categories=categories, media_type=PointCloud)
    dataset.export(str(tmp_path), "kitti_raw", save_media=True, allow_attrs=True)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(tmp_path.rglob("*")):
            archive.write(path, str(path.relative_to(tmp_path)))
    imported = read(packed.getvalue(), NAME, Target(spatial.LABELS, spatial.FRAMES)).document
    (shape,) = imported.shapes
    assert (shape.label_id, shape.frame, shape.points[:3]) == (11, 0, [9, 9, 9])
    (track,) = imported.tracks
    assert [(key.frame, key.points[0], key.occluded, key.outside) for key in track.shapes] == [
        (0, 1, True, False), (1, 2, False, False), (2, 2, False, True),
    ]  # fmt: skip
