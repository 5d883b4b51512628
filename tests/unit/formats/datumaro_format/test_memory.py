"""Annotations pass through piece by piece, whatever their number."""

from __future__ import annotations

import io
import tracemalloc

import pytest

from chalicelib.annotations.model.document import Annotation, Document, Shape
from chalicelib.formats import registry
from chalicelib.formats.archives import zip_writer
from chalicelib.formats.exporting.source import Source
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.report import Report
from tests.unit.formats.datasets import CAT, DOG, NOW, export, part, photos
from tests.unit.formats.test_constant_memory import peak

MEGABYTE = 1 << 20
FRAMES = photos([f"{number}.jpg" for number in range(100)])
#: The same shapes many times: only what is made of them takes memory.
SHAPES = [
    Shape(type="polygon", frame=number, points=[1.5] * 200, label_id=DOG.id)
    for number in range(100)
] * 20
SOURCE = Source("task", (CAT, DOG), [part(FRAMES, Document(shapes=SHAPES))], False, NOW)


class Forgetful:
    """A sink that keeps nothing."""

    def __init__(self) -> None:
        self.report = Report()
        self.count = 0

    def add(self, _annotation: Annotation) -> None:
        self.count += 1


@pytest.mark.parametrize("name", ["Datumaro 1.0", "Supervisely 1.0"])
def test_writing_takes_little_memory(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_writer, "SPOOL", 1 << 16)
    highest, _ = peak(SOURCE, name)
    # 2,000 polygons of 100 corners are 1.6 MB of JSON.
    assert highest < MEGABYTE


@pytest.mark.parametrize("name", ["CVAT for images 1.1", "Supervisely 1.0"])
def test_reading_takes_little_memory(name: str) -> None:
    body, _ = export(SOURCE, name)
    reader = registry.importer(name.replace(" for images", "")).load()
    target, sink = Target((CAT, DOG), FRAMES), Forgetful()
    assert target.matcher.by_name("1.jpg") == FRAMES[1]
    tracemalloc.start()
    reader.read(Upload(io.BytesIO(body), "x.zip"), target, sink)
    _, highest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sink.count == len(SHAPES)
    assert highest < 2 * MEGABYTE
