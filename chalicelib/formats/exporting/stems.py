"""What the files of a frame are called where a picture and its annotations share a stem.

`a.jpg` and `a.png` of one task would both have `a.txt`. So names whose stem is not theirs alone
keep their extension in it: `a.jpg.txt` beside `a.jpg.jpg`, which readers find by either name.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from chalicelib.formats.exporting.dataset import Placed, safe_path, safe_stem
from chalicelib.formats.exporting.source import Frame


class Stems:
    """Paths without extension of a task's frames, each one's own."""

    def __init__(self, placed: Placed) -> None:
        self._shared: set[int] = set()
        if placed.meta.source:
            # Frames of a video are numbered.
            return
        seen: set[int] = set()
        for frame in placed.frames:
            # A hash in place of the name: a few bytes for each of a million frames.
            stem = hash(safe_stem(frame.file_name))
            if stem in seen:
                self._shared.add(stem)
            seen.add(stem)

    def of(self, frame: Frame) -> str:
        """The path without extension of the files of a frame."""
        stem = safe_stem(frame.file_name)
        return safe_path(frame.file_name) if hash(stem) in self._shared else stem

    def image(self, frame: Frame) -> str:
        """The path of the picture of a frame."""
        if hash(safe_stem(frame.file_name)) in self._shared:
            path = safe_path(frame.file_name)
            return path + PurePosixPath(path).suffix
        return safe_path(frame.file_name)
