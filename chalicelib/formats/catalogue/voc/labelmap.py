"""`labelmap.txt`: a line `label:color_rgb:parts:actions` for each label."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

import msgspec

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.geometry.colors import Color, spelled, voc_color
from chalicelib.formats.importing.upload import Upload

LABELMAP = "labelmap.txt"
HEAD = "# label:color_rgb:parts:actions\n"
#: Labels of the original dataset; the number of each gives its colour.
ORIGINAL = (
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair",
    "cow", "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa",
    "train", "tvmonitor",
)  # fmt: skip


class LabelMap(msgspec.Struct):
    """Colours of labels, by name, in order. `actions`: what objects of a label may be doing."""

    colors: dict[str, Color]
    actions: dict[str, list[str]] = {}


def written(colors: Mapping[str, Color]) -> bytes:
    """The file, of colours of labels by name. What would end a name there becomes underscores."""
    names = spelled(colors, safe)
    lines = (f"{names[name]}:{r},{g},{b}::\n" for name, (r, g, b) in colors.items())
    return (HEAD + "".join(lines)).encode()


def safe(name: str) -> str:
    """A label as the file can name it."""
    plain = "_".join(name.replace(":", "_").splitlines()).strip()
    return f"_{plain}" if plain.startswith("#") else plain


def read(upload: Upload) -> LabelMap | None:
    """The file of an upload, if it has one.

    Raises:
        BadDataset: naming the file and the line.
    """
    files = upload.files(".txt")
    file = next((one for one in files if PurePosixPath(one).name == LABELMAP), None)
    if file is None:
        return None
    found = LabelMap({})
    bare: list[str] = []
    for number, line in enumerate(upload.text(file).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, *facts = (part.strip() for part in line.split(":"))
        if name in found.colors or name in bare:
            raise BadDataset(upload.place(file), f'label "{name}" occurs twice', f"line {number}")
        try:
            color = _color(facts[0]) if facts else None
        except ValueError:
            message = f'"{facts[0]}" is not a colour of three numbers from 0 to 255'
            raise BadDataset(upload.place(file), message, f"line {number}") from None
        if color is None:
            bare.append(name)
        else:
            found.colors[name] = color
        if len(facts) > 2 and facts[2]:
            found.actions[name] = [action.strip() for action in facts[2].split(",")]
    if not found.colors:
        # Where no label has a colour, all have that of their number.
        found.colors = {name: voc_color(number) for number, name in enumerate(bare)}
    return found


def original() -> LabelMap:
    """Labels of the original dataset."""
    return LabelMap({name: voc_color(number) for number, name in enumerate(ORIGINAL)})


def _color(text: str) -> Color | None:
    if not text:
        return None
    red, green, blue = (int(part) for part in text.split(","))
    if not all(0 <= part <= 255 for part in (red, green, blue)):
        raise ValueError(text)
    return red, green, blue
