"""What every importer does with what is large, alone or beyond its image."""

from __future__ import annotations

import io
import tracemalloc
from contextlib import closing
from typing import BinaryIO, cast

import pytest

from chalicelib.annotations.bulk.gathering import Gathering
from chalicelib.annotations.merging.slicing import Span
from chalicelib.annotations.model.document import Annotation, Document, Shape
from chalicelib.formats import registry
from chalicelib.formats.catalogue.labelme_json import reader as labelme_json
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame, Source
from chalicelib.formats.importing.storing import StoringSink, read_into
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.report import Report
from chalicelib.formats.text import json_items, json_window
from tests.unit.formats import sample, spatial
from tests.unit.formats.datasets import NOW, export, part, read
from tests.unit.formats.exporting.test_every_exporter import CONTENT, CUBOID, LABELS, Many
from tests.unit.formats.importing.test_every_importer import (
    IMPORTERS,
    NAME,
    WRITTEN_AS,
    _vocabulary,
    attempt,
    good,
    members,
    target_of,
)
from tests.unit.formats.text.test_json_items import Repeated

SUFFIXES = {
    one.name: [f".{ext.strip().lower()}" for ext in one.ext.split(",") if ext.strip() != "ZIP"]
    for one in registry.importers()
}
ALONE = [name for name, suffixes in SUFFIXES.items() if suffixes]
OF_JSON = [name for name, suffixes in SUFFIXES.items() if ".json" in suffixes]
FLAT = [one.name for one in registry.importers() if one.dimension == "2d"]


@pytest.mark.parametrize("name", ALONE)
def test_a_file_without_its_archive_is_the_same(name: str) -> None:
    """Of formats whose pictures of masks are beside their lists, only the lists count."""
    whole = read(good(name), name, target_of(name)).document
    alone = [
        read(body, name, target_of(name), file.rpartition("/")[2]).document
        for file, body in members(good(name)).items()
        if file.endswith(tuple(SUFFIXES[name])) and file not in ("report.json", "frames.parquet")
    ]
    assert alone
    shapes = [shape for one in alone for shape in one.shapes]
    tags = [tag for one in alone for tag in one.tags]
    beside = {"mask"} if name.startswith("SageMaker") else set()
    wanted = [shape for shape in whole.shapes if shape.type not in beside]
    assert sorted(map(_facts, shapes)) == sorted(map(_facts, wanted))
    assert len(tags) == len(whole.tags)
    assert sum(len(one.tracks) for one in alone) == len(whole.tracks)


def _facts(shape: Shape) -> tuple[object, ...]:
    return shape.frame, shape.type, shape.label_id, tuple(shape.points)


BEYOND = [
    Shape(type="rectangle", frame=0, points=[60, 50, 90, 95], label_id=2),
    Shape(type="polygon", frame=0, points=[60, 50, 90, 50, 90, 95], label_id=2),
    Shape(type="points", frame=0, points=[50.0, 60] * 5, label_id=2),
]


def outside(name: str, shape: Shape, frames: tuple[Frame, ...]) -> tuple[Report | str, Document]:
    """What becomes of a shape that a picture of 100 × 100 has, and one of 40 × 30 not."""
    wide = tuple(Frame(n, n, one.name, one.file_name, 100, 100) for n, one in enumerate(frames))
    whole = Source("task", LABELS, [part(wide, Document(shapes=[shape]))], False, NOW)
    body, written = export(whole, WRITTEN_AS.get(name, name))
    if not written.objects:
        return "cannot be written", Document()
    target = Target(LABELS, frames)
    with closing(
        Gathering([Span(1, 0, len(frames) - 1)], _vocabulary(LABELS), cut=True)
    ) as gathering:
        upload = Upload(io.BytesIO(body), NAME)
        sink = StoringSink(gathering, _vocabulary(LABELS), upload, size=(40, 30))
        try:
            read_into(registry.importer(name), upload, target, sink)
        except BadDataset as error:
            return str(error), Document()
        return sink.report, read(body, name, target).document


