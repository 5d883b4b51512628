"""Documents without what files do not say."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from chalicelib.annotations.model.document import Document


def plain(document: Document) -> Document:
    """Without ids and sources; shapes in the order of their frames and z-order."""
    shapes = sorted(document.shapes, key=lambda shape: (shape.frame, shape.z_order))
    return Document(
        tags=[_told(tag) for tag in document.tags],
        shapes=[_told(shape) for shape in shapes],
        tracks=[_told(track) for track in document.tracks],
    )


def _told(item: Any) -> Any:
    changes: dict[str, Any] = {"source": "file"} if hasattr(item, "source") else {}
    for field in ("elements", "shapes"):
        if hasattr(item, field):
            changes[field] = [_told(one) for one in getattr(item, field)]
    values = sorted(item.attributes, key=lambda value: value.spec_id)
    return replace(item, id=None, attributes=values, **changes)
