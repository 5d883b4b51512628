"""COCO as it is published, and as other libraries write and read it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import globox
import numpy as np
import pytest
import supervision
from pycocotools import mask as coco_masks

from chalicelib.formats import registry
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.geometry.masks import bitmap
from chalicelib.formats.geometry.png import grey
from chalicelib.formats.importing.collecting import Collected
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from tests.unit.formats.datasets import CAT, DOG, export, photos, read
from tests.unit.formats.sample import FRAMES, HEIGHT, WIDTH, source

#: The COCO API is older than numpy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
LABELS = (CAT, type(DOG)(11, "dog"))
NAMES = ["000000397133.jpg", "000000037777.jpg"]


def published() -> dict[str, Any]:
    """What `instances_val2017.json` and `person_keypoints_val2017.json` have, with fewer items."""
    drawn = np.zeros((480, 640), np.uint8)
    drawn[10:40, 100:150] = 1
    packed = coco_masks.encode(np.asfortranarray(drawn))
    of_all = {"iscrowd": 0, "image_id": 397133, "area": 17376.91885}
    return {
        "info": {"description": "COCO 2017 Dataset", "url": "http://cocodataset.org",
                 "version": "1.0", "year": 2017, "contributor": "COCO Consortium",
                 "date_created": "2017/09/01"},
        "licenses": [{"url": "http://creativecommons.org", "id": 1, "name": "Attribution"}],
        "images": [
            {"license": 4, "file_name": NAMES[0], "coco_url": "http://images.cocodataset.org/a",
             "height": 480, "width": 640, "date_captured": "2013-11-14 17:02:52",
             "flickr_url": "http://farm7.staticflickr.com/a", "id": 397133},
            {"license": 1, "file_name": NAMES[1], "height": 480, "width": 640, "id": 37777},
        ],
        "annotations": [
            of_all | {"segmentation": [[224.24, 297.18, 228.29, 297.18, 234.91, 298.29],
                                       [10.5, 20.5, 30.5, 20.5, 30.5, 60.25, 10.5, 60.25]],
                      "bbox": [10.5, 20.5, 224.41, 277.79], "category_id": 17, "id": 82445},
            of_all | {"segmentation": {"counts": [48010, 30, 450, 30, 258680], "size": [480, 640]},
                      "bbox": [100, 10, 2, 30], "category_id": 18, "id": 900100397133,
                      "iscrowd": 1},
            of_all | {"segmentation": {"counts": packed["counts"].decode(), "size": [480, 640]},
                      "bbox": [100, 10, 50, 30], "category_id": 18, "id": 3, "image_id": 37777},
        ],
        "categories": [{"supercategory": "animal", "id": 17, "name": "cat"},
                       {"supercategory": "animal", "id": 18, "name": "dog"}],
    }  # fmt: skip


def archive(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as opened:
        for name, body in files.items():
            opened.writestr(name, body)
    return packed.getvalue()


def test_published_annotations_are_read() -> None:
    body = json.dumps(published()).encode()
    found = read(body, "COCO 1.0", Target(LABELS, photos(NAMES)), "instances_val2017.json")
    first, second, crowd, mask = found.document.shapes
    assert first.group == second.group == 1
    assert (first.type, crowd.type, crowd.points[-4:]) == ("polygon", "mask", [100, 10, 101, 39])
    assert (mask.frame, mask.points[-4:]) == (1, [100, 10, 149, 39])
    assert bitmap(mask.points).all()
    assert found.report.objects == 4
    assert not found.report.skipped


@pytest.mark.parametrize("folder", ["val2017", "images/val2017", "images", "."])
def test_images_are_found_where_datasets_have_them(folder: str) -> None:
    where = "" if folder == "." else f"{folder}/"
    body = archive(**{
        "annotations/instances_val2017.json": json.dumps(published()).encode(),
        f"{where}{NAMES[0]}": b"picture", f"{where}other.jpg": b"picture",
    })  # fmt: skip
    pictures = registry.importer("COCO 1.0").load().pictures
    (found,) = pictures(Upload(io.BytesIO(body), "x.zip"))
    assert (found.subset, found.name, found.file) == ("val2017", NAMES[0], f"{where}{NAMES[0]}")


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """The sample without the turned box and the ellipse, unpacked with its images."""
    with zipfile.ZipFile(io.BytesIO(export(source(), "COCO 1.0")[0])) as opened:
        opened.extractall(tmp_path)
    for frame in FRAMES:
        picture = tmp_path / "images" / "default" / frame.file_name
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(grey(np.zeros((HEIGHT, WIDTH), np.uint8)))
    return tmp_path


@pytest.mark.parametrize("outline", [[[]], [[], []], [[10, 20, 30, 20]]])
def test_a_box_stands_for_an_outline_that_encloses_nothing(outline: list[list[float]]) -> None:
    found = read_with(segmentation=outline, bbox=[10, 20, 30, 40])
    assert [(one.type, one.points) for one in found.document.shapes[:1]] == [
        ("rectangle", [10, 20, 40, 60]),
    ]  # fmt: skip
    assert found.report.converted == {"outline without area became its box": 1}
    assert not found.report.skipped
    found = read_with(segmentation=outline, bbox=[10, 20, 0, 0])
    assert found.report.skipped == {"annotation has no area": 1}


@pytest.mark.parametrize("counts", ["", []])
def test_a_mask_without_runs_is_left_out_alone(counts: str | list[int]) -> None:
    found = read_with(segmentation={"counts": counts, "size": [480, 640]}, bbox=[1, 2, 3, 4])
    assert found.report.skipped == {"annotation has no area": 1}
    assert len(found.document.shapes) == 2


def read_with(**changes: Any) -> Collected:
    """Read the dataset with its first annotation changed."""
    dataset = published()
    dataset["annotations"][0] |= changes
    return read(json.dumps(dataset).encode(), "COCO 1.0", Target(LABELS, photos(NAMES)))


def test_supervision_finds_the_same(exported: Path) -> None:
    found = supervision.DetectionDataset.from_coco(
        str(exported / "images" / "default"),
        str(exported / "annotations" / "instances_default.json"),
    )
    assert found.classes == ["cat", "dog", "person"]
    boxes = {Path(path).name: detections.xyxy for path, _, detections in found}
    assert boxes["a.jpg"].tolist() == [[2, 3, 12.5, 13], [1, 20, 18, 28], [20, 5, 30, 15]]
    assert boxes["кот.jpg"].tolist() == [[10, 8, 14, 11]]


def test_globox_finds_the_same(exported: Path) -> None:
    found = globox.AnnotationSet.from_coco(exported / "annotations" / "instances_default.json")
    boxes = [(box.label, box.ltrb) for box in found["a.jpg"].boxes]
    assert boxes == [("cat", (2, 3, 12.5, 13)), ("dog", (1, 20, 18, 28)), ("dog", (20, 5, 30, 15))]


def test_what_globox_writes_is_read(exported: Path) -> None:
    found = globox.AnnotationSet.from_coco(exported / "annotations" / "instances_default.json")
    path = exported / "globox.json"
    found.save_coco(path, auto_ids=True)
    shapes = read(path.read_bytes(), "COCO 1.0", Target(LABELS, FRAMES), "x.json").document.shapes
    assert sorted(shape.points for shape in shapes if shape.frame == 0) == [
        [1, 20, 18, 28], [2, 3, 12.5, 13], [20, 5, 30, 15],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["COCO 1.0", "COCO Keypoints 1.0", "COCO Panoptic 1.0", "Label Studio 1.0",
     "SageMaker Ground Truth 1.0"],
)  # fmt: skip
def test_an_archive_with_nothing_but_a_report_is_refused(name: str) -> None:
    with pytest.raises(BadDataset, match=r"x\.zip: has no .* file in it but report\.json"):
        read(archive(**{"report.json": b"{}"}), name, Target(LABELS, FRAMES), "x.zip")
