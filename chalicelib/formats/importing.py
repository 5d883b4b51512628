"""What an importer is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

import msgspec

from chalicelib.annotations.model.document import Document
from chalicelib.formats.exporting import Frame
from chalicelib.formats.labels import LabelSpec
from chalicelib.formats.report import Report


class Target(msgspec.Struct):
    """The task or job that annotations are read into.

    Attributes:
        frames: those that may be annotated, in order.
        is_video: whether the frames come from one video.
        masks_as_polygons: whether masks become polygons, in formats that know no other outlines.
    """

    labels: tuple[LabelSpec, ...]
    frames: tuple[Frame, ...]
    is_video: bool = False
    masks_as_polygons: bool = False


class Imported(msgspec.Struct):
    """Annotations without ids, and what was left out."""

    document: Document
    report: Report


#: Reads a seekable file called `name`. Raises BadDataset.
Reader = Callable[[BinaryIO, str, Target], Imported]
