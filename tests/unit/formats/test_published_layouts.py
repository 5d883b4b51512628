"""Datasets laid out and spelled as they are published, for formats without such tests of their own.

Structures, names of files and fields are those of the originals; numbers are few.
"""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest

from chalicelib.formats import registry
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.masks import bitmap
from chalicelib.formats.geometry.png import colored
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import LabelSpec
from tests.unit.formats.datasets import photos, read
from tests.unit.formats.unpacked import zipped

IMAGE: dict[str, Any] = {
    "license": 2, "file_name": "000000000139.jpg", "height": 426, "width": 640, "id": 139,
    "coco_url": "http://images.cocodataset.org/val2017/000000000139.jpg",
    "date_captured": "2013-11-21 01:34:01",
    "flickr_url": "http://farm9.staticflickr.com/8035/8024364858_9c41dc1666_z.jpg",
}  # fmt: skip
FRAME = (Frame(0, 0, "000000000139.jpg", "000000000139.jpg", 640, 426),)
ABOUT = {
    "info": {"description": "COCO 2018 Panoptic Dataset", "url": "http://cocodataset.org",
             "version": "1.0", "year": 2018, "contributor": "https://arxiv.org/abs/1801.00868",
             "date_created": "2018-06-01 00:00:00.0"},
    "licenses": [{"url": "http://creativecommons.org/licenses/by-nc/2.0/", "id": 2,
                  "name": "Attribution-NonCommercial License"}],
}  # fmt: skip


#: Number, category and box.
SEGMENTS = [(3226956, 1, (413, 158, 53, 138)), (7513727, 184, (0, 300, 640, 20))]


def test_coco_panoptic() -> None:
    """`panoptic_val2017.json` with the pictures of the archive beside it."""
    picture = np.zeros((426, 640, 3), np.uint8)
    found = []
    for number, category, (left, top, width, height) in SEGMENTS:
        picture[top : top + height, left : left + width] = (
            number % 256, number // 256 % 256, number // 65536,
        )  # fmt: skip
        found.append(
            {"id": number, "category_id": category, "iscrowd": 0, "area": width * height,
             "bbox": [left, top, width, height]}
        )  # fmt: skip
    listed = ABOUT | {
        "images": [IMAGE],
        "annotations": [{"segments_info": found, "file_name": "000000000139.png", "image_id": 139}],
        "categories": [
            {"supercategory": "person", "isthing": 1, "id": 1, "name": "person"},
            {"supercategory": "plant", "isthing": 0, "id": 184, "name": "tree-merged"},
        ],
    }
    labels = (LabelSpec(1, "person"), LabelSpec(2, "tree-merged"))
    body = zipped(
        {
            "annotations/panoptic_val2017.json": json.dumps(listed),
            "annotations/panoptic_val2017/000000000139.png": colored(picture),
            "val2017/000000000139.jpg": b"picture",
        }
    )
    imported = read(body, "COCO Panoptic 1.0", Target(labels, FRAME))
    shapes = {one.label_id: one.points for one in imported.document.shapes}
    assert shapes[1][-4:] == [413, 158, 465, 295]
    assert shapes[2][-4:] == [0, 300, 639, 319]
    assert bitmap(shapes[1]).all()
    assert not imported.report.skipped


JOINTS = [
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder",
    "left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee",
    "right_knee", "left_ankle", "right_ankle",
]  # fmt: skip
EDGES = [
    [16, 14], [14, 12], [17, 15], [15, 13], [12, 13], [6, 12], [7, 13], [6, 7], [6, 8], [7, 9],
    [8, 10], [9, 11], [2, 3], [1, 2], [1, 3], [2, 4], [3, 5], [4, 6], [5, 7],
]  # fmt: skip


