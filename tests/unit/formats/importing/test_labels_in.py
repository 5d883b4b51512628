"""Labels that a dataset brings with it, for a project that has none: of every format there is."""

from __future__ import annotations

import io
from itertools import count

import pytest
from msgspec.structs import replace

from chalicelib.formats import registry
from chalicelib.formats.importing.collecting import Collected, collect
from chalicelib.formats.importing.labels_in import labels_in
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import LabelSpec
from functions.dataset_import import new_labels
from tests.unit.formats import sample
from tests.unit.formats.datasets import export
from tests.unit.formats.importing.test_every_importer import IMPORTERS, good, target_of

#: Formats whose files tell drawings, types and attributes of labels.
COMPLETE = {"CVAT 1.1"}
#: Those that tell which labels are skeletons, and their points.
SKELETONS = COMPLETE | {
    "COCO Keypoints 1.0", "Datumaro 1.0", "Parquet 1.0", "Supervisely 1.0",
    "Ultralytics YOLO Pose 1.0",
}  # fmt: skip


def upload_of(name: str) -> Upload:
    return Upload(io.BytesIO(good(name)), "dataset.zip")


def found(name: str) -> list[LabelSpec]:
    target = target_of(name)
    bare = replace(target, labels=())
    return labels_in(registry.importer(name).load(), upload_of(name), [bare])


def numbered(labels: list[LabelSpec]) -> tuple[LabelSpec, ...]:
    """With ids, as they are made."""
    ids = count(1000)

    def one(label: LabelSpec) -> LabelSpec:
        specs = tuple(replace(spec, id=next(ids)) for spec in label.attributes)
        return replace(
            label,
            id=next(ids),
            attributes=specs,
            sublabels=tuple(map(one, label.sublabels)),
        )

    return tuple(map(one, labels))


def objects(name: str, target: Target) -> Collected:
    return collect(registry.importer(name).load(), upload_of(name), target)


@pytest.mark.parametrize("name", IMPORTERS)
def test_everything_that_fits_the_labels_fits_those_of_the_dataset(name: str) -> None:
    target = target_of(name)
    labels = numbered(found(name))
    report = objects(name, replace(target, labels=labels)).report
    if name.startswith(("ICDAR", "Market")):
        # Whatever the task calls it, these have one label with attributes of their own.
        assert "attribute is not the label's" not in report.converted
        return
    expected = objects(name, target).report
    assert not report.labels
    assert report.objects >= expected.objects
    known = {label.name: label for label in target.labels}
    kinds = {kind: many for kind, many in expected.kinds.items() if "skeleton" not in kind}
    if name in SKELETONS:
        kinds = expected.kinds
        (person,) = (label for label in labels if label.sublabels)
        assert person.type == "skeleton"
        if name != "Ultralytics YOLO Pose 1.0":
            points = [one.name for one in known[person.name].sublabels]
            assert [one.name for one in person.sublabels] == points
    assert {kind: report.kinds.get(kind, 0) for kind in kinds} == kinds


@pytest.mark.parametrize("name", IMPORTERS)
def test_labels_of_datasets_can_be_made(name: str) -> None:
    """By the rules of labels, drawings of skeletons among them."""
    for label in found(name):
        assert label.name
        new_labels.asked(label, "dataset.zip")


def test_cvats_own_files_bring_labels_as_they_are() -> None:
    labels = found("CVAT 1.1")
    assert [label.name for label in labels] == ["cat", "dog", "person"]
    for label, known in zip(numbered(labels), sample.LABELS, strict=True):
        assert (label.color, label.type) == (known.color, known.type)
        assert len(label.sublabels) == len(known.sublabels)
        assert [replace(spec, id=0) for spec in label.attributes] == [
            replace(spec, id=0) for spec in known.attributes
        ]


def test_images_alone_bring_no_labels() -> None:
    source = sample.source(replace(sample.PHOTOS, content=replace(sample.PHOTOS.content, tags=[],
                                                                  shapes=[])))  # fmt: skip
    body, _ = export(replace(source, labels=()), "PASCAL VOC 1.1")
    reader = registry.importer("PASCAL VOC 1.1").load()
    target = replace(target_of("PASCAL VOC 1.1"), labels=())
    assert labels_in(reader, Upload(io.BytesIO(body), "dataset.zip"), [target]) == []
