"""Ultralytics' own loaders find what we write; datumaro writes what we read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from datumaro import Bbox, Dataset, DatasetItem, Image

from chalicelib.annotations.model.document import Document, Shape, SubShape, Tag
from chalicelib.formats.exporting.source import Source
from chalicelib.formats.geometry.outlines import corners
from chalicelib.formats.importing.target import Target
from tests.unit.formats import torchvision_datasets
from tests.unit.formats.datasets import CAT, DOG, NOW, export, part, photos, read
from tests.unit.formats.sample import LABELS
from tests.unit.formats.unpacked import pack, photograph, unpack

NAMES = ["a.jpg", "b/c.png", "кот.v2.jpg", "d.jpg"]
SIZE = (640, 480)
PERSON = LABELS[2]


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Ultralytics keeps settings in the user's folder and looks for the network."""
    folder = tmp_path_factory.getbasetemp() / "ultralytics"
    folder.mkdir(exist_ok=True)
    for name, value in {
        "YOLO_CONFIG_DIR": str(folder), "YOLO_OFFLINE": "1", "YOLO_VERBOSE": "False",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)


def exported(format_name: str, document: Document, folder: Path) -> dict[str, Any]:
    """A dataset of real photographs on disk, and what its data.yaml says."""
    labels = (CAT, DOG, PERSON)
    source = Source("task", labels, [part(photos(NAMES), document)], False, NOW)
    body, _ = export(source, format_name)
    unpack(body, folder)
    for name in NAMES:
        photograph(folder / "images" / "train" / name, *SIZE)
    settings: dict[str, Any] = yaml.safe_load((folder / "data.yaml").read_text())
    return settings


def loaded(task: str, settings: dict[str, Any], folder: Path) -> dict[str, dict[str, Any]]:
    """Labels by the names of the images, as Ultralytics has them when it trains."""
    from ultralytics.data.dataset import YOLODataset

    dataset = YOLODataset(
        img_path=str(folder / settings["train"]), data=settings, task=task, augment=False,
        imgsz=64, cache=False,
    )  # fmt: skip
    root = folder / "images" / "train"
    return {str(Path(one["im_file"]).relative_to(root)): one for one in dataset.labels}


def test_boxes(tmp_path: Path) -> None:
    shapes = [
        Shape(type="rectangle", frame=at, points=[10, 20, 110 + at, 220.5], label_id=DOG.id)
        for at in (0, 2)
    ]
    settings = exported("Ultralytics YOLO Detection 1.0", Document(shapes=shapes), tmp_path)
    found = loaded("detect", settings, tmp_path)
    assert sorted(found) == sorted(NAMES)
    assert [len(found[name]["cls"]) for name in NAMES] == [1, 0, 1, 0]
    for name, shape in zip(("a.jpg", "кот.v2.jpg"), shapes, strict=True):
        ((number,),) = found[name]["cls"]
        assert settings["names"][int(number)] == DOG.name
        ((x, y, across, down),) = found[name]["bboxes"] * np.array([*SIZE, *SIZE])
        left, top, right, bottom = shape.points
        assert (x, y) == pytest.approx(((left + right) / 2, (top + bottom) / 2), abs=0.01)
        assert (across, down) == pytest.approx((right - left, bottom - top), abs=0.01)


def test_turned_boxes(tmp_path: Path) -> None:
    shape = Shape(
        type="rectangle", frame=1, points=[200, 200, 300, 250], rotation=30, label_id=CAT.id
    )
    name = "Ultralytics YOLO Oriented Bounding Boxes 1.0"
    settings = exported(name, Document(shapes=[shape]), tmp_path)
    found = loaded("obb", settings, tmp_path)["b/c.png"]
    (segment,) = found["segments"]
    assert (segment * np.array(SIZE)).reshape(-1) == pytest.approx(
        corners(shape.points, shape.rotation), abs=0.01
    )


