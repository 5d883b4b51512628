"""The task or job that annotations are read into."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import msgspec

from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.matching import FrameMatcher
from chalicelib.formats.labels import LabelSpec


class Target(msgspec.Struct, dict=True):
    """What is known of the task.

    Attributes:
        frames: those that may be annotated, in order.
        is_video: whether the frames come from one video.
        masks_as_polygons: whether masks become polygons, in formats that know no other outlines.
        subset: only this subset of the dataset is meant; None: all of them.
        dimension: "2d" or "3d".
        start: number of the first frame of the task or job, which may be deleted; datasets that
            count frames count from it.
    """

    labels: tuple[LabelSpec, ...]
    frames: Sequence[Frame]
    is_video: bool = False
    masks_as_polygons: bool = False
    subset: str | None = None
    dimension: str = "2d"
    start: int = 0

    @cached_property
    def matcher(self) -> FrameMatcher:
        """Finds frames by the names and numbers that datasets have for them."""
        return FrameMatcher(self.frames, is_video=self.is_video)
