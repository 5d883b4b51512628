"""COCO Keypoints 1.0: skeletons and points, their order, what hides them, and their tracks."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from datumaro import (
    AnnotationType,
    Dataset,
    DatasetItem,
    Image,
    LabelCategories,
    Points,
    PointsCategories,
)
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.interpolation.tracks import elements_at
from chalicelib.annotations.model.document import (
    AttributeValue,
    Document,
    Shape,
    SubShape,
    SubTrack,
    Track,
    TrackedShape,
)
from chalicelib.formats.catalogue.coco_keypoints.skeletons import edges
from chalicelib.formats.importing.target import Target
from tests.unit.formats import golden
from tests.unit.formats.coco.test_coco import loaded
from tests.unit.formats.datasets import export, part, read
from tests.unit.formats.plain import seen
from tests.unit.formats.sample import (
    CLIP,
    DOG,
    FRAMES,
    LABELS,
    PERSON,
    PHOTOS,
    SHAPES,
    TRACKS,
    VIDEO,
    source,
)

NAME = "COCO Keypoints 1.0"
KEYPOINTS = "annotations/person_keypoints_default.json"
TARGET = Target(LABELS, FRAMES)
hundredths = st.integers(0, 4000).map(lambda value: value / 100)


@st.composite
def skeletons(draw: st.DrawFn) -> Shape:
    """A person of whom at least the head is in the picture."""
    elements = [
        SubShape(
            type="points", frame=0, label_id=one.id, points=[draw(hundredths), draw(hundredths)],
            outside=draw(st.booleans()) if at else False, source="file",
        )
        for at, one in enumerate(PERSON.sublabels)
    ]  # fmt: skip
    for one in elements:
        one.occluded = not one.outside and draw(st.booleans())
    return Shape(
        type="skeleton", frame=0, label_id=PERSON.id, elements=elements, source="file",
        occluded=draw(st.booleans()),
        attributes=[AttributeValue(103, draw(st.sampled_from(["left", "right"])))],
    )  # fmt: skip


def keypoints(*annotations: dict[str, Any], names: tuple[str, ...] = ("foot", "head")) -> bytes:
    numbered = [{"id": at, "image_id": 1, "category_id": 1} for at in range(len(annotations))]
    return json.dumps({
        "images": [{"id": 1, "file_name": "a.jpg", "width": 40, "height": 30}],
        "categories": [{"id": 1, "name": "person", "keypoints": names, "skeleton": [[1, 2]]}],
        "annotations": [a | b for a, b in zip(numbered, annotations, strict=True)],
    }).encode()  # fmt: skip


def test_the_sample_is_written_as_it_was() -> None:
    body, report = export(source(), NAME)
    golden.check("coco_keypoints", body)
    assert report.kinds == {"skeleton": 1, "points": 1}
    assert report.skipped["rectangle cannot be written"] == 2
    golden.check("coco_keypoints_video", export(source(VIDEO), NAME)[0])


def test_the_coco_api_finds_the_points_and_what_joins_them(tmp_path: Path) -> None:
    found = loaded(export(source(), NAME)[0], tmp_path, KEYPOINTS)
    (person,) = found.loadCats(found.getCatIds(catNms=["person"]))
    assert person["keypoints"] == ["head", "hand", "foot"]
    assert person["skeleton"] == [[1, 2]]
    (ann,) = found.loadAnns(found.getAnnIds(catIds=person["id"]))
    assert ann["keypoints"] == [30, 18, 2, 28, 22, 1, 31, 28, 0]
    assert (ann["num_keypoints"], ann["bbox"]) == (2, [28, 18, 2, 4])


def test_edges_of_drawings_are_between_points_in_the_labels_order() -> None:
    turned = PERSON.__class__(
        12, "person", sublabels=tuple(reversed(PERSON.sublabels)), svg=PERSON.svg
    )
    assert list(edges(PERSON)) == [(1, 2)]
    assert list(edges(turned)) == [(3, 2)]


@given(st.lists(skeletons(), max_size=4))
def test_skeletons_are_kept(shapes: list[Shape]) -> None:
    exported = source(part(FRAMES, Document(shapes=shapes)))
    found = read(export(exported, NAME)[0], NAME, TARGET)
    assert found.document.shapes == shapes


def test_points_of_other_labels_are_kept() -> None:
    found = read(export(source(), NAME)[0], NAME, TARGET).document.shapes
    (dots,) = [shape for shape in found if shape.type == "points"]
    assert (dots.points, dots.label_id) == (SHAPES[7].points, DOG.id)


def test_a_tracked_skeleton_is_where_it_was() -> None:
    body, _ = export(source(VIDEO), NAME)
    (track,) = read(body, NAME, Target(LABELS, CLIP, is_video=True)).document.tracks
    for frame in (3, 4, 5):
        places = [(one.label_id, at.points) for one, at in elements_at(track, frame, ())]
        assert places == [
            (one.label_id, at.points) for one, at in elements_at(TRACKS[2], frame, ())
        ]


def test_a_box_of_its_group_is_the_outline_of_a_skeleton() -> None:
    person = PHOTOS.content.shapes[4]
    grouped = Shape(type="skeleton", frame=0, label_id=12, elements=person.elements, group=3)
    box = Shape(type="rectangle", frame=0, label_id=DOG.id, points=[25, 15, 35, 29], group=3)
    exported = source(part(FRAMES, Document(shapes=[grouped, box])))
    body, report = export(exported, NAME)
    assert report.kinds == {"rectangle": 1, "skeleton": 1}
    back = read(body, NAME, TARGET).document.shapes
    assert [shape.type for shape in back] == ["skeleton"]


def test_points_are_found_by_name_whatever_their_order() -> None:
    body = keypoints({"keypoints": [1, 2, 1, 3, 4, 2]})
    (person,) = read(body, NAME, TARGET, "x.json").document.shapes
    assert [(one.label_id, one.points, one.outside, one.occluded) for one in person.elements] == [
        (13, [3, 4], False, False), (14, [0, 0], True, False), (15, [1, 2], False, True),
    ]  # fmt: skip


def test_what_has_no_keypoints_is_told() -> None:
    """In the published annotations most crowds and small people have none."""
    body = keypoints({"keypoints": [0] * 6}, {"bbox": [1, 2, 3, 4]}, {"keypoints": [1, 1, 2] * 2})
    found = read(body, NAME, TARGET, "x.json")
    assert len(found.document.shapes) == 1
    assert found.report.skipped == {"annotation has no keypoints": 2}


@pytest.mark.parametrize(
    ("flat", "trouble"),
    [([1, 2], "keypoints of 2 numbers"), ([1, 2, 2], "1 keypoints, but its category names 2")],
)
def test_keypoints_that_cannot_be_are_refused(flat: list[int], trouble: str) -> None:
    with pytest.raises(Exception, match=rf"x.json, annotations\[0\]: {trouble}"):
        read(keypoints({"keypoints": flat}), NAME, TARGET, "x.json")


def test_datumaro_finds_the_same(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(export(source(images=True), NAME)[0])) as archive:
        archive.extractall(tmp_path)
    found = Dataset.import_from(str(tmp_path), "coco_person_keypoints")
    (person,) = [one for one in found.get("a", "default").annotations if one.type.name == "points"]
    assert person.points == [30, 18, 28, 22, 31, 28]
    assert [one.value for one in person.visibility] == [2, 1, 0]


def test_what_datumaro_writes_is_read(tmp_path: Path) -> None:
    item = DatasetItem(
        "a", subset="train", annotations=[Points([30, 18, 28, 22, 31, 28], [2, 1, 0], label=0)],
        media=Image.from_numpy(np.zeros((30, 40, 3), np.uint8)),
    )  # fmt: skip
    categories = {
        AnnotationType.label: LabelCategories.from_iterable(["person"]),
        AnnotationType.points: PointsCategories.from_iterable([(0, ["head", "hand", "foot"])]),
    }
    written = Dataset.from_iterable([item], categories=categories)
    written.export(str(tmp_path), "coco_person_keypoints", save_media=False)
    body = (tmp_path / "annotations" / "person_keypoints_train.json").read_bytes()
    (person,) = read(body, NAME, TARGET, "x.json").document.shapes
    assert [(one.points, one.occluded, one.outside) for one in person.elements] == [
        ([30, 18], False, False), ([28, 22], True, False), ([31, 28], False, True),
    ]  # fmt: skip


def test_points_that_move_between_the_keyframes_of_their_skeleton_are_kept() -> None:
    """Each point has keyframes of its own, on frames where its skeleton has none."""
    last = len(CLIP) - 1
    whole = [TrackedShape(frame=frame, type="skeleton") for frame in (0, last)]
    joints = []
    for at, one in enumerate(PERSON.sublabels):
        moving = {0: 5.0, 2 + at % 2: 30.0, last: 8.0}
        shapes = [
            TrackedShape(frame=frame, type="points", points=[x, 6.0 + 4 * at])
            for frame, x in moving.items()
        ]
        joints.append(SubTrack(frame=0, label_id=one.id, shapes=shapes))
    track = Track(frame=0, label_id=PERSON.id, shapes=whole, elements=joints)
    document = Document(tracks=[track])
    body, _ = export(source(part(CLIP, document, source="walk.mp4")), NAME)
    found = read(body, NAME, Target(LABELS, CLIP, is_video=True)).document
    assert seen(found, CLIP) == seen(document, CLIP)
