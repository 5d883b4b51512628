"""Ids of objects that are saved in bulk, and of their parts."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.annotations.model.document import Annotation, Tag, Track
from chalicelib.annotations.revisions.changes import parts
from chalicelib.platform import ids

#: Objects that get ids at once from the table's counter.
_IDS_AT_ONCE = 8192


def number(items: Sequence[Annotation]) -> None:
    """Give objects ids that follow one another in their order, and their parts others."""
    for item, object_id in zip(items, _new_ids(len(items)), strict=True):
        item.id = object_id
    bare = [part for item in items if _has_parts(item) for part in parts(item)]
    for part, object_id in zip(bare, _new_ids(len(bare)), strict=True):
        part.id = object_id


def _has_parts(item: Annotation) -> bool:
    """Whether it may have any. Hardly any shape has, and asking is quicker than to look."""
    return not isinstance(item, Tag) and (isinstance(item, Track) or bool(item.elements))


def _new_ids(count: int) -> range:
    return ids.allocate_from_block("object", count, _IDS_AT_ONCE) if count else range(0)
