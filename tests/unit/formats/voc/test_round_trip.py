"""Boxes, tags and tracks come back as they were; masks by the pixels that can be seen."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import datumaro as dm
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chalicelib.annotations.interpolation.tracks import frames_of_track
from chalicelib.annotations.model.document import (
    AttributeValue,
    Document,
    Shape,
    Tag,
    Track,
)
from chalicelib.formats import registry
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import ProjectMeta, Source
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, NOW, export, part, photos, read, task, video
from tests.unit.formats.pixels import unpacked, zipped
from tests.unit.formats.sample import FRAMES, HEIGHT, LABELS, PHOTOS, WIDTH, source
from tests.unit.formats.torchvision_datasets import reader

NAME = "PASCAL VOC 1.1"
NAMES = ["a.jpg", "b/c.png", "b/d & é.png"]


@given(st.lists(strategy.shapes(("rectangle",), z_order=False, group=False), max_size=6))
def test_boxes_are_kept(shapes: list[Shape]) -> None:
    frames = photos(NAMES)
    body, report = export(task(frames, Document(shapes=shapes)), NAME)
    imported = read(body, NAME, Target((CAT, DOG), frames))
    assert by_frame(imported.document.shapes) == by_frame(shapes)
    assert imported.report.objects == report.objects == len(shapes)
    assert not imported.report.skipped


def by_frame(shapes: list[Shape]) -> list[Shape]:
    return sorted(shapes, key=lambda shape: shape.frame)


@given(st.lists(strategy.tags(), max_size=5, unique_by=lambda tag: (tag.frame, tag.label_id)))
def test_tags_are_kept_without_attributes(tags: list[Tag]) -> None:
    frames = photos(NAMES)
    body, _ = export(task(frames, Document(tags=tags)), NAME)
    back = read(body, NAME, Target((CAT, DOG), frames)).document.tags
    assert {(tag.frame, tag.label_id) for tag in back} == {(t.frame, t.label_id) for t in tags}
    assert len(back) == len(tags)


@given(strategy.tracks(("rectangle",), 9))
def test_a_track_is_where_it_was_on_every_frame(track: Track) -> None:
    frames = video(10)
    body, _ = export(task(frames, Document(tracks=[track])), NAME)
    (back,) = read(body, NAME, Target((CAT, DOG), frames, is_video=True)).document.tracks
    assert back.attributes == track.attributes
    shown, wanted = ([one for one in frames_of_track(each, 9) if not one.outside]
                     for each in (back, track))  # fmt: skip
    assert [(one.frame, one.occluded) for one in shown] == [(w.frame, w.occluded) for w in wanted]
    for one, other in zip(shown, wanted, strict=True):
        assert one.points == pytest.approx(other.points, abs=0.02)
        assert one.attributes == other.attributes


def test_attributes_that_the_format_has_elements_for() -> None:
    label = LabelSpec(
        1, "person", "", "any",
        (AttributeSpec(1, "truncated", input_type="checkbox", default_value="false"),
         AttributeSpec(2, "difficult", input_type="checkbox", default_value="false"),
         AttributeSpec(3, "pose", input_type="select", values=("Left", "Right"))),
    )  # fmt: skip
    shape = Shape(
        type="rectangle", frame=0, label_id=1, points=[1, 2, 3, 4], source="file",
        attributes=[AttributeValue(1, "true"), AttributeValue(2, "false"),
                    AttributeValue(3, "Right")],
    )  # fmt: skip
    frames = photos(NAMES)
    body, _ = export(Source("task", (label,), [part(frames, Document(shapes=[shape]))], False, NOW),
                     NAME)  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        text = archive.read("Annotations/a.xml").decode()
    assert "<pose>Right</pose>\n    <truncated>1</truncated>" in text
    assert "<attribute>\n        <name>pose" not in text
    (back,) = read(body, NAME, Target((label,), frames)).document.shapes
    assert sorted((v.spec_id, v.value) for v in back.attributes) == [
        (1, "true"), (2, "false"), (3, "Right"),
    ]  # fmt: skip


def test_names_that_several_pictures_share_are_told_apart() -> None:
    names = ["a.jpg", "a.png", "b/a.jpg"]
    shapes = [Shape(type="rectangle", frame=frame, label_id=CAT.id, points=[0, 0, frame + 1, 9])
              for frame in range(3)]  # fmt: skip
    frames = photos(names)
    body, _ = export(task(frames, Document(shapes=shapes)), NAME)
    back = read(body, NAME, Target((CAT, DOG), frames)).document.shapes
    assert sorted((shape.frame, shape.points[2]) for shape in back) == [(0, 1), (1, 2), (2, 3)]


def test_subsets_of_a_project_share_folders_unless_names_clash() -> None:
    def project(*names: str) -> bytes:
        box = Document(shapes=[Shape(type="rectangle", frame=0, label_id=CAT.id,
                                     points=[0, 0, 5, 9])])  # fmt: skip
        parts = [part(photos([name]), box, id=number, subset=subset)
                 for number, (name, subset) in enumerate(zip(names, ("test", "train"),
                                                             strict=True))]  # fmt: skip
        whole = Source("project", (CAT, DOG), parts, True, NOW, ProjectMeta(id=1, name="p"))
        return export(whole, NAME)[0]

    with zipfile.ZipFile(io.BytesIO(project("a.jpg", "b.jpg"))) as archive:
        assert archive.read("ImageSets/Main/train.txt") == b"b\n"
        assert "JPEGImages/b.jpg" in archive.namelist()
    body = project("a.jpg", "a.jpg")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.read("ImageSets/Main/train.txt") == b"train/a\n"
        assert len(set(archive.namelist())) == len(archive.namelist())
    listed = registry.importer(NAME).load().pictures(Upload(io.BytesIO(body), "x.zip"))
    assert [(one.subset, one.name, one.file) for one in listed] == [
        ("test", "test/a.jpg", "JPEGImages/test/a.jpg"),
        ("train", "train/a.jpg", "JPEGImages/train/a.jpg"),
    ]
    one_subset = Target((CAT, DOG), photos(["train/a.jpg"]), subset="train")
    assert read(body, NAME, one_subset).report.objects == 1


def test_datumaro_finds_the_same_objects(tmp_path: Path) -> None:
    folder = unpacked(export(source(), NAME)[0], tmp_path)
    dataset = dm.Dataset.import_from(str(folder), "voc")
    names = [label.name for label in dataset.categories()[dm.AnnotationType.label]]
    found = {
        item.id: sorted(
            (names[one.label], *one.points)
            for one in item.annotations
            if one.type == dm.AnnotationType.bbox
        )
        for item in dataset
    }
    assert found == {
        "a": [("cat", 2, 3, 12.5, 13), ("dog", 20, 5, 30, 15)],
        "folder/b.x": [], "кот": [], "empty": [],
    }  # fmt: skip
    tags = {
        (item.id, names[one.label])
        for item in dataset
        for one in item.annotations
        if one.type == dm.AnnotationType.label
    }
    assert tags == {("a", "dog"), ("кот", "cat")}


def test_torchvision_loads_it(tmp_path: Path) -> None:
    folder = unpacked(export(source(), NAME)[0], tmp_path / "VOCdevkit" / "VOC2012")
    (folder / "JPEGImages" / "folder").mkdir(parents=True)
    main = folder / "ImageSets" / "Main"
    for name in (main / "default.txt").read_text().split():
        Image.new("RGB", (WIDTH, HEIGHT)).save(folder / "JPEGImages" / f"{name}.jpg")
    (main / "default.txt").rename(main / "train.txt")
    first = reader("VOCDetection")(str(tmp_path), "2012", "train")[0][1]["annotation"]
    assert first["filename"] == "a.jpg"
    assert [(one["name"], one["bndbox"]["xmax"]) for one in first["object"]] == [
        ("cat", "12.50"), ("dog", "30.00"),
    ]  # fmt: skip


def test_we_read_what_datumaro_writes(tmp_path: Path) -> None:
    item = dm.DatasetItem(
        "a", subset="train",
        media=dm.Image.from_numpy(np.zeros((HEIGHT, WIDTH, 3), np.uint8)),
        annotations=[
            dm.Bbox(2, 3, 10, 12.5, label=0,
                    attributes={"occluded": True, "age": 7, "name": "x", "pose": "Unspecified"}),
            dm.Label(1),
        ],
    )  # fmt: skip
    dataset = dm.Dataset.from_iterable([item], categories=["cat", "dog"], media_type=dm.Image)
    dataset.export(str(tmp_path), "voc", save_media=False)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(tmp_path.rglob("*")):
            if path.is_file():
                archive.write(path, str(path.relative_to(tmp_path)))
    imported = read(packed.getvalue(), NAME, Target(LABELS, FRAMES))
    (box,) = imported.document.shapes
    assert (box.points, box.occluded, box.label_id) == ([2, 3, 12, 15.5], True, 10)
    assert [(value.spec_id, value.value) for value in box.attributes] == [(101, "7"), (102, "x")]
    assert [(tag.frame, tag.label_id) for tag in imported.document.tags] == [(0, 11)]
    assert not imported.report.skipped


#: As published: parts of a body, actions, a pose, no labelmap, whole numbers, a point.
PUBLISHED = b"""<annotation>
	<folder>VOC2012</folder>
	<filename>2007_000027.jpg</filename>
	<source><database>The VOC2007 Database</database><annotation>PASCAL VOC2007</annotation>
		<image>flickr</image></source>
	<size><width>40</width><height>30</height><depth>3</depth></size>
	<segmented>0</segmented>
	<object>
		<name>person</name>
		<pose>Unspecified</pose>
		<truncated>0</truncated>
		<difficult>0</difficult>
		<actions><jumping>1</jumping><running>0</running></actions>
		<bndbox><xmin>17</xmin><ymin>10</ymin><xmax>34</xmax><ymax>25</ymax></bndbox>
		<part><name>head</name>
			<bndbox><xmin>20</xmin><ymin>11</ymin><xmax>25</xmax><ymax>15</ymax></bndbox></part>
	</object>
