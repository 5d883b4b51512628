"""Which frame of the task a number in a recording is."""

from __future__ import annotations

from itertools import pairwise

from chalicelib.formats.catalogue.kitti_raw import layout
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload


class FrameNames:
    """Names of frames: those of the list beside the tracklets, otherwise numbers as KITTI has."""

    def __init__(self, upload: Upload, tracklets: str, target: Target) -> None:
        """`tracklets`: the file with the annotations. Raises BadDataset."""
        self._target = target
        listed = tracklets.rpartition("/")
        file = f"{listed[0]}{listed[1]}{layout.FRAME_LIST}"
        self._names = _read(upload, file) if tracklets and file in upload else {}
        self._known: dict[int, int | None] = {}
        self._next = dict(pairwise(frame.number for frame in target.frames))

    def name(self, index: int) -> str:
        """What the recording calls a frame."""
        return self._names.get(index, f"{index:010d}")

    def frame(self, index: int) -> int | None:
        """The task's number of a frame: by its name, or by place where nothing names it."""
        if index not in self._known:
            self._known[index] = self._found(index)
        return self._known[index]

    def after(self, number: int) -> int | None:
        """The task's next frame."""
        return self._next.get(number)

    def _found(self, index: int) -> int | None:
        frames = self._target.frames
        named = self._target.matcher.by_name(self.name(index))
        if not isinstance(named, str):
            return named.number
        by_place = index not in self._names and index < len(frames)
        return frames[index].number if by_place else None


def _read(upload: Upload, file: str) -> dict[int, str]:
    names: dict[int, str] = {}
    for number, line in enumerate(upload.text(file).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        index, _, name = line.strip().partition(" ")
        if not (index.isdecimal() and index.isascii() and name.strip()):
            place = f"line {number}"
            raise BadDataset(upload.place(file), "is not a number and a name", place)
        if int(index) in names:
            raise BadDataset(upload.place(file), f"frame {index} occurs twice", f"line {number}")
        names[int(index)] = name.strip()
    return names
