"""Boxes by `supervision` and `globox`: both find what we write, and we read what both write.

Beside COCO, which has tests of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import globox
import numpy as np
import pytest
import supervision

from chalicelib.annotations.model.document import Document, Shape
from chalicelib.formats.exporting.source import Source
from chalicelib.formats.importing.target import Target
from chalicelib.formats.labels import LabelSpec
from tests.unit.formats.datasets import NOW, export, part, photos, read
from tests.unit.formats.unpacked import pack, photograph, unpack

SIZE = (640, 480)
NAMES = ["a.jpg", "b.jpg", "none.jpg"]
FRAMES = photos(NAMES)
LABELS = (LabelSpec(10, "cat"), LabelSpec(11, "dog"))
TARGET = Target(LABELS, FRAMES)
#: By images: label and sides.
BOXES: dict[str, list[tuple[str, list[float]]]] = {
    "a.jpg": [("cat", [10, 20, 110, 220]), ("dog", [300, 30, 400, 131])],
    "b.jpg": [("dog", [0, 0, 640, 480])],
    "none.jpg": [],
}
VOC, YOLO, DETECTION = "PASCAL VOC 1.1", "YOLO 1.1", "Ultralytics YOLO Detection 1.0"
BOXES_TURNED = "Ultralytics YOLO Oriented Bounding Boxes 1.0"
LABELME, CVAT = "LabelMe JSON 1.0", "CVAT for images 1.1"
OPEN_IMAGES = "Open Images V6 1.0"
#: Where the formats have images.
IMAGES = {
    VOC: "JPEGImages", YOLO: "obj_train_data", DETECTION: "images/train", LABELME: "",
    CVAT: "images", BOXES_TURNED: "images/train", OPEN_IMAGES: "images/default",
}  # fmt: skip

Found = dict[str, list[tuple[str, list[float]]]]


def number(label: str) -> int:
    return next(one.id for one in LABELS if one.name == label)


def written(name: str, folder: Path) -> Path:
    """A dataset of the boxes with real photographs."""
    shapes = [
        Shape(type="rectangle", frame=at, points=points, label_id=number(label))
        for at, file in enumerate(NAMES)
        for label, points in BOXES[file]
    ]
    whole = Source("task", LABELS, [part(FRAMES, Document(shapes=shapes))], False, NOW)
    unpack(export(whole, name)[0], folder)
    (folder / "report.json").unlink(missing_ok=True)
    pictures(folder / IMAGES[name])
    return folder


def pictures(folder: Path) -> Path:
    for file in NAMES:
        photograph(folder / file, *SIZE)
    return folder


def same(found: Found) -> None:
    """That all boxes are there, to a hundredth of a pixel."""
    for file, boxes in BOXES.items():
        here = sorted(found.get(file, []))
        assert [label for label, _ in here] == [label for label, _ in sorted(boxes)]
        for (_, points), (_, wanted) in zip(here, sorted(boxes), strict=True):
            assert points == pytest.approx(wanted, abs=0.01)


def by_supervision(dataset: supervision.DetectionDataset) -> Found:
    found: Found = {}
    for path, _, detections in dataset:
        assert detections.class_id is not None
        names = [dataset.classes[one] for one in detections.class_id]
        found[Path(path).name] = list(zip(names, detections.xyxy.tolist(), strict=True))
    return found


SUPERVISION: dict[str, Callable[[Path], supervision.DetectionDataset]] = {
    VOC: lambda folder: supervision.DetectionDataset.from_pascal_voc(
        str(folder / "JPEGImages"), str(folder / "Annotations")
    ),
    DETECTION: lambda folder: supervision.DetectionDataset.from_yolo(
        str(folder / "images/train"), str(folder / "labels/train"), str(folder / "data.yaml")
    ),
    BOXES_TURNED: lambda folder: supervision.DetectionDataset.from_yolo(
        str(folder / "images/train"), str(folder / "labels/train"), str(folder / "data.yaml"),
        is_obb=True,
    ),
    LABELME: lambda folder: supervision.DetectionDataset.from_labelme(str(folder), str(folder)),
}  # fmt: skip


@pytest.mark.parametrize("name", SUPERVISION)
def test_supervision_finds_the_same(name: str, tmp_path: Path) -> None:
    found = by_supervision(SUPERVISION[name](written(name, tmp_path)))
    if name == VOC:
        # It takes the least pixels of VOC for the first ones, as the challenge has them.
        found = {
            file: [(label, [x + 1, y + 1, *more]) for label, (x, y, *more) in boxes]
            for file, boxes in found.items()
        }
    same(found)


def by_globox(found: globox.AnnotationSet) -> Found:
    return {
        str(one.image_id): [(str(box.label), list(box.ltrb)) for box in one.boxes] for one in found
    }


def named(found: globox.AnnotationSet, folder: Path) -> globox.AnnotationSet:
    """With names of labels in place of their numbers."""
    lines = (folder / "obj.names").read_text().splitlines()
    for one in found:
        for box in one.boxes:
            box.label = lines[int(box.label)]
    return found


GLOBOX: dict[str, Callable[[Path], globox.AnnotationSet]] = {
    VOC: lambda folder: globox.AnnotationSet.from_pascal_voc(folder / "Annotations"),
    YOLO: lambda folder: named(
        globox.AnnotationSet.from_yolo_darknet(
            folder / "obj_train_data", image_folder=folder / "obj_train_data"
        ),
        folder,
    ),
    LABELME: lambda folder: globox.AnnotationSet.from_labelme(folder),
    CVAT: lambda folder: globox.AnnotationSet.from_cvat(folder / "annotations.xml"),
}


@pytest.mark.parametrize("name", GLOBOX)
def test_globox_finds_the_same(name: str, tmp_path: Path) -> None:
    same(by_globox(GLOBOX[name](written(name, tmp_path))))


def ours(body: bytes, name: str) -> Found:
    imported = read(body, name, TARGET)
    assert not imported.report.skipped
    labels = {one.id: one.name for one in LABELS}
    found: Found = {file: [] for file in NAMES}
    for shape in imported.document.shapes:
        assert (shape.type, shape.rotation) == ("rectangle", 0)
        found[NAMES[shape.frame]].append((labels[shape.label_id], shape.points))
    return found


def of_supervision(folder: Path) -> supervision.DetectionDataset:
    pictures(folder)
    annotations = {
        str(folder / file): supervision.Detections(
            xyxy=np.array([points for _, points in boxes], np.float64).reshape(-1, 4),
            class_id=np.array([["cat", "dog"].index(label) for label, _ in boxes], int),
        )
        for file, boxes in BOXES.items()
    }
    return supervision.DetectionDataset(["cat", "dog"], list(annotations), annotations)


def test_we_read_what_supervision_writes_as_voc(tmp_path: Path) -> None:
    of_supervision(tmp_path / "pictures").as_pascal_voc(
        annotations_directory_path=str(tmp_path / "out" / "Annotations")
    )
    # It counts the first pixel as 1, as the challenge does and as no tool of annotation does.
    found = {
        file: [(label, [x - 1, y - 1, *more]) for label, (x, y, *more) in boxes]
        for file, boxes in ours(pack(tmp_path / "out"), VOC).items()
    }
    same(found)


def test_we_read_what_supervision_writes_as_labelme(tmp_path: Path) -> None:
    of_supervision(tmp_path / "pictures").as_labelme(annotations_directory_path=str(tmp_path / "o"))
    same(ours(pack(tmp_path / "o"), LABELME))


@pytest.mark.parametrize("images", [True, False])
def test_we_read_what_supervision_writes_as_yolo(tmp_path: Path, images: bool) -> None:
    """Its description names no folders, which Ultralytics needs, too: people add them."""
    out = tmp_path / "out"
    of_supervision(tmp_path / "pictures").as_yolo(
        images_directory_path=str(out / "images") if images else None,
        annotations_directory_path=str(out / "labels"),
        data_yaml_path=str(out / "data.yaml"),
    )
    with (out / "data.yaml").open("a") as file:
        file.write("train: images\nval: images\n")
    same(ours(pack(out), DETECTION))


def of_globox() -> globox.AnnotationSet:
    return globox.AnnotationSet(
        globox.Annotation(
            file, SIZE, [globox.BoundingBox(label=label, xmin=x1, ymin=y1, xmax=x2, ymax=y2)
                         for label, (x1, y1, x2, y2) in boxes]
        )
        for file, boxes in BOXES.items()
    )  # fmt: skip


WRITERS: dict[str, Callable[[Any, Path], None]] = {
    VOC: lambda boxes, folder: boxes.save_pascal_voc(folder / "Annotations"),
    LABELME: lambda boxes, folder: boxes.save_labelme(folder),
    CVAT: lambda boxes, folder: boxes.save_cvat(folder / "annotations.xml"),
    OPEN_IMAGES: lambda boxes, folder: boxes.save_openimage(
        folder / "train-annotations-bbox.csv"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITERS)
def test_we_read_what_globox_writes(name: str, tmp_path: Path) -> None:
    WRITERS[name](of_globox(), tmp_path)
    same(ours(pack(tmp_path), {CVAT: "CVAT 1.1"}.get(name, name)))


def test_we_read_what_globox_writes_as_yolo(tmp_path: Path) -> None:
    """It writes boxes alone; the rest is what Darknet needs beside them, in Darknet's folders."""
    (tmp_path / "data").mkdir()
    of_globox().save_yolo_darknet(tmp_path / "data" / "obj", label_to_id={"cat": 0, "dog": 1})
    (tmp_path / "data" / "obj.data").write_text(
        "classes= 2\ntrain  = data/train.txt\nvalid  = data/valid.txt\n"
        "names = data/obj.names\nbackup = backup/\n"
    )
    (tmp_path / "data" / "obj.names").write_text("cat\ndog\n")
    for subset, files in (("train", NAMES[:1]), ("valid", NAMES[1:])):
        listed = "".join(f"data/obj/{file}\n" for file in files)
        (tmp_path / "data" / f"{subset}.txt").write_text(listed)
    same(ours(pack(tmp_path), YOLO))
