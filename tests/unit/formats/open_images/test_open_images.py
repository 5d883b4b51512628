"""Open Images V6 1.0: tables of labels, boxes and masks."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from datumaro import Bbox, Dataset, DatasetItem, Image, Label, Mask
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.model.document import AttributeValue, Document, Shape, Tag
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.geometry.masks import bitmap
from chalicelib.formats.geometry.png import grey
from chalicelib.formats.importing.target import Target
from tests.unit.formats import golden
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import DOG as PLAIN
from tests.unit.formats.datasets import export, part, photos, read, task
from tests.unit.formats.sample import CAT, DOG, FRAMES, HEIGHT, LABELS, VIDEO, WIDTH, source

NAME = "Open Images V6 1.0"
TARGET = Target(LABELS, FRAMES)
BOXES = "annotations/train-annotations-bbox.csv"
TAGS = "annotations/train-annotations-human-imagelabels.csv"
MASKS = "annotations/train-annotations-object-segmentation.csv"
#: As published: https://storage.googleapis.com/openimages/v6/oidv6-train-annotations-bbox.csv
PUBLISHED = (
    "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,"
    "IsDepiction,IsInside,XClick1X,XClick2X,XClick3X,XClick4X,XClick1Y,XClick2Y,XClick3Y,"
    "XClick4Y\n"
    "a,xclick,/m/0bt9lr,1,0.0125,0.195312,0.148438,0.5875,1,1,0,0,0,0.15,0.01,0.19,0.13,0.58,0.27,"
    "0.22,0.14\n"
)


def packed(**files: str | bytes) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return body.getvalue()


def boxes(*rows: str, header: str = "ImageID,LabelName,XMin,XMax,YMin,YMax") -> bytes:
    return packed(**{BOXES: "\n".join((header, *rows, ""))})


def test_the_sample_is_written_as_it_was() -> None:
    body, report = export(source(), NAME)
    golden.check("open_images", body)
    # The turned box is a mask, as in CVAT.
    assert report.kinds == {"tag": 2, "rectangle": 2, "polygon": 2, "ellipse": 1, "mask": 1}
    assert report.converted["rectangle became a mask"] == 1
    assert report.skipped["skeleton cannot be written"] == 1
    assert report.frames == 3


def test_tracks_are_written_shape_by_shape() -> None:
    _, report = export(source(VIDEO), NAME)
    assert report.converted["track became separate shapes"] == 9


def test_datumaro_finds_the_same(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(export(source(), NAME)[0])) as archive:
        archive.extractall(tmp_path)
        for frame in FRAMES:
            picture = tmp_path / "images" / "default" / frame.file_name
            picture.parent.mkdir(parents=True, exist_ok=True)
            picture.write_bytes(grey(np.zeros((HEIGHT, WIDTH), np.uint8)))
    found = Dataset.import_from(str(tmp_path), "open_images")
    first = found.get("a", "default").annotations
    assert sorted(one.type.name for one in first) == ["bbox", "label", "mask", "mask", "mask"]
    (box,) = [one for one in first if one.type.name == "bbox"]
    assert np.allclose([box.x, box.y, box.w, box.h], [2, 3, 10.5, 10])
    (mask,) = [one for one in found.get("кот", "default").annotations if one.type.name == "mask"]
    assert mask.image.sum() == 5


def test_what_datumaro_writes_is_read(tmp_path: Path) -> None:
    drawn = np.zeros((HEIGHT, WIDTH), bool)
    drawn[3:9, 5:30] = True
    item = DatasetItem(
        "a", subset="train",
        annotations=[Label(1), Bbox(5, 3, 25, 6, label=1, group=4, attributes={"occluded": True}),
                     Mask(drawn, label=1, group=4)],
        media=Image.from_numpy(np.zeros((HEIGHT, WIDTH, 3), np.uint8)),
    )  # fmt: skip
    written = Dataset.from_iterable([item], categories=["cat", "dog"])
    written.export(str(tmp_path), "open_images", save_media=False)
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for file in tmp_path.rglob("*.*"):
            archive.write(file, str(file.relative_to(tmp_path)))
    found = read(body.getvalue(), NAME, TARGET).document
    assert [tag.label_id for tag in found.tags] == [DOG.id]
    box, mask = found.shapes
    assert (box.points, box.occluded) == ([5, 3, 30, 9], True)
    assert mask.points[-4:] == [5, 3, 29, 8]
    assert bitmap(mask.points).all()
    assert box.group == mask.group == 1


@given(
    st.lists(strategy.shapes(("rectangle", "mask"), z_order=False, group=False), max_size=5),
    st.lists(strategy.frames, max_size=3),
)
def test_tags_boxes_and_masks_are_kept(shapes: list[Shape], tagged: list[int]) -> None:
    for shape in shapes:
        shape.label_id, shape.attributes, shape.rotation = PLAIN.id, [], 0.0
        shape.occluded = shape.occluded and shape.type == "rectangle"
    tags = [Tag(frame=frame, label_id=PLAIN.id, source="file") for frame in sorted(tagged)]
    frames = photos(["a.jpg", 'b/c, "d".png', "é & ü.png"])
    body, _ = export(task(frames, Document(tags=tags, shapes=shapes)), NAME)
    found = read(body, NAME, Target((PLAIN,), frames)).document

    def by_place(shape: Shape) -> tuple[object, ...]:
        return shape.type != "rectangle", shape.frame

    assert found.tags == tags
    assert found.shapes == sorted(shapes, key=by_place)


def test_what_is_known_of_boxes_is_kept() -> None:
    truncated = type(CAT.attributes[0])(
        900, "truncated", input_type="checkbox", default_value="false"
    )
    label = type(CAT)(9, "fish", attributes=(truncated,))
    shape = Shape(
        type="rectangle", frame=0, points=[1, 2, 3, 4], label_id=9, occluded=True, score=0.5,
        attributes=[AttributeValue(900, "true")],
    )  # fmt: skip
    made = source(part(FRAMES, Document(shapes=[shape])))
    made.labels = (label,)
    body, report = export(made, NAME)
    assert not report.converted
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        text = archive.read("annotations/default-annotations-bbox.csv").decode()
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["IsOccluded"], row["IsTruncated"], row["IsInside"]) == ("1", "1", "-1")
    (back,) = read(body, NAME, Target((label,), FRAMES)).document.shapes
    assert (back.occluded, back.score, back.attributes) == (
        True,
        0.5,
        [AttributeValue(900, "true")],
    )


def test_published_tables_are_read_by_what_classes_are_called() -> None:
    body = packed(**{
        "oidv6-train-annotations-bbox.csv": PUBLISHED,
        "oidv6-class-descriptions.csv": "LabelName,DisplayName\n/m/0bt9lr,dog\n",
        "train-annotations-human-imagelabels.csv":
            "ImageID,Source,LabelName,Confidence\n"
            "a,verification,/m/0bt9lr,0\na,verification,/m/0bt9lr,1\n",
    })  # fmt: skip
    found = read(body, NAME, TARGET)
    assert [shape.points for shape in found.document.shapes] == [[0.5, 4.453, 7.812, 17.625]]
    assert len(found.document.tags) == 1
    assert found.report.skipped == {"label is said not to be in the image": 1}


def test_masks_of_another_size_are_scaled() -> None:
    small = np.zeros((15, 20), np.uint8)
    small[2:4, 3:5] = 255
    header = "MaskPath,ImageID,LabelName,BoxID,BoxXMin,BoxXMax,BoxYMin,BoxYMax,PredictedIoU,Clicks"
    files: dict[str, str | bytes] = {
        MASKS: f"{header}\nm.png,a,dog,1,,,,,,\n", "masks/m.png": grey(small)
    }  # fmt: skip
    body = packed(**files)
    (mask,) = read(body, NAME, TARGET).document.shapes
    assert mask.points[-4:] == [6, 4, 9, 7]
    polygons = read(body, NAME, Target(LABELS, FRAMES, masks_as_polygons=True)).document.shapes
    assert [shape.type for shape in polygons] == ["polygon"]


def test_a_missing_mask_is_told() -> None:
    body = packed(**{MASKS: "MaskPath,ImageID,LabelName,BoxID\nm.png,a,dog,1\n"})
    assert read(body, NAME, TARGET).report.skipped == {"picture of the mask is missing": 1}


def test_only_the_tables_of_a_subset_are_read_if_that_is_wanted() -> None:
    row = "ImageID,LabelName,XMin,XMax,YMin,YMax\na,dog,0,{},0,1\n"
    body = packed(**{
        BOXES: row.format(0.5), BOXES.replace("train", "validation"): row.format(0.25)
    })  # fmt: skip
    target = Target(LABELS, FRAMES, subset="validation")
    assert [one.points[2] for one in read(body, NAME, target).document.shapes] == [10]


BAD = {
    "another format": (packed(**{"a.csv": "x,y\n"}), "is not an Open Images dataset"),
    "no table": (packed(**{"a.txt": "x"}), r"x.zip: has no .csv file"),
    "no column": (packed(**{BOXES: "ImageID,XMin\n"}), r'bbox.csv, line 1: has no column "Label'),
    "nothing": (packed(**{BOXES: ""}), "bbox.csv: is empty"),
    "short row": (boxes("a,dog,0,1"), "line 2: 4 columns instead of 6"),
    "no number": (boxes("a,dog,0,1,0,wide"), 'line 2: "wide" is not a number'),
    "not finite": (boxes("a,dog,0,1,0,inf"), "line 2: a number is not finite"),
    "turned": (boxes("a,dog,1,0,0,1"), "line 2: a box of negative size"),
    "unknown class": (boxes("a,cow,0,1,0,1"), r'none of its labels \("cow"\)'),
    "not UTF-8": (packed(**{BOXES: b"ImageID,LabelName\n\xff\xfe"}), "is not text in UTF-8"),
    "zero byte": (boxes('"a\0,dog,0,1,0,1'), "bbox.csv"),
    "bad picture": (
        packed(**{MASKS: b"MaskPath,ImageID,LabelName,BoxID\nm.png,a,dog,1\n", "m.png": b"no"}),
        "m.png: is not a picture",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_is_refused(case: str) -> None:
    body, trouble = BAD[case]
    with pytest.raises(BadDataset, match=trouble):
        read(body, NAME, TARGET, "x.zip")


def test_an_image_that_is_not_in_the_task_is_told() -> None:
    found = read(boxes("z,dog,0,1,0,1", "a,dog,0,1,0,1"), NAME, TARGET)
    assert found.report.skipped == {"image is not in the task": 1}
    assert len(found.document.shapes) == 1
