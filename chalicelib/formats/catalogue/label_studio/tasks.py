"""Tasks of Label Studio as they stand in its files."""

from __future__ import annotations

from typing import Any

import msgspec


class Result(msgspec.Struct):
    """A region, or what is said of one, or of the image as a whole."""

    type: str
    value: dict[str, Any]
    id: str | None = None
    from_name: str = ""
    image_rotation: float = 0
    score: float | None = None
    meta: dict[str, Any] | None = None


class Completion(msgspec.Struct):
    """What one person annotated."""

    result: list[dict[str, Any]]
    was_cancelled: bool = False
    ground_truth: bool = False


class Task(msgspec.Struct):
    """An image and who annotated what on it."""

    data: dict[str, Any] | None = None
    annotations: list[Completion] | None = None
    file_upload: str | None = None