def test_polygons(tmp_path: Path) -> None:
    shapes = [
        Shape(type="polygon", frame=0, points=[10, 10, 90, 15, 50, 200.25], label_id=CAT.id),
        Shape(type="mask", frame=0, points=[0, 600, 5, 5, 24, 34], label_id=DOG.id),
    ]
    settings = exported("Ultralytics YOLO Segmentation 1.0", Document(shapes=shapes), tmp_path)
    found = loaded("segment", settings, tmp_path)["a.jpg"]
    assert found["cls"].reshape(-1).tolist() == [0, 1]
    polygon, mask = (segment * np.array(SIZE) for segment in found["segments"])
    assert polygon.reshape(-1) == pytest.approx(shapes[0].points, abs=0.01)
    assert (mask.min(axis=0), mask.max(axis=0)) == (
        pytest.approx([5, 5], abs=1),
        pytest.approx([24, 34], abs=1),
    )


def test_poses(tmp_path: Path) -> None:
    points: list[tuple[list[float], int]] = [([100, 50], 2), ([200, 80], 1), ([20, 300], 0)]
    elements = [
        SubShape(type="points", frame=0, points=place, label_id=label.id,
                 occluded=seen == 1, outside=seen == 0)
        for (place, seen), label in zip(points, PERSON.sublabels, strict=True)
    ]  # fmt: skip
    shape = Shape(type="skeleton", frame=3, label_id=PERSON.id, elements=elements)
    settings = exported("Ultralytics YOLO Pose 1.0", Document(shapes=[shape]), tmp_path)
    found = loaded("pose", settings, tmp_path)["d.jpg"]
    assert settings["names"] == {0: "person"}
    (keypoints,) = found["keypoints"] * np.array([*SIZE, 1])
    assert keypoints == pytest.approx(
        np.array([[100, 50, 2], [200, 80, 1], [20, 300, 0]]), abs=0.01
    )
    ((x, y, across, down),) = found["bboxes"] * np.array([*SIZE, *SIZE])
    assert (x, y, across, down) == pytest.approx((150, 65, 100, 30), abs=0.01)


def test_classes(tmp_path: Path) -> None:
    torchvision_datasets.reader("ImageFolder")
    from ultralytics.data.dataset import ClassificationDataset
    from ultralytics.utils import DEFAULT_CFG

    tags = [Tag(frame=0, label_id=DOG.id), Tag(frame=2, label_id=CAT.id)]
    frames = photos([name.replace("/", "_") for name in NAMES])
    source = Source("task", (CAT, DOG), [part(frames, Document(tags=tags))], True, NOW)
    body, _ = export(source, "Ultralytics YOLO Classification 1.0")
    for path in unpack(body, tmp_path).rglob("*"):
        if path.suffix in (".jpg", ".png"):
            photograph(path, *SIZE)
    found = ClassificationDataset(str(tmp_path / "train"), DEFAULT_CFG)
    assert {Path(file).name: found.base.classes[number] for file, number, *_ in found.samples} == {
        "a.jpg": DOG.name.replace("/", "_"),
        "кот.v2.jpg": "cat",
        "b_c.png": "no_label",
        "d.jpg": "no_label",
    }


def test_what_datumaro_writes_is_read(tmp_path: Path) -> None:
    items = [
        DatasetItem(id=stem, subset=subset, annotations=[Bbox(10, 20, 30, 40, label=label)],
                    media=Image.from_numpy(np.zeros((480, 640, 3), np.uint8)))
        for stem, subset, label in (("a", "train", 1), ("b/c", "val", 0))
    ]  # fmt: skip
    made = Dataset.from_iterable(items, categories=["cat", DOG.name])
    made.export(str(tmp_path), "yolo_ultralytics", save_media=True)
    target = Target((CAT, DOG), photos(NAMES))
    back = read(pack(tmp_path), "Ultralytics YOLO Detection 1.0", target).document.shapes
    # It writes subsets in any order.
    assert sorted((one.frame, one.label_id, one.points) for one in back) == [
        (0, DOG.id, [10, 20, 40, 60]),
        (1, CAT.id, [10, 20, 40, 60]),
    ]
