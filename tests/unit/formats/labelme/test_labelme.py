"""LabelMe's XML in both directions, by other tools and as published."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import datumaro as dm
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.interpolation.tracks import frames_of_track
from chalicelib.annotations.model.document import Document, Shape, Track
from chalicelib.formats import registry
from chalicelib.formats.catalogue.labelme.attributes import joined, parsed
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.geometry.masks import from_bitmap
from chalicelib.formats.geometry.png import grey
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from tests.unit.formats import golden
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, export, photos, read, task, video
from tests.unit.formats.pixels import seen, unpacked, zipped
from tests.unit.formats.sample import FRAMES, HEIGHT, LABELS, PHOTOS, WIDTH, source

NAME = "LabelMe 3.0"
NAMES = ["a.jpg", "b/c.png", "b/d & é.png"]


def test_a_task_is_written_as_its_sample() -> None:
    body, _ = export(source(images=True), NAME)
    golden.check("labelme", body)


@given(st.lists(strategy.shapes(("rectangle", "polygon", "mask"), z_order=False, group=False),
                max_size=5))  # fmt: skip
def test_boxes_polygons_and_masks_are_kept(shapes: list[Shape]) -> None:
    frames = photos(NAMES)
    body, report = export(task(frames, Document(shapes=shapes)), NAME)
    imported = read(body, NAME, Target((CAT, DOG), frames))
    assert sorted_by_frame(imported.document.shapes) == sorted_by_frame(shapes)
    assert report.objects == imported.report.objects == len(shapes)
    assert not imported.report.skipped


def sorted_by_frame(shapes: list[Shape]) -> list[Shape]:
    return sorted(shapes, key=lambda shape: shape.frame)


@given(st.lists(strategy.shapes(("polygon",), z_order=False), max_size=6))
def test_groups_are_kept_by_what_is_in_them(shapes: list[Shape]) -> None:
    frames = photos(NAMES)
    body, _ = export(task(frames, Document(shapes=shapes)), NAME)
    back = sorted_by_frame(read(body, NAME, Target((CAT, DOG), frames)).document.shapes)
    before = sorted_by_frame(shapes)

    def together(listed: list[Shape]) -> set[tuple[int, int]]:
        return {
            (one, other)
            for one, first in enumerate(listed)
            for other, second in enumerate(listed)
            if one < other and first.group and first.group == second.group
            and first.frame == second.frame
        }  # fmt: skip

    assert together(back) == together(before)


@given(strategy.tracks(("rectangle",), 9))
def test_a_track_is_where_it_was_on_every_frame(track: Track) -> None:
    track.group = 0
    frames = video(10)
    body, _ = export(task(frames, Document(tracks=[track])), NAME)
    (back,) = read(body, NAME, Target((CAT, DOG), frames, is_video=True)).document.tracks
    assert back.attributes == track.attributes
    shown, wanted = ([(one.frame, one.occluded) for one in frames_of_track(each, 9)
                      if not one.outside] for each in (back, track))  # fmt: skip
    assert shown == wanted


@given(st.dictionaries(strategy.text.map(str.strip).filter(bool),
                       strategy.text | st.booleans() | st.integers(0, 99).map(float)))  # fmt: skip
def test_attributes_survive_their_text(named: dict[str, str | bool | float]) -> None:
    back = dict(parsed(joined(named.items())))
    assert back == {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in named.items()
    }


def test_datumaro_finds_the_same_objects(tmp_path: Path) -> None:
    folder = unpacked(export(source(), NAME)[0], tmp_path)
    # It looks for masks in one folder for all subsets, where CVAT has one for each.
    shutil.move(folder / "default" / "Masks", tmp_path / "moved")
    (folder / "Masks").mkdir()
    shutil.move(tmp_path / "moved", folder / "Masks" / "folder")
    for file in list((folder / "Masks" / "folder").iterdir()):
        shutil.copy(file, folder / "Masks" / file.name)
    dataset = dm.Dataset.import_from(str(folder), "label_me")
    names = [label.name for label in dataset.categories()[dm.AnnotationType.label]]
    found = {
        item.id: [
            (one.type.name, names[one.label], one.attributes.get("name"), bool(one.group))
            for one in item.annotations
        ]
        for item in dataset
    }
    assert found["a"] == [
        ("bbox", "cat", "Ann & Co", False), ("polygon", "dog", None, True),
        ("polygon", "dog", None, True), ("bbox", "dog", None, False),
    ]  # fmt: skip
    (mask,) = [one for item in dataset if item.id == "кот" for one in item.annotations]
    wanted = seen([one for one in PHOTOS.content.shapes if one.type == "mask"], WIDTH, HEIGHT)
    assert [(11, from_bitmap(mask.image))] == wanted


def test_we_read_what_datumaro_writes(tmp_path: Path) -> None:
    picture = np.zeros((HEIGHT, WIDTH), np.uint8)
    picture[3:9, 5:12] = 1
    item = dm.DatasetItem(
        "a", subset="train",
        media=dm.Image.from_numpy(np.zeros((HEIGHT, WIDTH, 3), np.uint8)),
        annotations=[
            dm.Bbox(2, 3, 10, 12.5, label=0, group=1,
                    attributes={"occluded": True, "age": 7, "name": 'x, "y"'}),
            dm.Polygon([1, 1, 5, 1, 5, 5], label=1, group=1),
            dm.Mask(picture, label=1),
        ],
    )  # fmt: skip
    dataset = dm.Dataset.from_iterable([item], categories=["cat", "dog"], media_type=dm.Image)
    dataset.export(str(tmp_path), "label_me")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(tmp_path.rglob("*.*")):
            archive.write(path, str(path.relative_to(tmp_path)))
    imported = read(packed.getvalue(), NAME, Target(LABELS, FRAMES))
    box, polygon, mask = imported.document.shapes
    assert (box.points, box.occluded, box.label_id) == ([2, 3, 12, 15.5], True, 10)
    assert [(v.spec_id, v.value) for v in box.attributes] == [(101, "7"), (102, 'x, "y"')]
    assert box.group == polygon.group == 1
    assert (mask.type, mask.points, mask.group) == ("mask", from_bitmap(picture), 0)


#: As the tool on the web writes: line breaks around names, a deleted object, words as attributes.
PUBLISHED = b"""<annotation><filename>
img1.jpg
</filename><folder>
example
</folder><source><submittedBy>username</submittedBy></source>
<object><name>
cat
</name><deleted>
0
</deleted><verified>0</verified><occluded>yes</occluded><attributes>asleep, red</attributes>
<parts><hasparts></hasparts><ispartof></ispartof></parts><date>1-Jan</date><id>0</id>
<polygon><username>u</username><pt><x>
43
</x><y>34</y></pt><pt><x>45</x><y>34</y></pt><pt><x>45</x><y>37</y></pt></polygon></object>
<object><name>dog</name><deleted>1</deleted><id>1</id><polygon></polygon></object>
</annotation>"""


def test_a_file_as_published() -> None:
    frames = photos(["img1.jpg"])
    members = {"Annotations/example/img1.xml": PUBLISHED}
    imported = read(zipped(members), NAME, Target((CAT, DOG), frames))
    (shape,) = imported.document.shapes
    assert (shape.points, shape.occluded, shape.label_id) == ([43, 34, 45, 34, 45, 37], True, 10)
    assert [(value.spec_id, value.value) for value in shape.attributes] == [(100, "true")]
    assert imported.report.converted == {"attribute is not the label's": 1}


def test_masks_become_polygons_if_wanted() -> None:
    body, _ = export(source(), NAME)
    imported = read(body, NAME, Target(LABELS, FRAMES, masks_as_polygons=True))
    assert {shape.type for shape in imported.document.shapes} == {"rectangle", "polygon"}


def document(inner: str) -> bytes:
    return f"<annotation>\n<object>{inner}</object>\n</annotation>".encode()


def test_objects_of_the_same_id_are_in_no_group() -> None:
    parts = "<parts><hasparts>0</hasparts></parts>"
    objects = [f"<object>{BOX.format('cat', parts + TRIANGLE)}</object>" for _ in range(2)]
    members = {"d/a.xml": f"<annotation>{''.join(objects)}</annotation>".encode()}
    imported = read(zipped(members), NAME, Target(LABELS, FRAMES))
    assert [shape.group for shape in imported.document.shapes] == [0, 0]
    assert imported.report.converted == {"objects of the same id are in no group": 1}


def test_pictures_are_in_folders_of_subsets() -> None:
    body, _ = export(source(images=True), NAME)
    upload = Upload(io.BytesIO(body), "x.zip")
    found = [(one.subset, one.name) for one in registry.importer(NAME).load().pictures(upload)]
    assert sorted(found) == sorted(("default", frame.file_name) for frame in FRAMES)


BOX = "<name>{}</name><id>0</id>{}"
TRIANGLE = "<polygon>{}</polygon>".format(
    "".join(f"<pt><x>{x}</x><y>{y}</y></pt>" for x, y in ((1, 1), (5, 1), (5, 5)))
)


@pytest.mark.parametrize(
    ("members", "trouble"),
    [
        ({"a.json": b"{}"}, "x.zip: is not a LabelMe dataset"),
        ({"d/a.xml": b""}, "x.zip/d/a.xml: is empty"),
        ({"d/a.xml": b"<annotations/>"}, 'd/a.xml: its root is "annotations"'),
        ({"d/a.xml": document("")[:-9]}, "d/a.xml, line 3: is not XML"),
        ({"d/a.xml": b"<!DOCTYPE a []><annotation/>"}, "d/a.xml: declares a document type"),
        (
            {"d/a.xml": document(BOX.format("cat", "<bndbox/>"))},
            "d/a.xml, line 2: in object: it has neither a polygon nor a mask",
        ),
        (
            {"d/a.xml": document(BOX.format("cat", TRIANGLE.replace("5", "wide")))},
            "d/a.xml, line 2: in object: .* is not a number",
        ),
        (
            {"d/a.xml": document(BOX.format("cat", TRIANGLE.replace("5", "inf")))},
            "d/a.xml, line 2: in object: .inf. is not a finite",
        ),
        (
            {"d/a.xml": document(BOX.format("cat", "<segm><mask>m.png</mask></segm>")),
             "d/Masks/m.png": b"GIF"},
            "d/Masks/m.png: is not a picture",
        ),
        ({"d/a.xml": document(BOX.format("cow", TRIANGLE))}, 'its labels \\("cow"\\)'),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_place(
    members: dict[str, bytes], trouble: str
) -> None:
    with pytest.raises(BadDataset, match=trouble):
        read(zipped(members), NAME, Target(LABELS, FRAMES), "x.zip")


def test_what_is_left_out_is_told() -> None:
    members = {
        "d/a.xml": document(BOX.format("cat", "<segm><mask>gone.png</mask></segm>")),
        "d/elsewhere.xml": document(BOX.format("cat", TRIANGLE)),
        "d/кот.xml": document(BOX.format("cat", "<segm><mask>small.png</mask></segm>")),
        "d/Masks/small.png": grey(np.ones((2, 2), np.uint8)),
        "d/empty.xml": document(BOX.format("dog", "<polygon></polygon>")),
        "d/folder/b.x.xml": document(BOX.format("dog", TRIANGLE)),
    }
    imported = read(zipped(members), NAME, Target(LABELS, FRAMES))
    assert [shape.frame for shape in imported.document.shapes] == [1]
    assert imported.report.skipped == {
        "mask is not in the archive": 1,
        "image is not in the task": 1,
        "mask has another size than the image": 1,
        "polygon of fewer than three points": 1,
    }
