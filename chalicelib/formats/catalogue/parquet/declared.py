"""Labels of a table, for a project that has none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from chalicelib.formats.catalogue.coco_keypoints.drawings import skeleton_label
from chalicelib.formats.catalogue.parquet.files import Row, rows, table_files
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import LabelSpec


class _Element(msgspec.Struct):
    label: str


def declared(upload: Upload) -> Iterator[LabelSpec]:
    """Labels of all rows, with the points that their skeletons have. See `reading.Labels`."""
    points: dict[str, dict[str, None]] = {}

    def take(row: Row, _place: str) -> None:
        label = row["label"]
        known = points.setdefault(label, {}) if isinstance(label, str) else {}
        known.update(dict.fromkeys(_points(row)))

    for file in table_files(upload):
        rows(upload, file, ("label", "elements"), take)
    for label, names in points.items():
        yield skeleton_label(label, list(names), [])


def _points(row: Row) -> Sequence[str]:
    text = row.get("elements")
    if not isinstance(text, str):
        return ()
    return [one.label for one in msgspec.json.decode(text, type=list[_Element])]