def test_coco_keypoints() -> None:
    """`person_keypoints_val2017.json`: who has no points, a crowd, and whose feet are cut off."""
    seen = [value for at in range(17) for value in (
        (413 + at, 158 + 2 * at, 2 - at % 2) if at < 15 else (0, 0, 0))]  # fmt: skip
    of_all = {"image_id": 139, "category_id": 1, "iscrowd": 0}
    listed = ABOUT | {
        "images": [IMAGE],
        "annotations": [
            of_all | {"segmentation": [[428.19, 219.47, 430.94, 209.57, 430.39, 210.12]],
                      "num_keypoints": 15, "area": 2913.1104, "keypoints": seen,
                      "bbox": [412.8, 157.61, 53.05, 138.01], "id": 230831},
            of_all | {"segmentation": [[384.98, 206.58, 384.43, 199.98, 385.25, 193.66]],
                      "num_keypoints": 0, "area": 435.1449, "keypoints": [0] * 51,
                      "bbox": [384.43, 172.21, 15.12, 35.74], "id": 233201},
            of_all | {"segmentation": {"counts": [272640], "size": [426, 640]}, "iscrowd": 1,
                      "num_keypoints": 0, "area": 0, "keypoints": [0] * 51,
                      "bbox": [0, 0, 1, 1], "id": 900100000139},
        ],
        "categories": [{"supercategory": "person", "id": 1, "name": "person", "keypoints": JOINTS,
                        "skeleton": EDGES}],
    }  # fmt: skip
    joints = tuple(LabelSpec(10 + at, name, type="points") for at, name in enumerate(JOINTS))
    labels = (LabelSpec(1, "person", type="skeleton", sublabels=joints),)
    body = json.dumps(listed).encode()
    file = "person_keypoints_val2017.json"
    imported = read(body, "COCO Keypoints 1.0", Target(labels, FRAME), file)
    (person,) = [one for one in imported.document.shapes if one.type == "skeleton"]
    assert [(one.label_id, one.outside) for one in person.elements] == [
        (10 + at, at >= 15) for at in range(17)
    ]
    assert [one.occluded for one in person.elements[:4]] == [False, True, False, True]
    assert person.elements[3].points == [416, 164]
    assert imported.report.skipped["annotation has no keypoints"] == 2


def test_ultralytics_segmentation() -> None:
    """coco8-seg, whose outlines are as long as they come."""
    line = "45 0.782016 0.986521 0.937078 0.874167 0.957297 0.782021 0.950562 0.739333\n"
    names = "".join(f"  {number}: {number}\n" for number in range(80)).replace(": 45", ": bowl")
    body = zipped(
        {
            "coco8-seg/coco8-seg.yaml": "path: coco8-seg\ntrain: images/train\nval: images/val\n"
            f"test:\n\nnames:\n{names}",
            "coco8-seg/images/train/000000000009.jpg": b"picture",
            "coco8-seg/labels/train/000000000009.txt": line,
            "coco8-seg/images/val/000000000036.jpg": b"picture",
        }
    )
    target = Target((LabelSpec(1, "bowl"),), photos(["000000000009.jpg", "000000000036.jpg"]))
    (shape,) = read(body, "Ultralytics YOLO Segmentation 1.0", target).document.shapes
    assert (shape.type, shape.frame) == ("polygon", 0)
    assert shape.points[:2] == pytest.approx([0.782016 * 640, 0.986521 * 480], abs=0.01)
    assert len(shape.points) == 8


#: As Darknet wants it, with the folder of a dataset that was made for it.
DARKNET = {
    "data/obj.data": "classes= 2\ntrain  = data/train.txt\nvalid  = data/test.txt\n"
    "names = data/obj.names\nbackup = backup/\n",
    "data/obj.names": "air\nbird\n",
    "data/train.txt": "data/obj/img1.jpg\ndata/obj/img2.jpg\n",
    "data/test.txt": "data/obj/img3.jpg\n",
    "data/obj/img1.txt": "1 0.716797 0.395833 0.216406 0.147222\n"
    "0 0.687109 0.379167 0.255469 0.158333\n1 0.420312 0.395833 0.140625 0.166667\n",
    "data/obj/img1.jpg": "picture",
    "data/obj/img3.txt": "0 0.5 0.5 0.25 0.5\n",
    "cfg/yolo-obj.cfg": "[net]\nbatch=64\n",
}


