"""What the user is told of pictures whose files end too early."""

from __future__ import annotations

from chalicelib.media.files import File
from chalicelib.media.images.page_names import name_of_whole
from chalicelib.media.ingest.refusal import SHOWN, some

_HINT = " The task has these; upload the whole files to a new task if you need the rest."


class Losses:
    """Looks at frames as they pass, and says in the end what is missing."""

    def __init__(self) -> None:
        self._frames = 0
        self._cut: list[str] = []
        self._cut_count = 0
        self._animations: dict[str, int] = {}
        self._animation_count = 0
        self._last = ""

    def add(self, file: File) -> None:
        """Take note of a frame. Frames of one file come one after another."""
        self._frames += 1
        if not file.cut:
            return
        if not file.whole:
            self._cut_count += 1
            if len(self._cut) < SHOWN:
                self._cut.append(file.name)
            return
        name = name_of_whole(file)
        if name != self._last:
            self._last = name
            self._animation_count += 1
            if len(self._animations) < SHOWN:
                self._animations[name] = file.whole

    @property
    def warning(self) -> str:
        """Sentences for the user; empty if all is whole."""
        told = []
        if self._cut_count:
            are = "is cut off and is" if self._cut_count == 1 else "are cut off and are"
            goes = "it goes" if self._cut_count == 1 else "they go"
            told.append(
                f"{self._cut_count:,} of {self._frames:,} images {are} shown as far as {goes}:"
                f" {some(self._cut, self._cut_count)}."
            )
        for name, whole in self._animations.items():
            frames = "frame is" if whole == 1 else "frames are"
            told.append(f"{name} is cut off: its first {whole:,} {frames} whole.")
        more = self._animation_count - len(self._animations)
        if more:
            told.append(f"So are {more:,} more animations.")
        return " ".join(told) + _HINT if told else ""
