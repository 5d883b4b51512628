"""What is exported of a task without objects is imported as nothing, in every format."""

from __future__ import annotations

import io

import msgspec
import pytest

from chalicelib.annotations.model.document import Document
from chalicelib.formats import registry
from chalicelib.formats.exporting.source import Source
from chalicelib.formats.importing.refusals import refuse_misfits
from chalicelib.formats.importing.storing import NOTHING
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.report import Report
from tests.unit.formats import sample, spatial
from tests.unit.formats.datasets import export, part
from tests.unit.formats.importing.test_every_importer import attempt, members, target_of, zipped

READ_BY = {
    "CVAT for images 1.1": "CVAT 1.1",
    "CVAT for video 1.1": "CVAT 1.1",
    "Ultralytics YOLO Detection Track 1.0": "Ultralytics YOLO Detection 1.0",
}
#: Formats whose empty exports have none of the files that their readers look for.
BARE = ["Cityscapes 1.0", "KITTI 1.0", "MOTS PNG 1.0", "Segmentation mask 1.1"]


def emptied(name: str, *, images: bool) -> bytes:
    """An export of the sample's task as it was before anybody drew in it."""
    spatially = registry.exporter(name).dimension == "3d"
    whole: Source = (
        spatial.source(images=images) if spatially else sample.source(sample.PHOTOS, images=images)
    )
    dimension = registry.exporter(name).dimension
    parts = [part(tuple(one.frames()), Document(), dimension=dimension) for one in whole.parts]
    return export(msgspec.structs.replace(whole, parts=parts), name)[0]


@pytest.mark.parametrize("images", [False, True], ids=["annotations", "dataset"])
@pytest.mark.parametrize("name", [one.name for one in registry.exporters()])
def test_an_empty_export_is_imported_as_nothing(name: str, images: bool) -> None:
    reader = READ_BY.get(name, name)
    body = emptied(name, images=images)
    report = attempt(reader, body, target_of(reader))
    assert isinstance(report, Report), report
    assert (report.objects, report.skipped.keys() - {NOTHING}, report.converted) == (0, set(), {})
    refuse_misfits(report, Upload(io.BytesIO(body), "x.zip"))


@pytest.mark.parametrize("name", BARE)
def test_what_only_lacks_its_pictures_is_refused(name: str) -> None:
    report = b'{"frames": 1, "objects": 1}'
    files = members(emptied(name, images=False)) | {"report.json": report}
    for changed in (files, files | {"report.json": b"[]"}, {"report.json": b'{"objects": 0}'}):
        assert "dataset: it has n" in str(attempt(name, zipped(changed)))
