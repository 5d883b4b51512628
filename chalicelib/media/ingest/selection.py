"""Which frames of the media a task uses.

`absolute` numbers count the media's frames from 0; `relative` ones the task's, 0…size-1.
"""

from __future__ import annotations

import re

import msgspec

_FILTER = re.compile(r"step\s*=\s*(\d+)")


class BadSelection(Exception):
    """The selection holds no frame or cannot be read. The text is for the user."""


class Selection(msgspec.Struct, frozen=True):
    """Every `step`-th frame from `start` to at most `stop`, inclusive (absolute numbers)."""

    start: int
    stop: int
    step: int

    @property
    def size(self) -> int:
        return (self.stop - self.start) // self.step + 1

    def absolute(self, relative: int) -> int:
        return self.start + relative * self.step

    @property
    def numbers(self) -> range:
        """Absolute numbers in order."""
        return range(self.start, self.start + self.size * self.step, self.step)


def parse_step(frame_filter: str) -> int:
    """The step of `step=N`; 1 for an empty filter. Raises BadSelection."""
    if not frame_filter:
        return 1
    match = _FILTER.fullmatch(frame_filter.strip())
    if match is None or int(match[1]) < 1:
        raise BadSelection(f"Frame filter {frame_filter!r} is not of the form step=N.")
    return int(match[1])


def select(
    total: int, start: int = 0, stop: int | None = None, frame_filter: str = ""
) -> Selection:
    """Select among `total` frames.

    Args:
        stop: the last wanted frame; None or 0 means the last there is, as CVAT's clients send it.

    Raises:
        BadSelection: nothing is left.
    """
    step = parse_step(frame_filter)
    if start >= total:
        raise BadSelection(
            f"The first frame ({start}) lies beyond the last one ({total - 1}): no frame is left."
        )
    last = min(stop or total - 1, total - 1)
    if last < start:
        raise BadSelection(f"The last frame ({last}) lies before the first one ({start}).")
    size = (last - start) // step + 1
    return Selection(start, start + (size - 1) * step if not stop else last, step)
