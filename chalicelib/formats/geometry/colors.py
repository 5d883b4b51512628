"""Colours of labels, as segmentation datasets paint them. Free of numpy.

colors = label_colors(dataset.labels)     # {"background": (0, 0, 0), "cat": (255, 0, 0), …}
palette = list(colors.values())           # of `png.indexed`: class n of the labels is n + 1
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from chalicelib.formats.labels import LabelSpec

#: Red, green, blue, 0 to 255.
Color = tuple[int, int, int]

BACKGROUND = "background"
BLACK: Color = (0, 0, 0)


def voc_color(index: int) -> Color:
    """The colour that PASCAL VOC gives a number up to 2²⁴; 0 is black, and no two are equal.

    Three bits of the number go to red, green and blue, from their highest bits down; source: the
    development kit's `VOClabelcolormap`.
    """
    color = [0, 0, 0]
    for bit in range(7, -1, -1):
        for channel in range(3):
            color[channel] |= (index >> channel & 1) << bit
        index >>= 3
    return color[0], color[1], color[2]


def label_colors(labels: Iterable[LabelSpec]) -> dict[str, Color]:
    """A colour of its own for each label by name, the background's before all others.

    A label has the colour that was chosen for it. If it has none, or it is the background's or an
    earlier label's, it gets VOC's colour of its number.
    """
    labels = [label for label in labels if label.name != BACKGROUND]
    colors = {BACKGROUND: BLACK}
    taken = {BLACK}
    for number, label in enumerate(labels, 1):
        color = parse_color(label.color)
        while color is None or color in taken:
            color = voc_color(number)
            number += len(labels)
        taken.add(color)
        colors[label.name] = color
    return colors


def spelled(names: Iterable[str], spelling: Callable[[str], str]) -> dict[str, str]:
    """How a file that cannot hold every name writes each of them, no two the same."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        written = spelling(name)
        while written in taken:
            written += "_"
        taken.add(written)
        found[name] = written
    return found


def parse_color(text: str) -> Color | None:
    """The colour of `#rrggbb`; None if it is something else."""
    digits = text.removeprefix("#")
    if len(digits) != 6:
        return None
    try:
        value = int(digits, 16)
    except ValueError:
        return None
    return value >> 16, value >> 8 & 255, value & 255


def packed(color: Color) -> int:
    """A colour as one number, red in its highest bits."""
    return color[0] << 16 | color[1] << 8 | color[2]
