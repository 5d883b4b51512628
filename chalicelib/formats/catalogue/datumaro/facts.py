"""What CVAT says of an object among datumaro's attributes."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

import msgspec

from chalicelib.formats.catalogue.datumaro.document import Annotation


class Facts(msgspec.Struct):
    """Of one annotation.

    Attributes:
        track: name of its track, None of a shape.
        attributes: those of the label.
    """

    occluded: bool
    rotation: float
    score: float
    track: int | str | None
    keyframe: bool
    attributes: dict[str, Any]


def facts_of(annotation: Annotation, own: Container[str]) -> Facts:
    """Take apart the attributes of an annotation. Raises ValueError if they make no sense.

    A track's pieces say whether they are keyframes; a `track_id` alone makes none, as in CVAT.

    Args:
        own: names of the label's attributes.
    """
    given = dict(annotation.attributes or {})
    track, keyframe = given.pop("track_id", None), given.pop("keyframe", None)
    if track is not None and not isinstance(track, int | str):
        raise ValueError(f'track_id "{track}" is neither a number nor a text')
    score = 1.0 if "score" in own else _number("score", given.pop("score", 1.0))
    if "source" not in own:
        given.pop("source", None)
    return Facts(
        occluded=_flag(given.pop("occluded", False)),
        rotation=_number("rotation", given.pop("rotation", 0.0)) % 360,
        score=min(max(score, 0.0), 1.0),
        track=track if keyframe is not None else None,
        keyframe=_flag(keyframe),
        attributes=given,
    )


def _flag(value: Any) -> bool:
    return value.lower() in ("true", "1") if isinstance(value, str) else bool(value)


def _number(name: str, value: Any) -> float:
    if not isinstance(value, int | float):
        raise ValueError(f'{name} "{value}" is not a number')
    return float(value)
