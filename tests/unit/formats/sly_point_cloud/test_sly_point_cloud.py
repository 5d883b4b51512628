"""Sly Point Cloud Format 1.0: the sample, round trips, bad files."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.annotations.model.document import Document, Shape, Track, TrackedShape
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import ProjectMeta, Source
from tests.unit.formats import spatial
from tests.unit.formats.datasets import NOW, export, part, read
from tests.unit.formats.golden import archived, check
from tests.unit.formats.plain import plain, seen

NAME = "Sly Point Cloud Format 1.0"
#: Groups are none of the format's business.
SHAPES = [replace(shape, group=0) for shape in spatial.SHAPES]


def test_the_sample_is_written() -> None:
    body, report = export(spatial.source(), NAME)
    check("sly_point_cloud", body)
    assert report.kinds == {"cuboid": 5, "tag": 1}
    assert report.skipped == {}


def test_annotations_are_written_without_point_clouds() -> None:
    body, _ = export(spatial.source(images=False), NAME)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.namelist() == [
            "meta.json",
            "key_id_map.json",
            "ds0/ann/0000000000.pcd.json",
            "ds0/ann/scene/b.x.pcd.json",
            "ds0/ann/туман.pcd.json",
            "ds0/ann/last.pcd.json",
            "report.json",
        ]


def test_every_key_is_in_the_map() -> None:
    with zipfile.ZipFile(io.BytesIO(export(spatial.source(), NAME)[0])) as archive:
        known = json.loads(archive.read("key_id_map.json"))
        frames = [json.loads(archive.read(name)) for name in archive.namelist() if "/ann/" in name]
    assert [known["videos"][frame["key"]] for frame in frames] == [0, 1, 2, 3]
    figures = [known["figures"][one["key"]] for frame in frames for one in frame["figures"]]
    assert figures == [1, 2, 3, 4, 5]
    objects = [known["objects"][one["objectKey"]] for frame in frames for one in frame["figures"]]
    assert objects == [1, 2, 3, 2, 2]


def test_the_sample_comes_back_as_it_was() -> None:
    imported = read(archived("sly_point_cloud"), NAME, spatial.TARGET)
    kept = Document(tags=imported.document.tags, shapes=imported.document.shapes)
    assert plain(kept) == plain(Document(tags=spatial.TAGS, shapes=SHAPES))
    assert seen(imported.document, spatial.FRAMES) == seen(spatial.SCENE.content, spatial.FRAMES)
    assert not imported.report.skipped


@given(
    st.lists(st.tuples(st.integers(0, 3), spatial.cuboids()), max_size=4),
    st.lists(spatial.cuboids(), min_size=4, max_size=4),
)
def test_everything_is_seen_where_it_was(
    cuboids: list[tuple[int, list[float]]], moving: list[list[float]]
) -> None:
    shapes = [Shape(type="cuboid", frame=frame, points=one, label_id=11) for frame, one in cuboids]
    keyframes = [
        TrackedShape(type="cuboid", frame=at, points=one, outside=at == 2)
        for at, one in enumerate(moving)
    ]
    document = Document(shapes=shapes, tracks=[Track(frame=0, label_id=11, shapes=keyframes)])
    body, _ = export(spatial.source(part(spatial.FRAMES, document)), NAME)
    imported = read(body, NAME, spatial.TARGET).document
    assert seen(imported, spatial.FRAMES) == seen(document, spatial.FRAMES)
    assert len(imported.tracks) == 1


def test_subsets_of_a_project_are_folders() -> None:
    meta = replace(spatial.SCENE.meta, id=8, subset="train")
    parts = [spatial.SCENE, replace(spatial.SCENE, meta=meta)]
    project = ProjectMeta(id=3, name="drives")
    body, _ = export(Source("project", spatial.LABELS, parts, True, NOW, project), NAME)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.read("ds0/pointcloud/train/last.pcd") == b"picture 3"
        assert archive.read("ds0/related_images/default/last_pcd/beside.jpg") == b"beside 3"
        assert len(set(archive.namelist())) == len(archive.namelist())


def _packed(**changes: Any) -> bytes:
    axes = {"x": 1, "y": 2, "z": 3}
    figure = {
        "key": "f",
        "objectKey": "o",
        "geometryType": "cuboid_3d",
        "geometry": {"position": axes, "rotation": axes, "dimensions": axes},
    }
    content = {
        "key": "k",
        "tags": [],
        "objects": [{"key": "o", "classTitle": "dog", "tags": []}],
        "figures": [figure | changes.pop("figure", {})],
    } | changes
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("ds0/ann/last.pcd.json", json.dumps(content))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (b"", "is not a Supervisely project"),
        (_packed(objects=[]), r"last.pcd.json, figures\[0\]: there is no object o"),
        (_packed(objects=3), "last.pcd.json: is not what is expected"),
        (_packed(figure={"geometry": {"position": [1]}}), r"last.pcd.json, figures\[0\]: Expected"),
        (_packed(objects=[{"key": "o", "classTitle": "cow"}]), 'none of its labels \\("cow"\\)'),
        (_packed()[:-30], "is not a complete ZIP archive"),
    ],
)
def test_a_bad_file_is_refused(body: bytes, trouble: str) -> None:
    with pytest.raises(BadDataset, match=trouble):
        read(body, NAME, spatial.TARGET)


@pytest.mark.parametrize(
    ("changes", "skipped"),
    [
        ({"figure": {"geometryType": "mesh"}}, {"figure of this type cannot be read": 1}),
        ({"tags": [{"name": "night"}]}, {"no label of that name": 1}),
    ],
)
def test_what_cannot_be_taken_is_told(changes: Any, skipped: dict[str, int]) -> None:
    imported = read(_packed(**changes), NAME, spatial.TARGET)
    assert imported.report.skipped == skipped
