"""VOC and segmentation masks as files to look at."""

from __future__ import annotations

import pytest

from tests.unit.formats import golden
from tests.unit.formats.datasets import TaskPart, export
from tests.unit.formats.sample import PHOTOS, VIDEO, source


@pytest.mark.parametrize(
    ("name", "folder"),
    [("PASCAL VOC 1.1", "voc"), ("Segmentation mask 1.1", "segmentation_mask")],
)
@pytest.mark.parametrize(("part", "kind"), [(PHOTOS, "images"), (VIDEO, "video")])
def test_a_task_is_written_as_its_sample(name: str, folder: str, part: TaskPart, kind: str) -> None:
    body, _ = export(source(part, images=kind == "images"), name)
    golden.check(f"{folder}_{kind}", body)
