"""Which files of datasets in space become the frames of tasks, and which are beside them."""

from __future__ import annotations

import io

import pytest

from chalicelib.formats import registry
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.media.files import File
from chalicelib.media.ingest.related import match
from tests.unit.formats import spatial
from tests.unit.formats.datasets import export, read


@pytest.mark.parametrize(
    ("name", "subset"),
    [
        ("Datumaro 3D 1.0", "default"),
        ("Kitti Raw Format 1.0", ""),
        ("Sly Point Cloud Format 1.0", "ds0"),
    ],
)
def test_pictures_stay_beside_point_clouds(name: str, subset: str) -> None:
    body, _ = export(spatial.source(), name)
    listed = list(registry.importer(name).load().pictures(Upload(io.BytesIO(body), "x.zip")))
    assert {one.subset for one in listed} == {subset}
    family = {".pcd": "points", ".jpg": "image"}
    files = [File(one.name, one.file, 0, 1, family[one.name[-4:]], "") for one in listed]  # type: ignore[arg-type]
    matched = match(files)
    assert len(matched.frames) == len(spatial.FRAMES)
    # CVAT's layouts know no folders below that of the point clouds.
    flat = [frame for frame in spatial.FRAMES if "/" not in frame.name]
    assert [len(found) for found in matched.related.values()] == [1] * len(flat)
    frames = tuple(Frame(n, n, one.name, one.name, 0, 0) for n, one in enumerate(matched.frames))
    target = Target(spatial.LABELS, frames, subset=subset, dimension="3d")
    document = read(body, name, target).document
    assert len(document.shapes) == len(spatial.SHAPES)
    assert len(document.tracks) == len(spatial.TRACKS)
