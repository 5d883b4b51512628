"""Ids of objects that are saved in bulk, and of their parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from chalicelib.annotations.model.document import Annotation, Shape, Tag, Track
from chalicelib.annotations.revisions.changes import parts
from chalicelib.platform import ids

#: Objects that get ids at once from the table's counter.
_IDS_AT_ONCE = 8192


def number(items: Sequence[Tag] | Sequence[Shape] | Sequence[Track]) -> None:
    """Give objects ids that follow one another in their order, and their parts others."""
    new_ids = _new_ids(len(items))
    for item, object_id in zip(cast(Sequence[Annotation], items), new_ids, strict=True):
        item.id = object_id
    bare = [part for item in _holders(items) for part in parts(item)]
    for part, object_id in zip(bare, _new_ids(len(bare)), strict=True):
        part.id = object_id


def _holders(items: Sequence[Tag] | Sequence[Shape] | Sequence[Track]) -> Sequence[Annotation]:
    """Those that have parts. Hardly any shape has, and asking is quicker than to look for them."""
    if not items or isinstance(items[0], Tag):
        return []
    if isinstance(items[0], Track):
        return items
    return [shape for shape in cast(Sequence[Shape], items) if shape.elements]


def _new_ids(count: int) -> range:
    return ids.allocate_from_block("object", count, _IDS_AT_ONCE) if count else range(0)
