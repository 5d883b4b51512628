"""Point clouds as datumaro's JSON."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.model.document import Document, Shape
from tests.unit.formats import spatial
from tests.unit.formats.datasets import export, part, read
from tests.unit.formats.golden import archived, check
from tests.unit.formats.plain import plain, seen

NAME = "Datumaro 3D 1.0"


def test_the_sample_is_written() -> None:
    body, report = export(spatial.source(), NAME)
    check("datumaro_3d", body)
    assert (report.objects, report.skipped) == (6, {})


def test_the_sample_comes_back_as_it_was() -> None:
    imported = read(archived("datumaro_3d"), NAME, spatial.TARGET)
    kept = Document(tags=imported.document.tags, shapes=imported.document.shapes)
    assert plain(kept) == plain(Document(tags=spatial.TAGS, shapes=spatial.SHAPES))
    assert seen(imported.document, spatial.FRAMES) == seen(spatial.SCENE.content, spatial.FRAMES)
    assert not imported.report.skipped


@given(st.lists(spatial.cuboids(), max_size=5))
def test_every_cuboid_is_kept(cuboids: list[list[float]]) -> None:
    shapes = [Shape(type="cuboid", frame=1, points=one, label_id=11) for one in cuboids]
    body, _ = export(spatial.source(part(spatial.FRAMES, Document(shapes=shapes))), NAME)
    assert plain(read(body, NAME, spatial.TARGET).document) == plain(Document(shapes=shapes))
