"""`a.jpg` and `a.png` in one task: no file takes another's place, each finds its image again."""

from __future__ import annotations

import io
import zipfile

import msgspec
import pytest
from msgspec.structs import replace

from chalicelib.annotations.model.document import Document, Shape, Tag, Track
from chalicelib.formats import registry
from chalicelib.formats.importing.target import Target
from chalicelib.formats.labels import LabelSpec
from tests.unit.formats.datasets import export, part, photos, read
from tests.unit.formats.sample import source

READ_BY = {"CVAT for images 1.1": "CVAT 1.1", "CVAT for video 1.1": "CVAT 1.1"}
READ = {one.name for one in registry.importers()}
FORMATS = [
    one.name
    for one in registry.exporters()
    if one.dimension == "2d" and READ_BY.get(one.name, one.name) in READ
]
#: On either image is something of one label, so that it can be told where it came from.
LABELS = (LabelSpec(1, "left"), LabelSpec(2, "right"))
FRAMES = tuple(
    replace(one, width=40, height=30) for one in photos(["deep/a.jpg", "deep/a.png", "b.jpg"])
)


#: What everything is in formats that know no other label.
WORDS = (LabelSpec(1, "icdar"),)


def on(frame: int, label: int) -> list[Shape]:
    place = 5.0 * frame
    return [
        Shape(frame=frame, label_id=label, type="rectangle",
              points=[2 + place, 3, 12 + place, 13]),
        Shape(frame=frame, label_id=label, type="polygon",
              points=[20, 15 + place, 30, 15 + place, 30, 24]),
        Shape(frame=frame, label_id=label, type="points",
              points=[float(number) for number in range(10)]),
    ]  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("images", [True, False], ids=["with images", "without images"])
def test_images_of_one_stem_are_kept_apart(name: str, images: bool) -> None:
    labels = WORDS if name.startswith("ICDAR") else LABELS
    of_frame = {frame: labels[frame % len(labels)].id for frame in (0, 1)}
    document = Document(
        tags=[Tag(frame=frame, label_id=label) for frame, label in of_frame.items()],
        shapes=[shape for frame, label in of_frame.items() for shape in on(frame, label)],
    )
    exported = replace(source(part(FRAMES, document), images=images), labels=labels)
    body, report = export(exported, name)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names = archive.namelist()
    assert len(names) == len(set(names))
    if not report.objects:
        return
    found = read(body, READ_BY.get(name, name), Target(labels, FRAMES)).document
    items: list[Tag | Shape | Track] = [*found.tags, *found.shapes, *found.tracks]
    assert {(item.label_id, item.frame) for item in items} == {
        (label, frame) for frame, label in of_frame.items()
    }


def test_items_of_datumaro_have_names_of_their_own() -> None:
    """Otherwise datumaro takes them for one."""
    body, _ = export(source(part(FRAMES, Document())), "Datumaro 1.0")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        items = msgspec.json.decode(archive.read("annotations/default.json"))["items"]
    assert [item["id"] for item in items] == ["deep/a.jpg", "deep/a.png", "b"]
