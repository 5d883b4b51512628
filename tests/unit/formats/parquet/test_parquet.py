"""Parquet 1.0: tables that DuckDB and Arrow read, and tables that they write."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as coco_masks

from chalicelib.annotations.interpolation.tracks import frames_of_track
from chalicelib.annotations.model.document import Document, Shape, Tag, Track
from chalicelib.formats.catalogue.parquet import writer as of_rows
from chalicelib.formats.catalogue.parquet.codecs import unpacked
from chalicelib.formats.catalogue.parquet.columns import Column
from chalicelib.formats.catalogue.parquet.layout import SNAPPY
from chalicelib.formats.catalogue.parquet.table_reader import TableReader
from chalicelib.formats.catalogue.parquet.table_writer import TableWriter
from chalicelib.formats.catalogue.parquet.tables import FRAME_COLUMNS, OBJECT_COLUMNS
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Source
from chalicelib.formats.importing.target import Target
from tests.unit.formats import golden
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, NOW, export, photos, read, task, video
from tests.unit.formats.sample import CLIP, FRAMES, LABELS, PHOTOS, SHAPES, TRACKS, VIDEO, source

NAME = "Parquet 1.0"
TARGET = Target(LABELS, FRAMES)
KINDS = tuple(strategy.POINTS)


def tables(body: bytes, folder: Path) -> tuple[str, str]:
    """Paths of both tables of an archive."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        objects, frames = (
            archive.extract(f"{name}.parquet", folder) for name in ("annotations", "frames")
        )
    return objects, frames


