"""What the values of a picture of labels mean, where labels have colours and numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalicelib.formats.geometry.colors import BLACK, Color, packed
from chalicelib.formats.geometry.png import Numbers

UNKNOWN_COLOR = "color is of no label"
UNKNOWN_NUMBER = "number is of no label"
OTHER_SIZE = "mask has another size than the image"


class LabelKey:
    """Finds labels by colour, or by number in pictures of grey values."""

    def __init__(
        self,
        colors: Mapping[str, Color],
        numbers: Sequence[str],
        nothing: Sequence[Color] = (BLACK,),
    ) -> None:
        """
        Args:
            colors: of labels by name; of several with the same colour the first counts.
            numbers: labels by number, from 0.
            nothing: colours of what is no object.
        """
        self._by_color: dict[int, str] = {}
        for name, color in colors.items():
            self._by_color.setdefault(packed(color), name)
        self._numbers = numbers
        self._nothing = {packed(color) for color in nothing}

    def background(self, picture: Numbers) -> int:
        """The value that is nothing: 0, or -1 if 0 is a label like others."""
        palette = picture.palette
        return 0 if palette is None or int(palette[0]) in self._nothing else -1

    def label(self, value: int, picture: Numbers) -> str | None:
        """The label of a value in a picture; None if it is nothing.

        Raises:
            KeyError: it is of no label. Its arguments are a reason and the value, for the report.
        """
        if picture.palette is None and not picture.are_colors:
            if value < len(self._numbers):
                return self._numbers[value]
            raise KeyError(UNKNOWN_NUMBER, str(value))
        color = value if picture.palette is None else int(picture.palette[value])
        if color in self._nothing:
            return None
        if color not in self._by_color:
            raise KeyError(UNKNOWN_COLOR, f"#{color:06x}")
        return self._by_color[color]
