"""One small COCO dataset, written by hand, in both directions."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any

from chalicelib.annotations.model.document import (
    AttributeValue,
    Document,
    Shape,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.formats.importing.target import Target
from tests.unit.formats.datasets import CAT, DOG, export, photos, read, task

FRAMES = photos(["a.jpg", "b/c.png"])
DOCUMENT = Document(
    tags=[Tag(frame=0, label_id=DOG.id)],
    shapes=[
        Shape(
            type="rectangle",
            frame=0,
            points=[10, 20, 40.5, 60.25],
            rotation=30,
            label_id=CAT.id,
            attributes=[AttributeValue(100, "true"), AttributeValue(102, "Tom")],
        ),
        Shape(
            type="polygon", frame=1, points=[0, 0, 10, 0, 10, 10], label_id=DOG.id, occluded=True
        ),
        Shape(type="polyline", frame=1, points=[0, 0, 10, 0], label_id=DOG.id),
        # 3 × 2 pixels, of which the upper left two and the lower right one are set.
        Shape(type="mask", frame=1, points=[0, 2, 3, 1, 5, 7, 7, 8], label_id=DOG.id),
    ],
    tracks=[
        Track(
            frame=0,
            label_id=DOG.id,
            shapes=[
                TrackedShape(type="rectangle", frame=0, points=[0, 0, 10, 10]),
                TrackedShape(type="rectangle", frame=1, points=[0, 0, 10, 10], outside=True),
            ],
        )
    ],
)
GOLDEN: dict[str, Any] = {
    "licenses": [{"name": "", "id": 0, "url": ""}],
    "info": {
        "contributor": "",
        "date_created": "",
        "description": "",
        "url": "",
        "version": "",
        "year": "",
    },
    "categories": [
        {"id": 1, "name": "cat", "supercategory": ""},
        {"id": 2, "name": 'big "dog" & <co>', "supercategory": ""},
    ],
    "images": [
        {
            "id": 1,
            "width": 640,
            "height": 480,
            "file_name": "a.jpg",
            "license": 0,
            "flickr_url": "",
            "coco_url": "",
            "date_captured": 0,
        },
        {
            "id": 2,
            "width": 640,
            "height": 480,
            "file_name": "b/c.png",
            "license": 0,
            "flickr_url": "",
            "coco_url": "",
            "date_captured": 0,
        },
    ],
    "annotations": [
        {
            "id": 1,
            "image_id": 1,
            "category_id": 1,
            "segmentation": [],
            "area": 1227.62,
            "bbox": [10, 20, 30.5, 40.25],
            "iscrowd": 0,
            "attributes": {
                "asleep": True,
                "age": 1.0,
                "name": "Tom",
                "occluded": False,
                "rotation": 30.0,
            },
        },
        {
            "id": 2,
            "image_id": 1,
            "category_id": 2,
            "segmentation": [],
            "area": 100,
            "bbox": [0, 0, 10, 10],
            "iscrowd": 0,
            "attributes": {"occluded": False, "rotation": 0.0, "track_id": 0, "keyframe": True},
        },
        {
            "id": 3,
            "image_id": 2,
            "category_id": 2,
            "segmentation": [[0, 0, 10, 0, 10, 10]],
            "area": 50,
            "bbox": [0, 0, 10, 10],
            "iscrowd": 0,
            "attributes": {"occluded": True},
        },
        {
            "id": 4,
            "image_id": 2,
            "category_id": 2,
            "segmentation": {
                "counts": [5 * 480 + 7, 1, 479, 1, 480, 1, 634 * 480 - 2 * 480 + 471],
                "size": [480, 640],
            },
            "area": 3,
            "bbox": [5, 7, 3, 2],
            "iscrowd": 1,
            "attributes": {"occluded": False},
        },
    ],
}


def test_a_dataset_is_written_as_cvat_writes_it() -> None:
    body, report = export(task(FRAMES, DOCUMENT, images=True), "COCO 1.0")
    with zipfile.ZipFile(BytesIO(body)) as archive:
        assert archive.namelist() == [
            "annotations/instances_default.json",
            "images/default/a.jpg",
            "images/default/b/c.png",
            "report.json",
        ]
        written = archive.read("annotations/instances_default.json")
        assert archive.read("images/default/b/c.png") == b"picture 1"
    assert json.loads(written) == GOLDEN
    assert list(json.loads(written)) == list(GOLDEN)
    assert report.skipped == {"tag cannot be written": 1, "polyline cannot be written": 1}


def test_a_bare_json_file_is_read() -> None:
    imported = read(json.dumps(GOLDEN).encode(), "COCO 1.0", Target((CAT, DOG), FRAMES), "x.json")
    box, polygon, mask = imported.document.shapes
    assert (box.points, box.rotation) == ([10, 20, 40.5, 60.25], 30)
    assert [value.value for value in box.attributes] == ["true", "1", "Tom"]
    assert (polygon.points, polygon.occluded) == ([0, 0, 10, 0, 10, 10], True)
    assert mask.points == DOCUMENT.shapes[3].points
    (track,) = imported.document.tracks
    assert [(shape.frame, shape.outside) for shape in track.shapes] == [(0, False), (1, True)]
    assert imported.report.objects == 4


def test_masks_become_polygons_if_wanted() -> None:
    target = Target((CAT, DOG), FRAMES, masks_as_polygons=True)
    square = {"counts": [10 * 480 + 10, 5, 475, 5, 475, 5, 640 * 480 - 5775], "size": [480, 640]}
    annotation = GOLDEN["annotations"][3] | {"segmentation": square}
    body = json.dumps(GOLDEN | {"annotations": [annotation]}).encode()
    (polygon,) = read(body, "COCO 1.0", target, "x.json").document.shapes
    assert polygon.type == "polygon"
    assert sorted(zip(polygon.points[::2], polygon.points[1::2], strict=True)) == [
        (10, 10),
        (10, 14),
        (12, 10),
        (12, 14),
    ]


def test_compressed_runs_are_read() -> None:
    # Written by the COCO API for a mask of 4 × 4 pixels whose middle 2 × 2 are set.
    frames = (FRAMES[0].__class__(0, 0, "a.jpg", "a.jpg", 4, 4),)
    body = {
        "images": [{"id": 1, "file_name": "a.jpg", "width": 4, "height": 4}],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [
            {
                "id": 1,
                "image_id": 1,
                "category_id": 1,
                "segmentation": {"counts": "52203", "size": [4, 4]},
                "iscrowd": 1,
            }
        ],
    }
    imported = read(json.dumps(body).encode(), "COCO 1.0", Target((CAT, DOG), frames), "x.json")
    assert imported.document.shapes[0].points == [0, 4, 1, 1, 2, 2]


def test_masks_that_do_not_fill_their_box_are_left_out_and_told() -> None:
    """Clients may store what they like: it must neither end an export nor take its memory."""
    broken = ([0, 2, 5, 7, 7, 8], [4e12, 0, 0, 1, 1], [-1, 7, 0, 0, 2, 1], [0, 6, -1, 0, 1, 1],
              [0.5, 0, 0, 0, 0])  # fmt: skip
    shapes = [Shape(type="mask", frame=0, points=list(p), label_id=CAT.id) for p in broken]
    whole = DOCUMENT.shapes[3]
    _, report = export(task(FRAMES, Document(shapes=[*shapes, whole])), "COCO 1.0")
    assert report.objects == 1
    assert sum(report.skipped.values()) == len(broken)