def rows(body: bytes, folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pyarrow.parquet.read_table(tables(body, folder)[0]).to_pylist()
    return found


def written(table: pyarrow.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    pyarrow.parquet.write_table(table, sink, **options)
    return sink.getvalue()


def made(**columns: list[Any]) -> pyarrow.Table:
    """A table of one box, with other columns."""
    one: dict[str, list[Any]] = {
        "image": ["a.jpg"], "label": ["dog"], "xmin": [1.0], "ymin": [2.0], "xmax": [3.0],
        "ymax": [4.0],
    }  # fmt: skip
    return pyarrow.table(one | columns)


def test_the_sample_is_written_as_it_was() -> None:
    body, report = export(source(), NAME)
    golden.check("parquet", body)
    assert not report.skipped
    assert not report.converted
    assert report.objects == len(SHAPES) + 2
    assert report.frames == 3


def test_arrow_finds_every_object(tmp_path: Path) -> None:
    found = rows(export(source(), NAME)[0], tmp_path)
    by_id = {row["object_id"]: row for row in found if row["kind"] != "tag"}
    for shape in SHAPES:
        row = by_id[shape.id]
        assert (row["kind"], row["points"]) == (shape.type, shape.points)
        assert (row["rotation"], row["occluded"], row["group_id"], row["score"]) == (
            shape.rotation, shape.occluded, shape.group, shape.score,
        )  # fmt: skip
    assert json.loads(by_id[11]["attributes"]) == {"asleep": "true", "age": "2", "name": "Ann & Co"}
    assert [one["label"] for one in json.loads(by_id[15]["elements"])] == ["head", "hand", "foot"]
    assert (by_id[13]["xmin"], by_id[13]["ymax"], by_id[13]["area"]) == (1, 28, 32)
    assert (by_id[22]["area"], by_id[21]["image"]) == (None, "folder/b.x.png")


def test_masks_are_what_the_coco_api_makes_of_their_runs(tmp_path: Path) -> None:
    (row,) = [one for one in rows(export(source(), NAME)[0], tmp_path) if one["kind"] == "mask"]
    rle = {"counts": row["coco_rle"], "size": [row["height"], row["width"]]}
    assert coco_masks.area(rle) == row["area"] == 5
    assert coco_masks.toBbox(rle).tolist() == [11, 8, 3, 2]


def answer(query: str) -> duckdb.DuckDBPyRelation:
    relation = duckdb.sql(query)
    assert relation is not None
    return relation


def test_duckdb_answers_questions_about_a_project(tmp_path: Path) -> None:
    both = Source("task", LABELS, [PHOTOS, VIDEO], False, NOW)
    objects, frames = tables(export(both, NAME)[0], tmp_path)
    counts = answer(
        f"select label, count(*) from '{objects}' where kind = 'rectangle' group by 1 order by 1"
    ).fetchall()
    assert counts == [("cat", 6), ("dog", 1)]
    tracks = answer(
        f"select track_id, label, min(frame), max(frame), count(*) filter (keyframe) "
        f"from '{objects}' where track_id is not null group by all order by 1"
    ).fetchall()
    assert tracks == [(0, "cat", 0, 3, 2), (1, "dog", 1, 5, 1), (2, "person", 3, 5, 1)]
    empty = answer(f"select image from '{frames}' where objects = 0").fetchall()
    assert empty == [("empty.jpg",)]


def test_large_tables_are_written_a_group_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_rows, "ROWS", 4)
    objects, _ = tables(export(source(), NAME)[0], tmp_path)
    about = pyarrow.parquet.ParquetFile(objects).metadata
    assert [about.row_group(at).num_rows for at in range(about.num_row_groups)] == [4, 4, 4]
    assert read(Path(objects).read_bytes(), NAME, TARGET, "x.parquet").report.objects == 12


@given(
    st.lists(strategy.shapes(KINDS), max_size=5), st.lists(strategy.tags(), max_size=3),
)  # fmt: skip
def test_shapes_and_tags_are_kept(shapes: list[Shape], tags: list[Tag]) -> None:
    frames = photos(["a.jpg", "b/c, d.png", "é & ü?.png"])
    body, _ = export(task(frames, Document(tags=tags, shapes=shapes)), NAME)
    found = read(body, NAME, Target((CAT, DOG), frames)).document
    assert found.tags == sorted(tags, key=lambda tag: tag.frame)
    assert found.shapes == sorted(shapes, key=lambda shape: (shape.frame, shape.z_order))


@given(strategy.tracks(("rectangle",), 9))
def test_a_track_is_where_it_was_on_every_frame(track: Track) -> None:
    frames = video(10)
    body, _ = export(task(frames, Document(tracks=[track])), NAME)
    (back,) = read(body, NAME, Target((CAT, DOG), frames, is_video=True)).document.tracks
    assert (back.label_id, back.attributes, back.group) == (
        track.label_id, track.attributes, track.group,
    )  # fmt: skip

    def seen(one: Track) -> Iterator[tuple[Any, ...]]:
        for at in frames_of_track(one, 9):
            if not at.outside:
                yield at.frame, at.occluded, at.z_order, at.rotation, *at.points

    for after, before in zip(seen(back), seen(track), strict=True):
        assert after == pytest.approx(before)


def test_skeletons_are_kept() -> None:
    body, _ = export(source(), NAME)
    found = read(body, NAME, TARGET).document.shapes
    (person,) = [shape for shape in found if shape.type == "skeleton"]
    assert [(one.label_id, one.points, one.occluded, one.outside) for one in person.elements] == [
        (one.label_id, one.points, one.occluded, one.outside) for one in SHAPES[4].elements
    ]
    clip = Target(LABELS, CLIP, is_video=True)
    tracks = read(export(source(VIDEO), NAME)[0], NAME, clip).document.tracks
    assert [len(track.elements) for track in tracks] == [len(track.elements) for track in TRACKS]


columns = (
    Column("text", "text"), Column("text_or_none", "text", optional=True),
    Column("int", "int"), Column("long", "long", optional=True), Column("double", "double"),
    Column("flag", "flag"), Column("flag_or_none", "flag", optional=True),
    Column("doubles", "doubles"),
)  # fmt: skip
values = st.tuples(
    st.text(max_size=5), st.none() | st.text(max_size=5), st.integers(-(2**31), 2**31 - 1),
    st.none() | st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.booleans(),
    st.none() | st.booleans(), st.lists(st.floats(allow_nan=False), max_size=3),
)  # fmt: skip


@given(st.lists(st.lists(values, min_size=1, max_size=20), max_size=3))
def test_any_table_is_read_as_it_was_written(groups: list[list[tuple[Any, ...]]]) -> None:
    sink = io.BytesIO()
    table = TableWriter(sink, columns, {"a": "b"})
    for group in groups:
        table.write_group(list(zip(*group, strict=True)))
    table.close()
    wanted = [row for group in groups for row in group]
    arrow = pyarrow.parquet.read_table(sink)
    assert [tuple(row.values()) for row in arrow.to_pylist()] == wanted
    names = [column.name for column in columns]
    ours = [
        row for found in TableReader(sink).groups(names)
        for row in zip(*(found[name] for name in names), strict=True)
    ]  # fmt: skip
    assert ours == wanted


@pytest.mark.parametrize("options", [
    {}, {"compression": "gzip"}, {"compression": "zstd"}, {"compression": "none"},
    {"use_dictionary": False}, {"data_page_version": "2.0"}, {"row_group_size": 7},
    {"data_page_version": "2.0", "use_dictionary": False, "compression": "zstd"},
    {"data_page_size": 64, "compression": "snappy"},
], ids=str)  # fmt: skip
def test_what_arrow_writes_is_read(options: dict[str, Any]) -> None:
    count = 40
    table = pyarrow.table({
        "image": [FRAMES[at % 3].name for at in range(count)],
        "label": ["dog", "cat"] * (count // 2),
        "kind": ["polygon"] * count,
        "points": [[1.0, 2.0, 30.0, 4.0, 5.0, float(at)] for at in range(count)],
        "occluded": [at % 5 == 0 for at in range(count)],
        "score": [None if at % 3 else 0.5 for at in range(count)],
        "attributes": [None] * count,
        "more": [{"a": at, "b": [at]} for at in range(count)],
    })  # fmt: skip
    found = read(written(table, **options), NAME, TARGET, "x.parquet").document.shapes
    assert [shape.points[-1] for shape in found] == list(range(count))
    assert [shape.occluded for shape in found] == [at % 5 == 0 for at in range(count)]
    assert [shape.score for shape in found] == [1.0 if at % 3 else 0.5 for at in range(count)]
    assert found[0].label_id != found[1].label_id


def test_what_duckdb_writes_is_read(tmp_path: Path) -> None:
    """A model's boxes, put together in SQL."""
    path = tmp_path / "boxes.parquet"
    duckdb.sql(
        f"copy (select 'a.jpg' as image, 'dog' as label, range::float as xmin, 1.0 as ymin, "
        f"range + 2 as xmax, 3::double as ymax, 0.25::double as score from range(5)) to '{path}'"
    )
    found = read(path.read_bytes(), NAME, TARGET, "boxes.parquet").document.shapes
    assert [shape.points for shape in found] == [[at, 1, at + 2, 3] for at in range(5)]
    assert {shape.score for shape in found} == {0.25}


def test_decimals_are_what_they_say(tmp_path: Path) -> None:
    """Numbers that stand in SQL with a point are decimals: whole numbers and a scale."""
    path = tmp_path / "boxes.parquet"
    duckdb.sql(
        "copy (select 'a.jpg' as image, 'dog' as label, 10.5 as xmin, 1.125 as ymin, "
        "(20 + range)::decimal(15, 3) as xmax, 30.25::decimal(5, 2) as ymax, "
        f"if(range = 1, null, 0.5) as score from range(3)) to '{path}'"
    )
    found = read(path.read_bytes(), NAME, TARGET, "boxes.parquet").document.shapes
    assert [shape.points for shape in found] == [[10.5, 1.125, 20 + at, 30.25] for at in range(3)]
    assert [shape.score for shape in found] == [0.5, 1.0, 0.5]


def test_decimals_of_more_than_64_bits_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "boxes.parquet"
    duckdb.sql(
        "copy (select 'a.jpg' as image, 'dog' as label, 1.5::decimal(30, 1) as xmin, 1 as ymin, "
        f"2 as xmax, 3 as ymax) to '{path}'"
    )
    with pytest.raises(BadDataset, match=r"boxes\.parquet: a column is of a type that is not read"):
        read(path.read_bytes(), NAME, TARGET, "boxes.parquet")


@given(st.binary(max_size=3000), st.integers(1, 40))
def test_snappy_is_unpacked(body: bytes, times: int) -> None:
    packed = pyarrow.compress(body * times, codec="snappy", asbytes=True)
    assert unpacked(SNAPPY, packed, len(body) * times) == body * times


def test_only_the_rows_of_a_subset_are_read_if_that_is_wanted() -> None:
    two = pyarrow.concat_tables([made(subset=["train"]), made(subset=["val"], xmin=[2.0])])
    target = Target(LABELS, FRAMES, subset="val")
    (shape,) = read(written(two), NAME, target, "x.parquet").document.shapes
    assert shape.points[0] == 2


GOOD = written(made(), compression="none", use_dictionary=False)
BAD = {
    "nothing": (b"", "x.parquet: is not a Parquet file"),
    "COCO": (b'{"images": [], "annotations": []}', "is not a Parquet file"),
    "cut off": (GOOD[:-30], "is not a Parquet file"),
    "another table": (written(pyarrow.table({"a": [1]})), 'it has no column "image"'),
    "numbers for texts": (written(made(label=[5])), '"label" is not a text'),
    "texts for numbers": (written(made(xmin=["wide"])), '"xmin" is not a number'),
    "not finite": (written(made(xmin=[float("nan")])), '"xmin" is not a number'),
    "unknown class": (written(made(label=["cow"])), r'none of its labels \("cow"\)'),
    "unknown kind": (written(made(kind=["blob"])), '"blob" is no kind of object'),
    "few corners": (
        written(made(kind=["polygon"], points=[[1.0, 2.0, 3.0, 4.0]])), "a polygon of 4 numbers",
    ),
    "odd": (written(made(kind=["points"], points=[[1.0, 2.0, 3.0]])), "a points of 3 numbers"),
    "mask": (written(made(kind=["mask"], points=[[9.0, 9.0, 0.0, 0.0, 1.0, 1.0]])), "do not fill"),
    "no JSON": (written(made(attributes=["{"])), "x.parquet: "),
    "unknown codec": (written(made(), compression="brotli"), r"a way that is not read \(codec 4\)"),
    "encoding": (
        written(made(), use_dictionary=False, column_encoding={"image": "DELTA_BYTE_ARRAY"}),
        "an encoding that is not read",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_is_refused(case: str) -> None:
    body, trouble = BAD[case]
    with pytest.raises(BadDataset, match=trouble):
        read(body, NAME, TARGET, "x.parquet")


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_damaged_file_is_refused_or_read(at: int, change: int) -> None:
    damaged = bytearray(GOOD)
    damaged[at] ^= change
    # Whatever is wrong is said of the file; nothing else is ever raised.
    with suppress(BadDataset):
        report = read(bytes(damaged), NAME, TARGET, "x.parquet").report
        assert report.objects + sum(report.skipped.values()) <= 1


def test_an_image_that_is_not_in_the_task_is_told() -> None:
    two = pyarrow.concat_tables([made(image=["z.jpg"]), made()])
    found = read(written(two), NAME, TARGET, "x.parquet")
    assert found.report.skipped == {"image is not in the task": 1}
    assert len(found.document.shapes) == 1


def test_an_object_that_is_twice_on_a_frame_is_refused() -> None:
    two = pyarrow.concat_tables([made(track_id=[7])] * 2)
    with pytest.raises(BadDataset, match="row 1: track 7 is on frame 0 twice"):
        read(written(two), NAME, TARGET, "x.parquet")


def test_masks_that_do_not_fill_their_box_are_told() -> None:
    broken = Shape(type="mask", frame=0, points=[9, 9, 0, 0, 1, 1], label_id=DOG.id)
    _, report = export(task(photos(["a.jpg"]), Document(shapes=[broken])), NAME)
    assert report.skipped == {"mask does not fill its box": 1}


def test_columns_have_names_that_need_no_quotes_in_sql() -> None:
    names = [column.name for column in (*OBJECT_COLUMNS, *FRAME_COLUMNS)]
    listed = ", ".join(f"1 as {name}" for name in dict.fromkeys(names))
    assert len(answer(f"select {listed}").columns) == len(set(names))
    assert np.unique([column.name for column in OBJECT_COLUMNS]).size == len(OBJECT_COLUMNS)
