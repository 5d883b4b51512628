"""Which frame a dataset means by an image's name.

As in CVAT: folders and the extension may differ. The dataset's path may be longer than the task's
(its own folders come before) or shorter. A name that fits several frames fits none; an image's
number counts only for videos, whose frames have no names of their own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from operator import attrgetter
from posixpath import basename, splitext

from chalicelib.formats.exporting.source import Frame

NOT_IN_TASK = "image is not in the task"
AMBIGUOUS = "image name fits several frames"

_NUMBERED = re.compile(r"^(?:frame_)?0*(\d{1,9})$")
_NUMBER = attrgetter("source_number")
#: Frames of one last part of a path that are gone through one by one.
_FEW = 16


class FrameMatcher:
    """Finds frames by name or by source number. What it needs for it is made when first needed."""

    def __init__(self, frames: Sequence[Frame], *, is_video: bool) -> None:
        """`frames`: in order of their source numbers."""
        self._frames = frames
        self._is_video = is_video

    def by_number(self, number: int) -> Frame | None:
        """The frame of a source number."""
        at = bisect_left(self._frames, number, key=_NUMBER)
        if at < len(self._frames) and self._frames[at].source_number == number:
            return self._frames[at]
        return None

    def by_name(self, name: str, number: int | None = None) -> Frame | str:
        """The frame of an image, or why there is none.

        Args:
            number: the source number that the dataset gives for it, if any.
        """
        path = _path(name)
        stem = _stem(path)
        found = (
            self._full.find(path)
            # Files beside images of one stem are named after the whole: "a.jpg.txt".
            or self._full.find(stem)
            or self._stems.find(stem)
            or (self._stems.find(path) if path != stem else None)
        )
        if found is None and self._is_video:
            numbered = _NUMBERED.match(basename(stem))
            found = self.by_number(int(numbered[1]) if numbered else number or 0)
        return found or NOT_IN_TASK

    @cached_property
    def _full(self) -> _Paths:
        return _Paths(self._frames, lambda frame: _path(frame.name))

    @cached_property
    def _stems(self) -> _Paths:
        return _Paths(self._frames, lambda frame: _stem(_path(frame.name)))


class _Paths:
    """Frames by their paths, in one spelling of these."""

    def __init__(self, frames: Sequence[Frame], path_of: Callable[[Frame], str]) -> None:
        self._frames = frames
        self._path_of = path_of
        #: By the whole path; None if several have it.
        self._whole: dict[str, Frame | None] = {}
        for frame in frames:
            path = path_of(frame)
            self._whole[path] = None if path in self._whole else frame

    def find(self, path: str) -> Frame | str | None:
        """The frame whose path this ends with, or else the one whose path ends with this."""
        if not path:
            return None
        for ending in endings(path):
            if ending in self._whole:
                return self._whole[ending] or AMBIGUOUS
        fitting = self._ending_with(path)
        first = next(fitting, None)
        return first if first is None or next(fitting, None) is None else AMBIGUOUS

    def _ending_with(self, path: str) -> Iterator[Frame]:
        known = self._by_last.get(basename(path), [])
        near = [known] if isinstance(known, Frame) else known
        if len(near) > _FEW and "/" in path:
            near = self._by_two.get(_last_two(path), [])
        ending = f"/{path}"
        return (frame for frame in near if self._path_of(frame).endswith(ending))

    @cached_property
    def _by_last(self) -> dict[str, Frame | list[Frame]]:
        """Frames in folders by the last part of their paths."""
        found: dict[str, Frame | list[Frame]] = {}
        for frame, path in self._in_folders():
            known = found.setdefault(basename(path), frame)
            if isinstance(known, list):
                known.append(frame)
            elif known is not frame:
                found[basename(path)] = [known, frame]
        return found

    @cached_property
    def _by_two(self) -> dict[str, list[Frame]]:
        """The same by the last two parts, where those of one are many."""
        found: dict[str, list[Frame]] = {}
        for frame, path in self._in_folders():
            found.setdefault(_last_two(path), []).append(frame)
        return found

    def _in_folders(self) -> Iterable[tuple[Frame, str]]:
        for frame in self._frames:
            path = self._path_of(frame)
            if "/" in path:
                yield frame, path


def endings(path: str) -> Iterator[str]:
    """A path, and the same without its first folders, one after another."""
    while path:
        yield path
        path = path.partition("/")[2]


def _last_two(path: str) -> str:
    return "/".join(path.rsplit("/", 2)[-2:])


def _path(name: str) -> str:
    """A name with plain slashes, none of them twice, at the beginning or at the end."""
    path = name.replace("\\", "/")
    if "//" in path or path.startswith(("/", "./")) or "/./" in path or path.endswith(("/", "/.")):
        path = "/".join(part for part in path.split("/") if part not in ("", "."))
    return path


def _stem(path: str) -> str:
    return splitext(path)[0]
