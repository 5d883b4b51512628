"""Labels that a project gets together with its first tasks, made of a dataset's.

Until then they are a few bytes among the notes of the import.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from chalicelib.platform import keys, table
from chalicelib.platform.table import Create, Record, Update, Write
from chalicelib.projects import label_rules, labels, store
from chalicelib.projects.bodies import PatchedLabelRequest
from chalicelib.projects.models import Label, LabelPointer
from functions.dataset_import.source import Gone


def packed(project_id: int, found: Sequence[LabelSpec], file: str) -> bytes:
    """Labels with ids of their own; b"" for none.

    Raises:
        BadDataset: a label of the dataset may not be made. Invalid: they are too many.
    """
    if not found:
        return b""
    change = labels.create(keys.project(project_id), [asked(label, file) for label in found])
    (write,) = change.writes
    assert isinstance(write, Create)
    blob: bytes = write.record.blob
    return blob


def unpacked(blob: bytes) -> list[Label]:
    """The labels again."""
    return store.read_labels(Record("", keys.LABELS, blob=blob)) if blob else []


def writes(project_id: int, blob: bytes) -> list[Write]:
    """What gives a project its labels, unless it has them already.

    Raises:
        Gone: it has got others meanwhile.
    """
    if not blob:
        return []
    parent, wanted = keys.project(project_id), _ids(blob)
    record = table.load(parent, keys.LABELS)
    present = label_rules.ids_of(store.read_labels(record)) if record else set()
    if wanted & present:
        return []
    if present:
        raise Gone("The project was given labels meanwhile. Import the dataset again.")
    # They lead nowhere until the labels are there.
    table.put_many(
        Record(keys.label(label_id), keys.META).write(LabelPointer(parent)) for label_id in wanted
    )
    if record is None:
        return [Create(Record(parent, keys.LABELS, blob=blob))]
    record.blob = blob
    return [Update(record)]


def forget(blob: bytes) -> None:
    """Remove what may be left of labels that nobody has seen. May be repeated."""
    table.delete_many((keys.label(label_id), keys.META) for label_id in _ids(blob))


def _ids(blob: bytes) -> set[int]:
    return label_rules.ids_of(unpacked(blob))


def asked(label: LabelSpec, file: str) -> PatchedLabelRequest:
    """A label as clients ask for it. Raises BadDataset: it may not be made."""
    wanted = {
        **_plain(label),
        "type": label.type,
        "svg": label.svg,
        "sublabels": [_plain(one) for one in label.sublabels],
    }
    try:
        return msgspec.convert(wanted, PatchedLabelRequest)
    except msgspec.ValidationError as error:
        raise BadDataset(file, f'no label "{label.name}" can be made: {error}') from None


def _plain(label: LabelSpec) -> dict[str, Any]:
    return {
        "name": label.name,
        "color": label.color,
        "type": "points",
        "attributes": [_attribute(spec) for spec in label.attributes],
    }


def _attribute(spec: AttributeSpec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "mutable": spec.mutable,
        "input_type": spec.input_type,
        "default_value": spec.default_value,
        "values": list(spec.values),
    }
