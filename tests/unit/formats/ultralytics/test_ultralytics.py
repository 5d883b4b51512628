"""The Ultralytics formats: samples, and what is kept of shapes, tags and tracks."""

from __future__ import annotations

import io
import json
import math
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.interpolation.tracks import frames_of_track
from chalicelib.annotations.model.document import Document, Shape, SubShape, Tag, Track
from chalicelib.formats import registry
from chalicelib.formats.catalogue.ultralytics.oriented_boxes_reader import turned_rectangle
from chalicelib.formats.exporting.source import ProjectMeta, Source
from chalicelib.formats.geometry.outlines import corners
from chalicelib.formats.importing.reading import Reader
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import LabelSpec
from tests.unit.formats import golden
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, NOW, export, part, photos, read, task, video
from tests.unit.formats.sample import FRAMES, LABELS, SHAPES, TAGS, VIDEO, source

DETECTION = "Ultralytics YOLO Detection 1.0"
TRACK = "Ultralytics YOLO Detection Track 1.0"
BOXES = "Ultralytics YOLO Oriented Bounding Boxes 1.0"
SEGMENTATION = "Ultralytics YOLO Segmentation 1.0"
POSE = "Ultralytics YOLO Pose 1.0"
CLASSIFICATION = "Ultralytics YOLO Classification 1.0"
FOLDERS = {
    DETECTION: "ultralytics_detection",
    BOXES: "ultralytics_oriented_boxes",
    SEGMENTATION: "ultralytics_segmentation",
    POSE: "ultralytics_pose",
    CLASSIFICATION: "ultralytics_classification",
}
#: What each of them holds of the sample: the numbers of its shapes, by kind as written.
HELD = {
    DETECTION: {"rectangle": 1},
    BOXES: {"rectangle": 2},
    SEGMENTATION: {"polygon": 2, "ellipse": 1, "mask": 1},
    POSE: {"skeleton": 1},
    CLASSIFICATION: {"tag": 2},
}
NAMES = ["a.jpg", "b/c.png", "b/d & é.v2.png"]
TARGET = Target((CAT, DOG), photos(NAMES))
PERSON = LABELS[2]
HAND = LabelSpec(30, "hand", "", "skeleton", sublabels=(LabelSpec(31, "1"), LabelSpec(32, "2")))


def text(body: bytes, member: str) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return archive.read(member).decode()


@pytest.mark.parametrize("name", FOLDERS)
def test_the_sample(name: str) -> None:
    body, report = export(source(), name)
    golden.check(FOLDERS[name], body)
    assert report.kinds == HELD[name]
    # Everything is either written or reported.
    assert report.objects + sum(report.skipped.values()) == len(SHAPES) + len(TAGS)


@pytest.mark.parametrize("name", FOLDERS)
def test_the_sample_is_read(name: str) -> None:
    found = read(golden.archived(FOLDERS[name]), name, Target(LABELS, FRAMES))
    assert found.report.objects == sum(HELD[name].values())
    assert not found.report.skipped


def test_tracks_are_numbered() -> None:
    body, report = export(source(VIDEO), TRACK)
    golden.check("ultralytics_detection_track", body)
    assert text(body, "labels/train/frame_000000.txt").splitlines() == [
        "0 0.181250 0.266667 0.262500 0.333333",
        "0 0.125000 0.166667 0.250000 0.333333 0",
    ]
    assert "track became separate shapes" not in report.converted


def test_images_are_where_the_lists_say() -> None:
    body, _ = export(source(images=True), DETECTION)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        listed = archive.read("train.txt").decode().split("\n")[:-1]
        assert [line.removeprefix("./") in archive.namelist() for line in listed] == [True] * 4
        assert archive.read("images/train/folder/b.x.png") == b"picture 1"
        # Images without boxes have no file of labels.
        assert [one for one in archive.namelist() if one.startswith("labels")] == [
            "labels/train/a.txt"
        ]


