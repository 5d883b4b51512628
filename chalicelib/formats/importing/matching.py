"""Which frame a dataset means by an image's name.

As in CVAT: folders and the extension may differ. A name that fits several frames fits none; an
image's number counts only for videos, whose frames have no names of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath

from chalicelib.formats.exporting.source import Frame

NOT_IN_TASK = "image is not in the task"
AMBIGUOUS = "image name fits several frames"

_NUMBERED = re.compile(r"^(?:frame_)?0*(\d{1,9})$")


Endings = dict[tuple[str, ...], Frame | None]


class FrameMatcher:
    """Finds frames by name or by source number."""

    def __init__(self, frames: Sequence[Frame], *, is_video: bool) -> None:
        self._is_video = is_video
        self._by_number = {frame.source_number: frame for frame in frames}
        self._exact = {frame.name: frame for frame in frames}
        #: Frames by every ending of their path, with and without extension; None if several fit.
        self._full: Endings = {}
        self._stems: Endings = {}
        for frame in frames:
            _enter(self._full, frame, _parts(frame.name))
            _enter(self._stems, frame, _parts(_stem(frame.name)))

    def by_number(self, number: int) -> Frame | None:
        """The frame of a source number."""
        return self._by_number.get(number)

    def by_name(self, name: str, number: int | None = None) -> Frame | str:
        """The frame of an image, or why there is none.

        Args:
            number: the source number that the dataset gives for it, if any.
        """
        if name in self._exact:
            return self._exact[name]
        found = (
            _by_ending(self._full, _parts(name), lambda frame: _parts(frame.name))
            or _by_ending(self._stems, _parts(_stem(name)), _stem_parts)
            or _by_ending(self._stems, _parts(name), _stem_parts)
        )
        if found is None and self._is_video:
            numbered = _NUMBERED.match(PurePosixPath(_stem(name)).name)
            found = self._by_number.get(int(numbered[1]) if numbered else number or 0)
        return found or NOT_IN_TASK


def _enter(endings: Endings, frame: Frame, parts: tuple[str, ...]) -> None:
    for start in range(len(parts)):
        ending = parts[start:]
        endings[ending] = None if ending in endings else frame


def _by_ending(
    endings: Endings, parts: tuple[str, ...], parts_of: Callable[[Frame], tuple[str, ...]]
) -> Frame | str | None:
    """The dataset's path may be longer than the task's (its own folders) or shorter."""
    ambiguous = False
    for start in range(len(parts)):
        ending = parts[start:]
        if ending not in endings:
            continue
        frame = endings[ending]
        if frame is None:
            ambiguous = True
        elif start == 0 or parts_of(frame) == ending:
            return frame
    return AMBIGUOUS if ambiguous else None


def _stem(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    return str(path.with_suffix("")) if path.name else ""


def _stem_parts(frame: Frame) -> tuple[str, ...]:
    return _parts(_stem(frame.name))


def _parts(name: str) -> tuple[str, ...]:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return tuple(part for part in parts if part not in ("/", "."))
