"""Asking for an import of annotations."""

from __future__ import annotations

from typing import Literal

import msgspec

Mode = Literal["replace", "append"]


class ImportInputs(msgspec.Struct, kw_only=True):
    """What the worker is told.

    Attributes:
        target, target_id: what the annotations are read into.
        key: object of the bucket that holds the file.
        filename: what the user's file is called, for messages.
        author: id of the user.
    """

    target: Literal["task", "job"]
    target_id: int
    format: str
    key: str
    filename: str
    mode: Mode
    masks_as_polygons: bool
    author: int