def test_classes_of_poses_are_the_skeletons_alone() -> None:
    body, _ = export(source(), POSE)
    assert text(body, "data.yaml").splitlines() == [
        "kpt_shape:", "- 3", "- 3", "names:", "  0: person", "path: .", "train: train.txt",
    ]  # fmt: skip


@given(st.lists(strategy.shapes(("rectangle",), z_order=False, group=False), max_size=6))
def test_upright_boxes_are_kept(shapes: list[Shape]) -> None:
    body, report = export(task(photos(NAMES), Document(shapes=shapes)), DETECTION)
    upright = sorted((one for one in shapes if not one.rotation), key=lambda one: one.frame)
    back = read(body, DETECTION, TARGET)
    assert facts(back.document.shapes) == facts(upright)
    assert report.objects == back.report.objects == len(upright)


@given(st.lists(strategy.shapes(("rectangle",), z_order=False, group=False), max_size=6))
def test_turned_boxes_are_where_they_were(shapes: list[Shape]) -> None:
    body, _ = export(task(photos(NAMES), Document(shapes=shapes)), BOXES)
    back = read(body, BOXES, TARGET).document.shapes
    assert len(back) == len(shapes)
    for after, before in zip(back, sorted(shapes, key=lambda one: one.frame), strict=True):
        assert (after.frame, after.label_id) == (before.frame, before.label_id)
        # Six decimals of an image's width, and hundredths of a degree of a side's length.
        assert corners(after.points, after.rotation) == pytest.approx(
            corners(before.points, before.rotation), abs=0.2
        )


@given(st.lists(strategy.shapes(("polygon",), z_order=False, group=False), max_size=6))
def test_polygons_are_kept(shapes: list[Shape]) -> None:
    body, _ = export(task(photos(NAMES), Document(shapes=shapes)), SEGMENTATION)
    back = read(body, SEGMENTATION, TARGET)
    assert facts(back.document.shapes) == facts(sorted(shapes, key=lambda one: one.frame))
    assert not back.report.skipped


@st.composite
def skeletons(draw: st.DrawFn, label: LabelSpec) -> Shape:
    seen = st.sampled_from([(False, False), (True, False), (False, True)])
    elements = []
    for one in label.sublabels:
        occluded, outside = draw(seen)
        points = draw(strategy.pairs(1, 1))
        elements.append(
            SubShape(
                type="points", frame=0, points=points, label_id=one.id, source="file",
                occluded=occluded, outside=outside,
            )
        )  # fmt: skip
    return Shape(
        type="skeleton", frame=draw(strategy.frames), label_id=label.id, source="file",
        elements=elements,
    )  # fmt: skip


@given(st.lists(st.one_of(skeletons(PERSON), skeletons(HAND)), max_size=5))
def test_skeletons_are_kept(shapes: list[Shape]) -> None:
    labels = (CAT, PERSON, HAND)
    frames = photos(NAMES)
    body, report = export(
        Source("task", labels, [part(frames, Document(shapes=shapes))], False, NOW), POSE
    )
    back = read(body, POSE, Target(labels, frames)).document.shapes
    assert report.objects == len(shapes)
    assert [points_of(one) for one in back] == [
        points_of(one) for one in sorted(shapes, key=lambda one: one.frame)
    ]


@given(st.lists(strategy.tags(), max_size=6))
def test_tags_are_kept(tags: list[Tag]) -> None:
    body, report = export(task(photos(NAMES), Document(tags=tags)), CLASSIFICATION)
    back = read(body, CLASSIFICATION, TARGET).document.tags
    assert [(one.frame, one.label_id) for one in back] == [
        (one.frame, one.label_id) for one in sorted(tags, key=lambda one: one.frame)
    ]
    assert report.objects == len(tags)