def test_darknet() -> None:
    names = ["img1.jpg", "img2.jpg", "img3.jpg"]
    target = Target((LabelSpec(1, "air"), LabelSpec(2, "bird")), photos(names))
    imported = read(zipped({**DARKNET}), "YOLO 1.1", target)
    assert [(one.frame, one.label_id) for one in imported.document.shapes] == [
        (0, 2), (0, 1), (0, 2), (2, 1),
    ]  # fmt: skip
    x, y = 0.716797 * 640, 0.395833 * 480
    width, height = 0.216406 * 640, 0.147222 * 480
    assert imported.document.shapes[0].points == pytest.approx(
        [x - width / 2, y - height / 2, x + width / 2, y + height / 2], abs=0.01
    )
    assert not imported.report.skipped


def test_imagenet_in_lists() -> None:
    """The lists of validation that Caffe made common."""
    names = ["ILSVRC2012_val_00000001.JPEG", "ILSVRC2012_val_00000002.JPEG"]
    body = zipped(
        {
            "synsets.txt": "n01440764\nn01443537\n",
            "val.txt": f"{names[0]} 1\n{names[1]} 0\n",
        }
    )
    labels = (LabelSpec(1, "n01440764"), LabelSpec(2, "n01443537"))
    found = read(body, "ImageNet 1.0", Target(labels, photos(names)))
    assert [(one.frame, one.label_id) for one in found.document.tags] == [(0, 2), (1, 1)]


def test_point_clouds_of_supervisely() -> None:
    """As its documentation shows an annotation, in a project as it is downloaded."""
    meta = {
        "classes": [{"id": 1234, "hotkey": "", "title": "car", "shape": "cuboid_3d",
                     "color": "#F9A7AD", "geometry_config": {}}],
        "tags": [], "projectType": "point_clouds",
    }  # fmt: skip
    by = {"labelerLogin": "max", "updatedAt": "2020-08-12T12:13:04.812Z",
          "createdAt": "2020-08-12T12:13:04.812Z"}  # fmt: skip
    content = {
        "description": "", "key": "fafd2ff5b8134f09a1a4ac0ef4ce1a8e", "tags": [],
        "objects": [{"key": "6fe1f2a5c5434b1f9b8fb4c0a7d8a5a1", "classTitle": "car", "tags": [],
                     **by}],
        "figures": [{
            "key": "8c8a8e1ee1d34b7a8c4a4b6fd4ad5b2f",
            "objectKey": "6fe1f2a5c5434b1f9b8fb4c0a7d8a5a1", "geometryType": "cuboid_3d",
            "geometry": {
                "position": {"x": -3.4102, "y": 28.2087, "z": -0.7954},
                "rotation": {"x": 0, "y": 0, "z": -0.0163},
                "dimensions": {"x": 1.5971, "y": 4.2897, "z": 1.4559},
            },
            **by,
        }],
    }  # fmt: skip
    keys = {"tags": {}, "objects": {content["objects"][0]["key"]: 28},  # type: ignore[index]
            "figures": {content["figures"][0]["key"]: 71},  # type: ignore[index]
            "videos": {content["key"]: 91}}  # fmt: skip
    body = zipped(
        {
            "project/meta.json": json.dumps(meta),
            "project/key_id_map.json": json.dumps(keys),
            "project/dataset1/ann/000063.pcd.json": json.dumps(content),
            "project/dataset1/pointcloud/000063.pcd": b"points",
            "project/dataset1/related_images/000063_pcd/000063_image_0.png": b"picture",
            "project/dataset1/related_images/000063_pcd/000063_image_0.png.json": "{}",
        }
    )
    frames = (Frame(0, 0, "000063.pcd", "000063.pcd", 0, 0),)
    target = Target((LabelSpec(1, "car"),), frames, dimension="3d")
    name = "Sly Point Cloud Format 1.0"
    (shape,) = read(body, name, target).document.shapes
    assert shape.points == [
        -3.4102, 28.2087, -0.7954, 0, 0, -0.0163, 1.5971, 4.2897, 1.4559, *[0] * 7,
    ]  # fmt: skip
    listed = registry.importer(name).load().pictures(Upload(io.BytesIO(body), "x.zip"))
    assert {one.file.rpartition("/")[2] for one in listed} == {"000063.pcd", "000063_image_0.png"}