</annotation>
"""


def test_a_file_of_the_original_dataset() -> None:
    labels = (
        LabelSpec(1, "person", attributes=(AttributeSpec(5, "jumping", input_type="checkbox"),)),
        LabelSpec(2, "head"),
    )
    frames = photos(["2007_000027.jpg"])
    members = {
        "VOC2012/Annotations/2007_000027.xml": PUBLISHED,
        "VOC2012/ImageSets/Main/train.txt": b"2007_000027\n",
        "VOC2012/ImageSets/Main/person_train.txt": b"2007_000027  1\n",
        "VOC2012/ImageSets/Main/head_train.txt": b"2007_000027 -1\n",
        "VOC2012/ImageSets/Layout/train.txt": b"2007_000027  1\n",
    }
    imported = read(zipped(members), NAME, Target(labels, frames))
    head, person = imported.document.shapes
    assert (person.points, person.label_id) == ([17, 10, 34, 25], 1)
    assert [(value.spec_id, value.value) for value in person.attributes] == [(5, "true")]
    assert (head.points, head.label_id) == ([20, 11, 25, 15], 2)
    assert person.group == head.group == 1
    assert [tag.label_id for tag in imported.document.tags] == [1]
    assert imported.report.converted["attribute is not the label's"] == 1
    assert not imported.report.skipped


def test_xml_files_alone_are_a_dataset() -> None:
    body, _ = export(source(), NAME)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        flat = {"a.xml": archive.read("Annotations/a.xml")}
    assert read(zipped(flat), NAME, Target(LABELS, FRAMES)).report.objects == 2


@pytest.mark.parametrize("subset", [None, "train"])
def test_a_file_that_is_named_otherwise_than_its_image(subset: str | None) -> None:
    members = {
        "Annotations/000001.xml": PUBLISHED,
        "Annotations/2007_000032.xml": PUBLISHED.replace(b"2007_000027", b"2007_000032"),
        "ImageSets/Main/train.txt": b"2007_000027\n",
        "ImageSets/Main/val.txt": b"2007_000032\n",
    }
    frames = photos(["2007_000027.jpg", "2007_000032.jpg"])
    target = Target((LabelSpec(1, "person"),), frames, subset=subset)
    shapes = read(zipped(members), NAME, target).document.shapes
    assert [one.frame for one in shapes] == ([0] if subset else [0, 1])


def box(**sides: str) -> bytes:
    given = {"xmin": "1", "ymin": "2", "xmax": "3", "ymax": "4"} | sides
    inner = "".join(f"<{side}>{value}</{side}>" for side, value in given.items() if value)
    return f"<object><name>cat</name><bndbox>{inner}</bndbox></object>".encode()


def document(*objects: bytes) -> bytes:
    return b"<annotation>\n" + b"\n".join(objects) + b"\n</annotation>"


A = "x.zip/Annotations/a.xml"


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (b"", f"{A}: is empty"),
        (b"\xff\xd8\xff", f"{A}, line 1: is not XML"),
        (document(box())[:-20], f"{A}, line 2: is not XML"),
        (b"<annotations/>", f'{A}: its root is "annotations" where "annotation" is'),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><annotation/>', f"{A}: declares a document type"),
        (document(box(xmin="wide")), f'{A}, line 2: in object: "wide" is not a number'),
        (document(box(xmin="inf")), f"{A}, line 2: in object: .inf. is not a finite"),
        (document(box(ymax="")), f"{A}, line 2: in object: its bndbox has no ymax"),
        (document(box(xmin="9")), f"{A}, line 2: in object: its bndbox ends before"),
        (document(b"<object><name>cat</name></object>"), f"{A}, line 2: .* it has no bndbox"),
        (document(b"<object/>"), f"{A}, line 2: .* it has no name"),
        (document(box().replace(b"cat", b"cow")), 'none of its labels \\("cow"\\)'),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(body: bytes, trouble: str) -> None:
    with pytest.raises(BadDataset, match=trouble):
        read(zipped({"Annotations/a.xml": body}), NAME, Target(LABELS, FRAMES), "x.zip")


@pytest.mark.parametrize(
    ("members", "trouble"),
    [
        ({"annotations/instances_default.json": b"{}"}, "is not a PASCAL VOC dataset"),
        (
            {"Annotations/a.xml": document(), "ImageSets/Main/train.txt": b"a\n",
             "ImageSets/Main/cat_train.txt": b"a maybe\n"},
            'cat_train.txt, line 1: "maybe" is not 1, 0 or -1',
        ),
        ({"Annotations/a.xml": document(), "ImageSets/Main/t.txt": b"\xff\n",
          "ImageSets/Main/cat_t.txt": b"\xff 1\n"}, "cat_t.txt, line 1: is not text in UTF-8"),
    ],
)  # fmt: skip
def test_archives_that_are_something_else_or_damaged(
    members: dict[str, bytes], trouble: str
) -> None:
    with pytest.raises(BadDataset, match=trouble):
        read(zipped(members), NAME, Target(LABELS, FRAMES), "x.zip")


def test_what_is_left_out_is_told() -> None:
    members = {
        "Annotations/a.xml": document(box(), box().replace(b"cat", b"cow"), box(xmax="9999")),
        "Annotations/elsewhere.xml": document(box()),
    }
    imported = read(zipped(members), NAME, Target(LABELS, FRAMES), "x.zip")
    assert [shape.points for shape in imported.document.shapes] == [[1, 2, 3, 4], [1, 2, 9999, 4]]
    assert imported.report.skipped == {"no label of that name": 1, "image is not in the task": 1}
    assert imported.report.labels == {"cow": 1}
    assert imported.report.files["x.zip/Annotations/a.xml"].objects == 2


def test_nothing_of_the_sample_is_left_out_in_silence() -> None:
    _, report = export(source(), NAME)
    content = PHOTOS.content
    assert report.objects + sum(report.skipped.values()) == len(content.shapes) + len(content.tags)
