"""The labels of a dataset, of which those of a project without labels are made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chalicelib.annotations.model.document import Annotation
from chalicelib.formats.importing.reading import Labels, Reader
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from chalicelib.formats.report import Report


class _Names(Report):
    """A report that keeps all names of labels which are not known, in their order."""

    def unmatched(self, label: str, where: str = "") -> None:
        """Keep the name; places do not matter."""
        del where
        self.labels.setdefault(label, 0)


class _Nowhere:
    """A sink that keeps no object."""

    def __init__(self) -> None:
        self.report: Report = _Names()

    def add(self, annotation: Annotation) -> None:
        """Let go of an object."""


def labels_in(reader: Reader, upload: Upload, targets: Iterable[Target]) -> list[LabelSpec]:
    """The labels that a dataset declares, or else those that its objects have. Without ids.

    Args:
        targets: what will be read into, without labels.

    Raises:
        BadDataset: naming file and place.
    """
    declared = reader.labels(upload) if reader.labels is not None else ()
    found = {label.name: label for label in declared if label.name.strip()}
    if found:
        return list(found.values())
    sink = _Nowhere()
    for target in targets:
        reader.read(upload, target, sink)
    return [LabelSpec(0, name) for name in sink.report.labels if name.strip()]


def always(name: str, *attributes: str) -> Labels:
    """Of formats whose objects have one label: lists it, with attributes that are texts."""

    def labels(_upload: Upload) -> Iterator[LabelSpec]:
        specs = (AttributeSpec(0, attribute) for attribute in attributes)
        yield LabelSpec(0, name, attributes=tuple(specs))

    return labels