@pytest.mark.parametrize("name", FLAT)
@pytest.mark.parametrize("shape", BEYOND, ids=lambda shape: shape.type)
def test_what_is_beyond_its_image_is_told(name: str, shape: Shape) -> None:
    outcome, document = outside(name, shape, sample.FRAMES)
    if isinstance(outcome, str):
        assert outcome == "cannot be written" or outcome.startswith(NAME)
        return
    beyond = [
        one for one in document.shapes if max(one.points[::2]) > 40 or max(one.points[1::2]) > 30
    ]
    told = {**outcome.converted, **outcome.skipped}
    # A format may hold it in parts of the picture, which are within it.
    assert not beyond or told, (outcome, beyond)
    assert all(outcome.examples[reason] for reason in told if "beyond" in reason)
    assert all(outcome.examples[reason] for reason in told if "outside" in reason)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in pieces of 64 kB, and what is kept of one may have 1 MB."""
    for module in (json_window, json_items):
        monkeypatch.setattr(module, "CHUNK", 1 << 16)
    monkeypatch.setattr(json_window.Window.fill, "__defaults__", (1 << 16,))
    monkeypatch.setattr(json_window, "MAX_VALUE", 1 << 20)
    monkeypatch.setattr(labelme_json, "MAX_FILE", 1 << 20)


SIZE = 24 << 20


@pytest.mark.parametrize("name", OF_JSON)
@pytest.mark.parametrize(
    "file",
    [
        Repeated(b'{"a":"', b"x", SIZE, b'"}'),
        Repeated(b'{"annotations":"', b"x", SIZE, b'"}'),
        Repeated(b'[{"a":"', b"x", SIZE, b'"}]'),
        Repeated(b"", b"[", SIZE, b""),
        Repeated(b'{"shapes":', b"7", SIZE, b"}"),
        Repeated(b'{"items":[', b"{" + b" " * 9998 + b"},", SIZE // 10_001, b"{}]}"),
    ],
    ids=["a text", "a text for a list", "a text in a list", "brackets", "a number", "nothings"],
)
def test_a_line_that_never_ends_is_refused_in_bounded_memory(
    name: str, file: Repeated, small: None
) -> None:
    file.seek(0)
    tracemalloc.start()
    try:
        told = attempt(name, cast(BinaryIO, file))
        _, highest = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(told, str), told
    assert told.startswith(NAME)
    # Pieces of the file itself have 4 MB.
    assert highest < 12 << 20


class Forgetful:
    """A sink that keeps nothing."""

    def __init__(self) -> None:
        self.report = Report()
        self.count = 0

    def add(self, _annotation: Annotation) -> None:
        self.count += 1


def peak(name: str, count: int) -> int:
    """Bytes that reading a dataset of so many frames takes at once."""
    flat = registry.importer(name).dimension == "2d"
    suffix, size = ("jpg", (40, 30)) if flat else ("pcd", (0, 0))
    frames = tuple(Frame(n, n, f"{n:06}.{suffix}", f"{n:06}.{suffix}", *size) for n in range(count))
    made = part(frames, CONTENT if flat else CUBOID, dimension="2d" if flat else "3d")
    many = Many(made.meta, made.all_frames, made.content)
    body, _ = export(Source("task", LABELS, [many], False, NOW), WRITTEN_AS.get(name, name))
    target = Target(LABELS, frames, dimension="2d" if flat else "3d")
    assert target.matcher.by_name("nothing.jpg")
    reader, sink, file = registry.importer(name).load(), Forgetful(), io.BytesIO(body)
    tracemalloc.start()
    reader.read(Upload(file, "x.zip"), target, sink)
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return highest


#: Frames of a small and of a larger dataset, where others than 30 and 120: long lists are read in
#: larger pieces, and checksums take their time while memory is traced.
COUNTS = {
    "Datumaro 1.0": (320, 410),
    "Label Studio 1.0": (200, 290),
    "TFRecord 1.0": (15, 60),
}
#: MOTS has nothing but tracks, which are known when the last frame was read; Parquet has groups of
#: 20,000 rows.
APART = {"MOTS PNG 1.0", "Parquet 1.0"}


@pytest.mark.parametrize("name", [one for one in IMPORTERS if one not in APART])
def test_memory_does_not_grow_with_the_dataset(name: str, small: None) -> None:
    less, more = COUNTS.get(name, (30, 120))
    peak(name, 5)
    # Members of the archive and numbers of images; the objects would be another 4 kB a frame.
    most = peak(name, less) + (more - less) * 3000 + (1 << 16)
    # What is made but once may be made just then: what is kept, is kept every time.
    assert any(peak(name, more) < most for _ in range(3))


@pytest.mark.parametrize("name", [one for one in IMPORTERS if one != "TFRecord 1.0"])
def test_pictures_of_an_export_are_those_of_the_task(name: str) -> None:
    """So that a dataset with its images can become a task of a project."""
    flat = registry.importer(name).dimension == "2d"
    of = sample.VIDEO if name in ("MOT 1.1", "MOTS PNG 1.0") else sample.PHOTOS
    source = sample.source(of, images=True) if flat else spatial.source()
    body, _ = export(source, WRITTEN_AS.get(name, name))
    reader = registry.importer(name).load()
    if reader.pictures is None:
        return
    found = list(reader.pictures(Upload(io.BytesIO(body), "x.zip")))
    frames = of.frames() if flat else spatial.FRAMES
    suffixes = (".jpg", ".png") if flat else (".pcd",)
    named = sorted(one.name.lower() for one in found if one.name.lower().endswith(suffixes))
    wanted = sorted(one.file_name.lower() for one in frames)
    if flat:
        assert named == wanted
    else:
        # Their layouts have folders that say what is beside what.
        assert len(named) == len(wanted)
        assert all(any(one.endswith(f"/{name}") for one in named) for name in wanted)
    packed = members(body)
    for one in found:
        assert packed[one.file].startswith((b"picture ", b"beside "))
