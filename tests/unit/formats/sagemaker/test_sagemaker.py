"""SageMaker Ground Truth 1.0: manifests of boxes, tags and pictures of classes."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chalicelib.annotations.model.document import Document, Shape, Tag
from chalicelib.formats.catalogue.sagemaker import reader as of_lines
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.geometry.png import indexed
from chalicelib.formats.importing.target import Target
from tests.unit.formats import golden
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import DOG as PLAIN
from tests.unit.formats.datasets import export, photos, read, task
from tests.unit.formats.sample import DOG, FRAMES, HEIGHT, LABELS, WIDTH, source

NAME = "SageMaker Ground Truth 1.0"
TARGET = Target(LABELS, FRAMES)
MANIFEST = "manifests/default/output.manifest"
#: The example of the documentation of Ground Truth's output, with names of our sample.
PUBLISHED: dict[str, Any] = {
    "source-ref": "s3://DOC-EXAMPLE-BUCKET/example/a.jpg",
    "bounding-box-attribute-name": {
        "image_size": [{"width": 500, "height": 400, "depth": 3}],
        "annotations": [
            {"class_id": 0, "left": 11, "top": 13, "width": 6, "height": 12},
            {"class_id": 5, "left": 16, "top": 25, "width": 3, "height": 5},
        ],
    },
    "bounding-box-attribute-name-metadata": {
        "objects": [{"confidence": 0.8}, {"confidence": 0.9}],
        "class-map": {"0": "dog", "5": "cat"},
        "type": "groundtruth/object-detection", "human-annotated": "yes",
        "creation-date": "2018-10-18T22:18:13.527256", "job-name": "identify-dogs-and-toys",
    },
    "species": 0,
    "species-metadata": {
        "class-name": "dog", "confidence": 0.00, "type": "groundtruth/image-classification",
        "job-name": "identify-animal-species", "human-annotated": "yes",
        "creation-date": "2018-10-18T22:18:13.527256",
    },
}  # fmt: skip


def lines(*some: dict[str, Any]) -> bytes:
    return "".join(json.dumps(one) + "\n" for one in some).encode()


def boxes(*annotations: dict[str, Any], **about: Any) -> bytes:
    metadata = {"type": "groundtruth/object-detection", "class-map": {"0": "dog"}} | about
    return lines({
        "source-ref": "a.jpg", "b": {"annotations": list(annotations)}, "b-metadata": metadata,
    })  # fmt: skip


def box(**changes: Any) -> dict[str, Any]:
    return {"class_id": 0, "left": 1, "top": 2, "width": 3, "height": 4} | changes


def test_the_sample_is_written_as_it_was() -> None:
    body, report = export(source(), NAME)
    golden.check("sagemaker", body)
    assert report.kinds == {"tag": 2, "rectangle": 2, "polygon": 2, "ellipse": 1, "mask": 1}
    assert report.skipped["skeleton cannot be written"] == 1
    assert report.frames == 3


def test_every_line_stands_for_itself() -> None:
    """As the built-in algorithms read it: an image, its size, boxes of whole classes."""
    with zipfile.ZipFile(io.BytesIO(export(source(), NAME)[0])) as archive:
        written = [json.loads(line) for line in archive.read(MANIFEST).splitlines()]
        picture = archive.read(written[0]["segmentation-ref"])
    assert [one["source-ref"] for one in written] == [
        f"images/default/{frame.file_name}" for frame in FRAMES
    ]
    (found,) = written[0]["bounding-box"]["annotations"]
    assert found == {"class_id": 0, "left": 2, "top": 3, "width": 10.5, "height": 10}
    assert written[0]["bounding-box-metadata"]["class-map"] == {"0": "cat"}
    colors = written[0]["segmentation-ref-metadata"]["internal-color-map"].values()
    shown = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).reshape(-1, 3)
    assert {"#{:02x}{:02x}{:02x}".format(*color) for color in shown.tolist()} == {
        one["hex-color"] for one in colors
    }


@given(
    st.lists(strategy.shapes(("rectangle",), z_order=False, group=False), max_size=5),
    st.sets(strategy.frames),
)
def test_boxes_and_tags_are_kept(shapes: list[Shape], tagged: set[int]) -> None:
    for shape in shapes:
        shape.label_id, shape.attributes, shape.rotation = PLAIN.id, [], 0.0
        shape.occluded = False
    tags = [Tag(frame=frame, label_id=PLAIN.id, source="file") for frame in sorted(tagged)]
    frames = photos(["a.jpg", 'b/c, "d".png', "é & ü?.png"])
    body, _ = export(task(frames, Document(tags=tags, shapes=shapes)), NAME)
    found = read(body, NAME, Target((PLAIN,), frames)).document
    assert found.tags == tags
    assert found.shapes == sorted(shapes, key=lambda shape: shape.frame)


def test_masks_are_kept_by_class() -> None:
    found = read(export(source(), NAME)[0], NAME, TARGET).document.shapes
    (mask,) = [shape for shape in found if shape.frame == 2]
    assert (mask.type, mask.label_id, mask.points[-4:]) == ("mask", DOG.id, [11, 8, 13, 9])


def test_a_published_manifest_is_read() -> None:
    found = read(lines(PUBLISHED), NAME, TARGET, "x.manifest").document
    assert [(one.points, one.score) for one in found.shapes] == [
        ([11, 13, 17, 25], 0.8), ([16, 25, 19, 30], 0.9),
    ]  # fmt: skip
    assert [(tag.frame, tag.label_id) for tag in found.tags] == [(0, DOG.id)]


def segmented(picture: bytes, **colors: str) -> bytes:
    shown = {str(at): {"class-name": name, "hex-color": color}
             for at, (name, color) in enumerate(colors.items())}  # fmt: skip
    line = {
        "source-ref": "s3://bucket/a.jpg", "seg-ref": "s3://bucket/out/a_1.png",
        "seg-ref-metadata": {
            "internal-color-map": shown, "type": "groundtruth/semantic-segmentation",
        },
    }  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("output.manifest", lines(line))
        archive.writestr("out/a_1.png", picture)
    return packed.getvalue()


def test_pictures_of_classes_are_found_by_their_names() -> None:
    numbers = np.zeros((HEIGHT, WIDTH), np.uint8)
    numbers[2:5, 3:9], numbers[20:22, 0:2] = 1, 2
    picture = indexed(numbers, [(255, 255, 255), (0x2A, 0xCA, 0x2A), (1, 2, 3)])
    found = read(segmented(picture, BACKGROUND="#ffffff", dog="#2aca2a"), NAME, TARGET)
    assert [one.points for one in found.document.shapes] == [[0, 18, 3, 2, 8, 4]]
    assert found.report.skipped == {"color is of no label": 1}


def test_what_cannot_be_taken_over_is_told() -> None:
    other = {"source-ref": "a.jpg", "t": [], "t-metadata": {"type": "groundtruth/text"}}
    strange = PUBLISHED | {"source-ref": "s3://b/z.jpg"}
    lacking = {
        "source-ref": "кот.jpg", "s": "x.png",
        "s-metadata": {"type": "groundtruth/semantic-segmentation", "internal-color-map": {}},
    }  # fmt: skip
    body = lines(other, strange, lacking, PUBLISHED, {"source-ref": "empty.jpg"})
    found = read(body, NAME, TARGET, "x.manifest")
    assert found.report.skipped == {
        "attribute of a kind that cannot be taken over": 1, "image is not in the task": 1,
        "picture of classes is missing": 1, "image is listed twice": 1,
    }  # fmt: skip


def test_a_picture_of_another_size_is_told() -> None:
    picture = indexed(np.zeros((3, 3), np.uint8), [(0, 0, 0)])
    found = read(segmented(picture, dog="#000000"), NAME, TARGET)
    assert found.report.skipped == {"mask has another size than the image": 1}


BAD = {
    "nothing": (b"", "x.manifest: is empty"),
    "empty lines": (b"\n\n", "x.manifest: is empty"),
    "COCO": (b'{"images": []}', "line 1: is not a line of a manifest: it has no `source-ref`"),
    "XML": (b"<annotations/>", "line 1: is not a line of a manifest"),
    "cut off": (lines(PUBLISHED)[:-40], "line 1: is not a line"),
    "not UTF-8": (b'{"source-ref": "\xff"}', "line 1: "),
    "no class": (boxes(box(class_id=7)), "line 1: there is no class 7"),
    "negative": (boxes(box(width=-1)), "line 1: a box of negative size"),
    "no number": (boxes(box(width="wide")), "line 1: Expected `float`"),
    "unknown class": (boxes(box(), **{"class-map": {"0": "cow"}}), r'none of its labels \("cow"\)'),
    "bad color": (segmented(b"", dog="green"), r"a_1\.png: is not a picture"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_is_refused(case: str) -> None:
    body, trouble = BAD[case]
    with pytest.raises(BadDataset, match=trouble):
        read(body, NAME, TARGET, "x.manifest")


def test_a_line_that_never_ends_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_lines, "MAX_LINE", 1 << 10)
    with pytest.raises(BadDataset, match="line 1: is longer than"):
        read(b"[" * 2000, NAME, TARGET, "x.manifest")
