"""Asking for an import of annotations, or of a dataset with its images."""

from __future__ import annotations

from typing import Literal

import msgspec

Mode = Literal["replace", "append"]
Target = Literal["project", "task", "job"]


class ImportInputs(msgspec.Struct, kw_only=True):
    """What the worker is told.

    Attributes:
        target, target_id: what the annotations are read into; a project gets tasks of the images.
        key: object that holds the file.
        place: where that stands, see `media/sources/places.py`: the bucket or a cloud storage.
        filename: what the user's file is called, for messages.
        author: id of the user.
    """

    target: Target
    target_id: int
    format: str
    key: str
    place: str = ""
    filename: str
    mode: Mode
    masks_as_polygons: bool
    author: int
