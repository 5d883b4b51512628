"""`label_colors.txt`: a line `red green blue name` for each label, its number being the line's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.geometry.colors import (
    BACKGROUND,
    BLACK,
    Color,
    label_colors,
    spelled,
    voc_color,
)
from chalicelib.formats.importing.upload import Upload

LABEL_COLORS = "label_colors.txt"


class LabelNumbers:
    """Numbers and colours of a dataset's labels, the background's being 0."""

    def __init__(self, dataset: Dataset) -> None:
        colors = label_colors(dataset.labels)
        self._colors = colors
        #: Names as files have them.
        self.spelled = spelled(colors, safe)
        self.palette = list(colors.values())
        number = {name: at for at, name in enumerate(colors)}
        self.of = {label.id: number[label.name] for label in dataset.labels}

    def written(self) -> bytes:
        """The file."""
        listed = self._colors.items()
        lines = (f"{r} {g} {b} {self.spelled[name]}\n" for name, (r, g, b) in listed)
        return "".join(lines).encode()


def safe(name: str) -> str:
    """A label as the file can name it: readers take a space for the end."""
    return "_".join(name.split()) or "_"


def read(upload: Upload) -> dict[str, Color] | None:
    """The colours of an upload's labels, in order and the background's first; None: no such file.

    Raises:
        BadDataset: naming the file and the line.
    """
    files = upload.files(".txt")
    file = next((one for one in files if PurePosixPath(one).name == LABEL_COLORS), None)
    if file is None:
        return None
    found: dict[str, Color | None] = {}
    for number, line in enumerate(upload.text(file).splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            name, color = _parsed(words)
        except ValueError:
            message = f'"{line.strip()}" is not a colour of three numbers and a name'
            raise BadDataset(upload.place(file), message, f"line {number}") from None
        if name in found:
            raise BadDataset(upload.place(file), f'label "{name}" occurs twice', f"line {number}")
        found[name] = color
    return _with_background(found)


def _parsed(words: list[str]) -> tuple[str, Color | None]:
    """Raises ValueError."""
    if len(words) < 3:
        return words[0], None
    red, green, blue = (int(word) for word in words[:3])
    name = " ".join(words[3:])
    if not name or not all(0 <= part <= 255 for part in (red, green, blue)):
        raise ValueError(words)
    return name, (red, green, blue)


def _with_background(found: Mapping[str, Color | None]) -> dict[str, Color]:
    """With a label of number 0 before all others, which is black."""
    if all(color is None for color in found.values()):
        # Where no label has a colour, all have that of their number.
        names = [name for name in found if name != BACKGROUND]
        return {name: voc_color(number) for number, name in enumerate([BACKGROUND, *names])}
    colored = {name: color for name, color in found.items() if color is not None}
    first = next((name for name, color in colored.items() if color == BLACK), BACKGROUND)
    colored.pop(first, None)
    return {first: BLACK, **colored}
