"""Pictures of classes and instances as VOC publishes them, whose colours tell the labels."""

from __future__ import annotations

import numpy as np

from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.colors import voc_color
from chalicelib.formats.geometry.png import indexed
from chalicelib.formats.importing.target import Target
from chalicelib.formats.labels import LabelSpec
from tests.unit.formats.datasets import read
from tests.unit.formats.unpacked import zipped

FRAME = (Frame(0, 0, "2007_000032.jpg", "2007_000032.jpg", 50, 28),)
PALETTE = [voc_color(number) for number in range(256)]


def test_segmentation_of_voc2012() -> None:
    """Two aeroplanes and a person with the void border around them; there is no map of labels."""
    classes = np.zeros((28, 50), np.uint8)
    instances = np.zeros((28, 50), np.uint8)
    for number, (kind, rows, columns) in enumerate(
        ((1, slice(2, 10), slice(5, 20)), (1, slice(12, 18), slice(5, 20)),
         (15, slice(20, 26), slice(30, 40))), 1,
    ):  # fmt: skip
        wide = slice(rows.start - 1, rows.stop + 1), slice(columns.start - 1, columns.stop + 1)
        for picture, value in ((classes, kind), (instances, number)):
            picture[wide] = 255
            picture[rows, columns] = value
    root = "VOCdevkit/VOC2012"
    body = zipped(
        {
            f"{root}/SegmentationClass/2007_000032.png": indexed(classes, PALETTE),
            f"{root}/SegmentationObject/2007_000032.png": indexed(instances, PALETTE),
            f"{root}/ImageSets/Segmentation/train.txt": "2007_000032\n",
            f"{root}/JPEGImages/2007_000032.jpg": b"picture",
        }
    )
    labels = (LabelSpec(1, "aeroplane", "#112233"), LabelSpec(2, "person", "#445566"))
    for name in ("Segmentation mask 1.1", "PASCAL VOC 1.1"):
        found = read(body, name, Target(labels, FRAME))
        assert sorted((one.label_id, one.points[-4:]) for one in found.document.shapes) == [
            (1, [5, 2, 19, 9]), (1, [5, 12, 19, 17]), (2, [30, 20, 39, 25]),
        ]  # fmt: skip
