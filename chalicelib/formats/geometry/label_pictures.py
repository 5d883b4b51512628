"""Pictures whose values are labels, read: a mask for each value.

key = LabelKey(colors, ["background", *colors])
pictures = LabelPictures(upload, target, sink, key, names)
pictures.read("gtFine/train/a_gtFine_instanceIds.png", "a", frame, lambda value: value // 1000)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.colors import BLACK, Color, packed, spelled
from chalicelib.formats.geometry.imported_masks import MaskTaker
from chalicelib.formats.geometry.masks import masks_of
from chalicelib.formats.geometry.png import Numbers, read_numbers
from chalicelib.formats.importing.reading import Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary

UNKNOWN_COLOR = "color is of no label"
UNKNOWN_NUMBER = "number is of no label"
OTHER_SIZE = "mask has another size than the image"
#: Bytes of one picture as it is packed.
MAX_FILE = 256 << 20


class LabelKey:
    """Finds labels by colour, or by number in pictures of grey values."""

    def __init__(
        self,
        colors: Mapping[str, Color],
        numbers: Sequence[str],
        nothing: Collection[Color] = (BLACK,),
        void: Container[int] = (),
    ) -> None:
        """
        Args:
            colors: of labels by name; of several with the same colour the first counts.
            numbers: labels by number, from 0.
            nothing: colours of what is no object.
            void: numbers that are no object, besides those of labels with such a colour.
        """
        self._by_color: dict[int, str | None] = {}
        for name, color in colors.items():
            self._by_color.setdefault(packed(color), None if color in nothing else name)
        self._by_color.update((packed(color), None) for color in nothing)
        self._numbers = [None if colors.get(name) in nothing else name for name in numbers]
        self._void = void

    def add(self, colors: Mapping[str, Color]) -> None:
        """Know labels by further colours, where these are of no other label yet."""
        for name, color in colors.items():
            self._by_color.setdefault(packed(color), name)

    def background(self, picture: Numbers) -> int:
        """The value that is nothing: 0, or -1 if 0 is a label like others."""
        try:
            return 0 if self.label(0, picture) is None else -1
        except KeyError:
            return -1

    def label(self, value: int, picture: Numbers) -> str | None:
        """The label of a value in a picture; None if it is nothing.

        Raises:
            KeyError: it is of no label. Its arguments are a reason and the value, for the report.
        """
        if picture.palette is None and not picture.are_colors:
            if value in self._void:
                return None
            if value < len(self._numbers):
                return self._numbers[value]
            raise KeyError(UNKNOWN_NUMBER, str(value))
        color = value if picture.palette is None else int(picture.palette[value])
        if color not in self._by_color:
            raise KeyError(UNKNOWN_COLOR, f"#{color:06x}")
        return self._by_color[color]


class LabelPictures:
    """Reads the pictures of a dataset."""

    def __init__(
        self,
        upload: Upload,
        target: Target,
        sink: Sink,
        key: LabelKey,
        spelling: Callable[[str], str],
    ) -> None:
        """
        Args:
            spelling: how the dataset's files write the name of a label.
        """
        self._upload = upload
        self._report = sink.report
        self._taker = MaskTaker(target, sink)
        self._names = Vocabulary(target.labels, sink.report)
        names = spelled([label.name for label in target.labels], spelling)
        self._spelled = {written: name for name, written in names.items()}
        self._key = key

    def read(
        self, file: str, name: str, frame: Frame, number_of: Callable[[int], int] = int
    ) -> None:
        """Read a picture.

        Args:
            name: what the dataset calls the image.
            number_of: the label's number that is in a value, where that tells instances as well.

        Raises:
            BadDataset: it cannot be read.
        """
        picture = self.picture(file)
        if self.fits(picture, frame, name):
            found = masks_of(picture.values, self._key.background(picture))
            self.take(((number_of(value), points) for value, points in found), picture, frame, name)

    def picture(self, file: str) -> Numbers:
        """A picture. Raises BadDataset."""
        try:
            return read_numbers(self._upload.read(file, MAX_FILE))
        except ValueError as error:
            raise BadDataset(self._upload.place(file), str(error)) from None

    def fits(self, picture: Numbers, frame: Frame, name: str) -> bool:
        """Whether a picture is as large as its frame; if not, that is reported."""
        fits = not frame.width or picture.values.shape == (frame.height, frame.width)
        if not fits:
            self._report.skip(OTHER_SIZE, name)
        return fits

    def take(
        self,
        masks: Iterable[tuple[int, list[float]]],
        picture: Numbers,
        frame: Frame,
        name: str,
    ) -> None:
        """Add masks, given with the values of their labels in a picture."""
        for value, points in masks:
            label = self._label(value, picture, name)
            spec = None if label is None else self._names.label(label, name)
            if spec is not None:
                self._taker.take(points, frame.number, spec.id, name)

    def _label(self, value: int, picture: Numbers, name: str) -> str | None:
        try:
            label = self._key.label(value, picture)
        except KeyError as error:
            reason, what = error.args
            self._report.skip(reason, f"{name}: {what}")
            return None
        return None if label is None else self._spelled.get(label, label)
