"""Numbers of frames: those in the names of images, if all have one; otherwise counted from 1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.beside import stem_of

#: Digits of the longest number in a name.
DIGITS = 9


def named_numbers(frames: Iterable[Frame]) -> Mapping[int, Frame] | None:
    """Frames by the numbers that they are named by; None unless each has one of its own."""
    found: dict[int, Frame] = {}
    for frame in frames:
        stem = stem_of(frame.file_name)
        if not (stem.isascii() and stem.isdecimal() and len(stem) <= DIGITS):
            return None
        if found.setdefault(int(stem), frame) is not frame:
            return None
    return found


class FrameNumbers:
    """Numbers of the frames of an export. Tasks of a project are counted one after another."""

    def __init__(self, dataset: Dataset) -> None:
        self._named = len(dataset.parts) == 1 and named_numbers(dataset.parts[0].frames) is not None
        self._before: dict[int, int] = {}
        count = 0
        for placed in dataset.parts:
            self._before[placed.index] = count - placed.meta.start
            count += placed.meta.stop - placed.meta.start + 1

    def of(self, placed: Placed, frame: Frame) -> int:
        """The number of a frame."""
        if self._named:
            return int(stem_of(frame.file_name))
        return self._before[placed.index] + frame.number + 1