@given(strategy.tracks(("rectangle",), 9))
def test_a_track_is_where_it_was_on_every_frame(track: Track) -> None:
    frames = video(10)
    for shape in track.shapes:
        shape.rotation = 0
    body, _ = export(task(frames, Document(tracks=[track])), TRACK)
    (back,) = read(body, DETECTION, Target((CAT, DOG), frames, is_video=True)).document.tracks
    assert back.label_id == track.label_id
    seen = [one for one in frames_of_track(back, 9) if not one.outside]
    were = [one for one in frames_of_track(track, 9) if not one.outside]
    assert [one.frame for one in seen] == [one.frame for one in were]
    for after, before in zip(seen, were, strict=True):
        assert after.points == pytest.approx(before.points, abs=0.02)


def test_an_image_is_in_the_folder_of_its_first_tag() -> None:
    tags = [Tag(frame=0, label_id=DOG.id), Tag(frame=0, label_id=CAT.id)]
    body, report = export(
        task(photos(["a.jpg", "b.jpg"]), Document(tags=tags), images=True), CLASSIFICATION
    )
    folder = DOG.name.replace("/", "_")
    assert text(body, f"train/{folder}/a.jpg") == "picture 0"
    assert text(body, "train/no_label/b.jpg") == "picture 1"
    assert json.loads(text(body, "train/labels.json")) == {
        "a": {"path": f"{folder}/a.jpg", "labels": [DOG.name, "cat"]},
        "b": {"path": "no_label/b.jpg", "labels": []},
    }
    assert report.converted == {"further tag of an image stands in labels.json alone": 1}


def test_tasks_of_one_subset_have_tracks_of_their_own() -> None:
    track = Track(frame=0, label_id=CAT.id, shapes=[VIDEO.content.tracks[0].shapes[0]])
    parts = [part(video(2), Document(tracks=[track]), id=at, source=f"{at}.mp4") for at in range(2)]
    project = Source("project", (CAT, DOG), parts, False, NOW, ProjectMeta(id=1, name="pets"))
    body, _ = export(project, TRACK)
    assert text(body, "labels/train/frame_000000.txt").split()[-1] == "0"
    assert text(body, "labels/train/frame_000002.txt").split()[-1] == "1"


@pytest.mark.parametrize("name", FOLDERS)
def test_pictures_are_listed_with_their_subset(name: str) -> None:
    body, _ = export(source(images=True), name)
    reader: Reader = registry.importer(name).load()
    assert reader.pictures is not None
    listed = {one.name: one for one in reader.pictures(Upload(io.BytesIO(body), "x.zip"))}
    assert sorted(listed) == sorted(frame.name for frame in FRAMES)
    assert {one.subset for one in listed.values()} == {"train"}
    assert text(body, listed["folder/b.x.png"].file) == "picture 1"


def facts(shapes: list[Shape]) -> list[Any]:
    return [(one.frame, one.label_id, one.points) for one in shapes]


def points_of(shape: Shape) -> Any:
    return (
        shape.frame,
        shape.label_id,
        [(one.label_id, one.points, one.outside, one.occluded) for one in shape.elements],
    )


def test_a_mask_with_a_hole_is_told_from_one_without() -> None:
    ring, full = [0.0, 4, 1, 4, 10, 10, 12, 12], [0.0, 9, 20, 20, 22, 22]
    masks = [Shape(type="mask", frame=0, points=one, label_id=CAT.id) for one in (ring, full)]
    _, report = export(task(photos(NAMES), Document(shapes=masks)), SEGMENTATION)
    assert report.converted == {
        "mask with holes became polygons without them": 1, "mask became polygons": 1,
    }  # fmt: skip


def test_quadrilaterals_become_the_smallest_rectangle_around_them() -> None:
    # A square that stands on a corner, given from its left corner on with one corner moved in.
    found = turned_rectangle([0, 50, 50, 0, 100, 50, 50, 90])
    area = (found["points"][2] - found["points"][0]) * (found["points"][3] - found["points"][1])
    assert area == pytest.approx(math.sqrt(5000) ** 2, rel=0.01)
    assert found["rotation"] % 90 == pytest.approx(45)
