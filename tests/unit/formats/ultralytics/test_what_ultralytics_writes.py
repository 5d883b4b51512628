"""Predictions that Ultralytics saves, and datasets that it converts, are imported."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chalicelib.annotations.model.document import Document, Shape, SubShape
from chalicelib.formats.exporting.source import Source
from chalicelib.formats.geometry.outlines import corners
from chalicelib.formats.importing.collecting import Collected
from chalicelib.formats.importing.target import Target
from chalicelib.formats.labels import LabelSpec
from tests.unit.formats import torchvision_datasets
from tests.unit.formats.datasets import NOW, export, part, photos, read
from tests.unit.formats.sample import LABELS
from tests.unit.formats.ultralytics.test_loaders import quiet
from tests.unit.formats.ultralytics.test_ultralytics import BOXES, DETECTION, POSE, SEGMENTATION
from tests.unit.formats.unpacked import pack, unpack, zipped

CAT, DOG, PERSON = LabelSpec(1, "cat"), LabelSpec(2, "dog"), LABELS[2]
NAMES = ["a.jpg", "b.jpg"]
FRAMES = photos(NAMES)
WIDTH, HEIGHT = 640, 480

__all__ = ["quiet"]


def tensor(*rows: list[float]) -> Any:
    return import_module("torch").tensor(rows)


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Collected]:
    """Lets Ultralytics save results of a picture, and imports what it saved."""
    torchvision_datasets.reader("ImageFolder")
    results = import_module("ultralytics.engine.results").Results

    def saved(name: str, classes: dict[int, str], more: str = "", **found: Any) -> Collected:
        confidences = found.pop("save_conf", False)
        empty = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        result = results(orig_img=empty, path="a.jpg", names=classes, **found)
        result.save_txt(tmp_path / "labels" / "a.txt", save_conf=confidences)
        listed = "".join(f"  {number}: {one}\n" for number, one in classes.items())
        text = f"train: images\nval: images\nnames:\n{listed}{more}"
        (tmp_path / "data.yaml").write_text(text)
        return read(pack(tmp_path), name, Target((CAT, DOG, PERSON), FRAMES))

    return saved


PETS = {0: "cat", 1: "dog"}


def test_boxes(save: Callable[..., Collected]) -> None:
    boxes = tensor([10, 20, 110, 220.5, 0.75, 1], [300, 5, 640, 480, 0.5, 0])
    shapes = save(DETECTION, PETS, boxes=boxes, save_conf=True).document.shapes
    assert [(one.frame, one.label_id, one.score) for one in shapes] == [(0, 2, 0.75), (0, 1, 0.5)]
    assert shapes[0].points == pytest.approx([10, 20, 110, 220.5], abs=0.01)
    assert shapes[1].points == pytest.approx([300, 5, 640, 480], abs=0.01)


def test_tracked_boxes(save: Callable[..., Collected]) -> None:
    boxes = tensor([10, 20, 110, 220, 7, 0.75, 1], [300, 5, 640, 480, 9, 0.5, 1])
    found = save(DETECTION, PETS, boxes=boxes)
    assert not found.document.shapes
    assert not found.report.skipped
    first, second = found.document.tracks
    assert (first.label_id, [one.frame for one in first.shapes if not one.outside]) == (2, [0])
    assert first.shapes[0].points == pytest.approx([10, 20, 110, 220], abs=0.01)
    assert second.shapes[0].points == pytest.approx([300, 5, 640, 480], abs=0.01)


def test_tracked_boxes_with_scores(save: Callable[..., Collected]) -> None:
    boxes = tensor([10, 20, 110, 220, 7, 0.75, 1], [300, 5, 640, 480, 1, 0.5, 1])
    found = save(DETECTION, PETS, boxes=boxes, save_conf=True)
    assert not found.document.shapes
    assert [(one.label_id, one.frame) for one in found.document.tracks] == [(2, 0), (2, 0)]
    assert found.report.converted == {"score was left out": 2}


@pytest.mark.parametrize(
    ("name", "numbers"),
    [(BOXES, "0.1 0.1 0.3 0.1 0.3 0.3 0.1 0.3"), (SEGMENTATION, "0.1 0.1 0.3 0.1 0.3 0.3")],
)
def test_tracked_outlines_with_scores(name: str, numbers: str) -> None:
    body = zipped({
        "data.yaml": "train: images/train\nnames: [cat]\n",
        "labels/train/a.txt": f"0 {numbers} 0.875 7\n",
        "labels/train/b.txt": f"0 {numbers} 0.75 7\n",
    })  # fmt: skip
    (track,) = read(body, name, Target((CAT,), FRAMES)).document.tracks
    assert [one.frame for one in track.shapes] == [0, 1]
    assert max(track.shapes[0].points) == pytest.approx(0.3 * WIDTH)


def test_turned_boxes(save: Callable[..., Collected]) -> None:
    obb = tensor([200, 150, 100, 40, np.pi / 6, 0.5, 0])
    (shape,) = save(BOXES, PETS, obb=obb, save_conf=True).document.shapes
    assert (shape.type, shape.label_id, shape.score) == ("rectangle", 1, 0.5)
    ours = np.array(corners(shape.points, shape.rotation)).reshape(-1, 2)
    theirs = np.array(corners([150, 130, 250, 170], 30)).reshape(-1, 2)
    assert sorted(map(tuple, ours.round())) == sorted(map(tuple, theirs.round()))


def test_outlines(save: Callable[..., Collected]) -> None:
    masks = np.zeros((2, HEIGHT, WIDTH), np.uint8)
    masks[0, 100:200, 50:150] = masks[1, 300:360, 400:600] = 1
    torch = import_module("torch")
    boxes = tensor([50, 100, 150, 200, 0.75, 1], [400, 300, 600, 360, 0.5, 0])
    found = save(
        SEGMENTATION, PETS, boxes=boxes, masks=torch.from_numpy(masks), save_conf=True
    ).document.shapes
    assert [(one.type, one.label_id, one.score) for one in found] == [
        ("polygon", 2, 0.75), ("polygon", 1, 0.5),
    ]  # fmt: skip
    sides = [(min(one.points[::2]), min(one.points[1::2]), max(one.points[::2]),
              max(one.points[1::2])) for one in found]  # fmt: skip
    # Through the middles of the outermost pixels.
    assert sides == [
        pytest.approx((50, 100, 149, 199), abs=0.01), pytest.approx((400, 300, 599, 359), abs=0.01)
    ]  # fmt: skip


def test_poses(save: Callable[..., Collected]) -> None:
    torch = import_module("torch")
    places = [[100.0, 50, 0.9], [200, 80, 0.8], [150, 300, 0.7]]
    found = save(
        POSE, {0: "person"}, "kpt_shape: [3, 3]\n", boxes=tensor([90, 40, 210, 310, 0.75, 0]),
        keypoints=torch.tensor([places]), save_conf=True,
    )  # fmt: skip
    (shape,) = found.document.shapes
    assert (shape.type, shape.label_id, shape.score) == ("skeleton", PERSON.id, 0.75)
    assert [one.points for one in shape.elements] == [
        pytest.approx([x, y], abs=0.01) for x, y, _ in places
    ]
    assert not any(one.outside for one in shape.elements)


def converted(document: Document, folder: Path, name: str, **how: bool) -> Path:
    """Labels that Ultralytics makes of our COCO."""
    whole = Source("task", (CAT, DOG, PERSON), [part(FRAMES, document)], False, NOW)
    unpack(export(whole, name)[0], folder / "coco")
    (folder / "coco" / "report.json").unlink()
    convert = import_module("ultralytics.data.converter").convert_coco
    convert(str(folder / "coco/annotations"), str(folder / "made"), cls91to80=False, **how)
    (labels,) = (folder / "made" / "labels").iterdir()
    return labels


def dataset(labels: Path, folder: Path, more: str = "") -> bytes:
    (folder / "whole").mkdir()
    labels.rename(folder / "whole" / "labels")
    text = f"train: images\nval: images\nnames: [cat, dog, person]\n{more}"
    (folder / "whole" / "data.yaml").write_text(text)
    return pack(folder / "whole")


POLYGON = Shape(type="polygon", frame=0, points=[10, 10, 90, 15, 50, 200], label_id=2)


@pytest.mark.parametrize("name", [DETECTION, SEGMENTATION])
def test_our_coco_after_its_conversion(tmp_path: Path, name: str) -> None:
    torchvision_datasets.reader("ImageFolder")
    box = Shape(type="rectangle", frame=1, points=[300, 30, 400, 131], label_id=1)
    document = Document(shapes=[POLYGON, box])
    labels = converted(document, tmp_path, "COCO 1.0", use_segments=name == SEGMENTATION)
    found = read(dataset(labels, tmp_path), name, Target((CAT, DOG), FRAMES)).document.shapes
    assert [(one.frame, one.label_id) for one in found] == [(0, 2), (1, 1)]
    of_format: dict[str, list[list[float]]] = {
        DETECTION: [[10, 10, 90, 200], [300, 30, 400, 131]],
        SEGMENTATION: [POLYGON.points, [300, 30, 400, 30, 400, 131, 300, 131]],
    }
    expected = [pytest.approx(points, abs=0.01) for points in of_format[name]]
    assert [one.points for one in found] == expected


def test_our_keypoints_after_its_conversion(tmp_path: Path) -> None:
    torchvision_datasets.reader("ImageFolder")
    places: list[list[float]] = [[100, 50], [200, 80], [20, 300]]
    elements = [
        SubShape(type="points", frame=0, points=points, label_id=label.id, occluded=at == 1)
        for at, (points, label) in enumerate(zip(places, PERSON.sublabels, strict=True))
    ]
    person = Shape(type="skeleton", frame=0, label_id=PERSON.id, elements=elements)
    labels = converted(
        Document(shapes=[person]), tmp_path, "COCO Keypoints 1.0", use_keypoints=True
    )
    body = dataset(labels, tmp_path, "kpt_shape: [3, 3]\n")
    (found,) = read(body, POSE, Target((CAT, DOG, PERSON), FRAMES)).document.shapes
    assert found.label_id == PERSON.id
    for one, before in zip(found.elements, elements, strict=True):
        assert one.points == pytest.approx(before.points, abs=0.01)
        assert (one.label_id, one.occluded) == (before.label_id, before.occluded)
