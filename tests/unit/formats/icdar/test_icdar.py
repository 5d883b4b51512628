"""ICDAR's three formats: samples, what is kept, what other programs read and write."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from datumaro import Bbox, Caption, Dataset, DatasetItem, Image, Mask
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pictures

from chalicelib.annotations.model.document import AttributeValue, Document, Shape, Tag
from chalicelib.formats import registry
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame, Source
from chalicelib.formats.geometry.masks import bitmap
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from tests.unit.formats import golden
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import NOW, export, part, photos, read
from tests.unit.formats.sample import source
from tests.unit.formats.unpacked import pack, photograph, unpack, zipped

RECOGNITION = "ICDAR Recognition 1.0"
LOCALIZATION = "ICDAR Localization 1.0"
SEGMENTATION = "ICDAR Segmentation 1.0"
ALL = (RECOGNITION, LOCALIZATION, SEGMENTATION)
NAMES = ["a.jpg", "b/c d.png", "e.x.png"]
FRAMES = photos(NAMES)
SMALL = tuple(Frame(at, at, name, name, 40, 30) for at, name in enumerate(NAMES))
NAMED = ("text", "index", "color", "center")
ICDAR = LabelSpec(
    1, "icdar", attributes=tuple(AttributeSpec(10 + at, name) for at, name in enumerate(NAMED))
)
WORD = LabelSpec(1, "icdar", attributes=ICDAR.attributes[:1])
TARGET = Target((WORD,), FRAMES)

#: Texts on one line.
texts = strategy.text.filter(lambda text: text.strip() == text and len(text.splitlines()) == 1)


def written(text: str) -> list[AttributeValue]:
    return [AttributeValue(10, text)]


def of(document: Document, *, images: bool = False, small: bool = False) -> Source:
    return Source("task", (WORD,), [part(SMALL if small else FRAMES, document)], images, NOW)


WORDS = Document(tags=[
    Tag(frame=0, label_id=1, source="file", attributes=written('say "ha", \\o/')),
    Tag(frame=2, label_id=1, source="file", attributes=written("кот")),
])  # fmt: skip
PLACES = Document(shapes=[
    Shape(type="rectangle", frame=0, points=[1, 2, 30.5, 20], label_id=1, source="file",
          attributes=written("two words")),
    Shape(type="polygon", frame=0, points=[1, 2, 9, 2, 9, 9, 5, 12, 1, 9], label_id=1,
          source="file", attributes=written("кот")),
    Shape(type="polygon", frame=1, points=[1, 2, 9, 2, 9, 9], label_id=1, source="file"),
])  # fmt: skip
CHARACTERS = Document(shapes=[
    Shape(type="mask", frame=0, points=[0, 12, 1, 2, 4, 4], label_id=1, group=3, source="file",
          attributes=written("A")),
    Shape(type="mask", frame=0, points=[0, 4, 10, 2, 11, 3], label_id=1, source="file",
          attributes=written(" ")),
    Shape(type="mask", frame=0, points=[0, 6, 20, 2, 22, 3], label_id=1, group=3, source="file",
          attributes=written('"')),
])  # fmt: skip


@pytest.mark.parametrize(
    ("name", "folder", "document"),
    [(RECOGNITION, "icdar_recognition", WORDS), (LOCALIZATION, "icdar_localization", PLACES),
     (SEGMENTATION, "icdar_segmentation", CHARACTERS)],
)  # fmt: skip
def test_the_sample(name: str, folder: str, document: Document) -> None:
    small = name == SEGMENTATION
    body, report = export(of(document, small=small), name)
    golden.check(folder, body)
    assert (report.objects, report.skipped) == (document.count, {})
    found = read(golden.archived(folder), name, Target((WORD,), SMALL if small else FRAMES))
    assert found.document.tags == document.tags
    if not small:
        assert sorted(found.document.shapes, key=lambda one: one.frame) == document.shapes
        return
    # Characters of a word stand together.
    one, space, other = document.shapes
    back = found.document.shapes
    assert [shape.points for shape in back] == [one.points, other.points, space.points]
    assert [shape.attributes[0].value for shape in back] == ["A", '"', " "]
    assert [shape.group for shape in back] == [1, 1, 0]


@pytest.mark.parametrize(("name", "kinds"), [
    (RECOGNITION, {}),
    (LOCALIZATION, {"rectangle": 2, "polygon": 2, "ellipse": 1}),
    (SEGMENTATION, {"rectangle": 2, "polygon": 2, "ellipse": 1, "mask": 1}),
])  # fmt: skip
def test_what_is_left_out_is_told(name: str, kinds: dict[str, int]) -> None:
    _, report = export(source(), name)
    assert report.kinds == kinds
    assert report.objects + sum(report.skipped.values()) == 12
    assert report.converted.get("label became icdar", 0) == sum(kinds.values())


@pytest.mark.parametrize("name", ALL)
def test_images_are_listed_and_packed(name: str) -> None:
    body, _ = export(of(Document(), images=True, small=True), name)
    pictures = registry.importer(name).load().pictures
    found = {one.name: one for one in pictures(Upload(io.BytesIO(body), "x.zip"))}
    assert sorted(found) == sorted(NAMES)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.read(found["b/c d.png"].file) == b"picture 1"


@given(st.lists(st.tuples(strategy.frames, texts.filter(bool)), max_size=5))
def test_words_are_kept(words: list[tuple[int, str]]) -> None:
    words.sort(key=lambda one: one[0])
    tags = [
        Tag(frame=at, label_id=1, source="file", attributes=written(text)) for at, text in words
    ]
    back = read(export(of(Document(tags=tags)), RECOGNITION)[0], RECOGNITION, TARGET)
    assert back.document.tags == tags


@given(st.lists(st.tuples(
    st.one_of(st.tuples(st.just("rectangle"), strategy.boxes()),
              st.tuples(st.just("polygon"), strategy.pairs(3))),
    strategy.frames, st.one_of(st.just(""), texts),
), max_size=5))  # fmt: skip
def test_places_are_kept(places: list[tuple[tuple[str, list[float]], int, str]]) -> None:
    shapes = [
        Shape(type=kind, frame=at, points=points, label_id=1, source="file",  # type: ignore[arg-type]
              attributes=written(text) if text else [])
        for (kind, points), at, text in sorted(places, key=lambda one: one[1])
    ]  # fmt: skip
    back = read(export(of(Document(shapes=shapes)), LOCALIZATION)[0], LOCALIZATION, TARGET)
    assert sorted(back.document.shapes, key=lambda one: one.frame) == shapes


@given(st.lists(strategy.masks(), min_size=1, max_size=3), st.integers(0, 2))
def test_masks_are_kept_as_far_as_they_are_seen(masks: list[list[float]], group: int) -> None:
    shapes = [
        Shape(type="mask", frame=0, points=points, label_id=1, group=group) for points in masks
    ]
    body, _ = export(of(Document(shapes=shapes)), SEGMENTATION)
    seen = np.full((480, 640), -1)
    for at, points in enumerate(masks):
        left, top, right, bottom = map(int, points[-4:])
        seen[top : bottom + 1, left : right + 1][bitmap(points) > 0] = at
    back = read(body, SEGMENTATION, TARGET).document.shapes
    for at, shape in zip(sorted(set(seen[seen >= 0].tolist())), back, strict=True):
        left, top, right, bottom = map(int, shape.points[-4:])
        assert (seen[top : bottom + 1, left : right + 1] == at).tolist() == (
            bitmap(shape.points) > 0
        ).tolist()
        assert bitmap(shape.points).sum() == (seen == at).sum()


def test_masks_become_polygons_if_wanted() -> None:
    body, _ = export(of(CHARACTERS, small=True), SEGMENTATION)
    found = read(body, SEGMENTATION, Target((WORD,), SMALL, masks_as_polygons=True)).document
    assert {one.type for one in found.shapes} == {"polygon"}


def test_attributes_of_characters_are_kept() -> None:
    values = ["B", "0", "7 8 9", "2 3"]
    shape = Shape(
        type="mask", frame=0, points=[0, 12, 1, 2, 4, 4], label_id=1, source="file",
        attributes=[AttributeValue(10 + at, value) for at, value in enumerate(values)],
    )  # fmt: skip
    whole = Source("task", (ICDAR,), [part(SMALL, Document(shapes=[shape]))], False, NOW)
    body, report = export(whole, SEGMENTATION)
    assert not report.converted
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.read("default/a_GT.txt") == b'7 8 9 2 3 1 2 4 4 "B"\n'
        with Pictures.open(io.BytesIO(archive.read("default/a_GT.bmp"))) as picture:
            assert (picture.size, picture.mode) == ((40, 30), "RGB")
            assert [picture.getpixel(at) for at in ((0, 0), (1, 2), (4, 4), (4, 5))] == [
                (255, 255, 255), (7, 8, 9), (7, 8, 9), (255, 255, 255),
            ]  # fmt: skip
    (back,) = read(body, SEGMENTATION, Target((ICDAR,), SMALL)).document.shapes
    assert {one.spec_id: one.value for one in back.attributes} == {
        10 + at: value for at, value in enumerate(values)
    }


def test_datumaro_finds_the_same(tmp_path: Path) -> None:
    words = unpack(export(of(WORDS, images=True), RECOGNITION)[0], tmp_path / "words")
    places = unpack(export(of(PLACES), LOCALIZATION)[0], tmp_path / "places")
    characters = unpack(export(of(CHARACTERS, small=True), SEGMENTATION)[0], tmp_path / "masks")
    for path in (*words.rglob("*.jpg"), *words.rglob("*.png")):
        photograph(path, 64, 48)
    found = {one.id: one for one in Dataset.import_from(str(words / "default"),
                                                        "icdar_word_recognition")}  # fmt: skip
    assert [one.caption for one in found["e.x"].annotations] == ["кот"]
    assert found["b/c d"].annotations == []
    found = {one.id: one for one in Dataset.import_from(str(places), "icdar_text_localization")}
    box, polygon = found["a"].annotations
    assert (box.get_bbox(), box.attributes) == ([1, 2, 29.5, 18], {"text": "two words"})
    assert polygon.points == [1, 2, 9, 2, 9, 9, 5, 12]
    found = {one.id: one for one in Dataset.import_from(str(characters), "icdar_text_segmentation")}
    masks = {one.attributes["text"]: one for one in found["a"].annotations}
    assert masks["A"].image.sum() == 12
    assert masks["A"].group == masks['"'].group != 0
    assert masks[" "].group == 0


def test_what_datumaro_writes_is_read(tmp_path: Path) -> None:
    blank = Image.from_numpy(np.zeros((30, 40, 3), np.uint8))
    square = np.zeros((30, 40), bool)
    square[2:5, 1:5] = True
    made = {
        "icdar_word_recognition": Caption("word"),
        "icdar_text_localization": Bbox(1, 2, 3, 4, attributes={"text": "one two"}),
        "icdar_text_segmentation": Mask(square, group=0, attributes={"index": 0, "text": "A"}),
    }
    target = Target((WORD,), SMALL)
    found = []
    for (name, annotation), ours in zip(made.items(), ALL, strict=True):
        item = DatasetItem(id="a", subset="train", media=blank, annotations=[annotation])
        folder = tmp_path / name
        Dataset.from_iterable([item]).export(str(folder), name, save_media=True)
        found.append(read(pack(folder), ours, target).document)
    words, places, characters = found
    assert words.tags == [Tag(frame=0, label_id=1, source="file", attributes=written("word"))]
    assert (places.shapes[0].points, places.shapes[0].attributes) == (
        [1, 2, 4, 6], written("one two"),
    )  # fmt: skip
    assert (characters.shapes[0].points, characters.shapes[0].attributes) == (
        [0, 12, 1, 2, 4, 4], written("A"),
    )  # fmt: skip


def test_the_layouts_as_published() -> None:
    target = Target((WORD,), photos(["img_1.jpg", "word_1.png"]))
    places = zipped({
        "gt_img_1.txt": "\ufeff377,117,463,117,465,130,378,130,Genaxis Theatre\r\n"
                        "493,115,519,115,519,131,493,131,###\r\n"
                        "374,155,409,155,409,170,374,170,2019\r\n"
                        "38, 43, 920, 215, \"Tiredness, 2\"\r\n158 128 411 181 \"Footpath\"\r\n",
    })  # fmt: skip
    shapes = read(places, LOCALIZATION, target).document.shapes
    assert [(len(one.points), one.attributes[0].value) for one in shapes] == [
        (8, "Genaxis Theatre"), (8, "###"), (8, "2019"), (4, "Tiredness, 2"), (4, "Footpath"),
    ]  # fmt: skip
    words = zipped({"gt.txt": '\ufeffword_1.png, "Genaxis \\"Theatre\\""\r\n'})
    (tag,) = read(words, RECOGNITION, target).document.tags
    assert (tag.frame, tag.attributes[0].value) == (1, 'Genaxis "Theatre"')


def bitmap_file(width: int = 40, height: int = 30) -> bytes:
    sink = io.BytesIO()
    Pictures.new("RGB", (width, height), "white").save(sink, "BMP")
    return sink.getvalue()


def characters_of(text: str | bytes, picture: bytes | None = None) -> bytes:
    files: dict[str, str | bytes] = {"train/a_GT.txt": text}
    return zipped(files if picture is None else files | {"train/a_GT.bmp": picture})


LINE = '1 2 3 - - 0 0 1 1 "A"\n'
REFUSED: dict[str, tuple[str, bytes, str]] = {
    "words: no zip": (RECOGNITION, b"a.jpg", "is not an ICDAR dataset of words: it has no gt"),
    "words: no text": (RECOGNITION, zipped({"a/gt.txt": "a.jpg"}), r"gt\.txt, line 1: is not an"),
    "words: not UTF-8": (RECOGNITION, zipped({"a/gt.txt": b"\xff"}), "line 1: is not text in"),
    "places: no zip": (LOCALIZATION, b"1 2 3 4", "it has no gt_"),
    "places: another format": (LOCALIZATION, zipped({"a/gt.txt": ""}), "it has no gt_"),
    "places: few": (LOCALIZATION, zipped({"gt_a.txt": "1 2 3"}), "line 1: .* or more, not 3"),
    "places: odd": (LOCALIZATION, zipped({"gt_a.txt": '1,2,3,4,5,"x"'}), "or more, not 5"),
    "places: letters": (LOCALIZATION, zipped({"gt_a.txt": '1,b,3,4,"x"'}), "is not numbers and"),
    "places: negative": (LOCALIZATION, zipped({"gt_a.txt": "9 9 1 1"}), "of negative size"),
    "places: not finite": (LOCALIZATION, zipped({"gt_a.txt": "1 1 9 1e999"}), "must be finite"),
    "characters: no zip": (SEGMENTATION, b"", "it has no "),
    "characters: words": (SEGMENTATION, characters_of("1 2"), r"a_GT\.txt, line 1: is not a char"),
    "characters: color": (SEGMENTATION, characters_of(LINE.replace("3", "300")), "is not a char"),
    "characters: twice": (
        SEGMENTATION, characters_of(LINE * 2), "line 2: color 1 2 3 occurs twice",
    ),
    "characters: no picture": (
        SEGMENTATION, characters_of(LINE), r"a_GT\.txt: has no a_GT\.bmp beside it",
    ),
    "characters: other size": (
        SEGMENTATION, characters_of(LINE, bitmap_file(41)),
        r"a_GT\.bmp: has 41 × 30 pixels, the image has 40 × 30",
    ),
    "characters: no bitmap": (
        SEGMENTATION, characters_of(LINE, b"BM"), r"a_GT\.bmp: is not a complete picture",
    ),
    "characters: cut off": (
        SEGMENTATION, characters_of(LINE, bitmap_file()[:-99]), "is not a complete picture",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_another_file_is_refused(case: str) -> None:
    name, body, message = REFUSED[case]
    with pytest.raises(BadDataset, match=message):
        read(body, name, Target((WORD,), SMALL), "x.zip")


@pytest.mark.parametrize("name", ALL)
def test_a_truncated_archive_is_refused(name: str) -> None:
    body, _ = export(of(Document(), small=True), name)
    with pytest.raises(BadDataset, match="is not a complete ZIP archive"):
        read(body[:-30], name, TARGET)


def test_what_is_missing_is_told() -> None:
    found = read(characters_of(LINE, bitmap_file()), SEGMENTATION, Target((WORD,), SMALL))
    assert found.report.skipped == {"character has no pixels in the picture": 1}
    lost = read(zipped({"train/gt_zz.txt": "1 2 3 4"}), LOCALIZATION, TARGET)
    assert lost.report.skipped == {"image is not in the task": 1}
    with pytest.raises(BadDataset, match='none of its labels \\("icdar"\\)'):
        read(zipped({"gt_a.txt": "1 2 3 4"}), LOCALIZATION, Target((LabelSpec(1, "x"),), FRAMES))


@given(st.binary(max_size=200), st.sampled_from(ALL))
def test_noise_is_refused(body: bytes, name: str) -> None:
    with pytest.raises(BadDataset):
        read(body, name, TARGET)
