"""Open Images V6 1.0: tags, boxes, and masks from pictures."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from posixpath import basename

import cv2

from chalicelib.annotations.model.document import Shape, Tag
from chalicelib.formats.catalogue.open_images import layout
from chalicelib.formats.catalogue.open_images.tables import Row, rows
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.imported_masks import SOURCE, MaskTaker
from chalicelib.formats.geometry.masks import Picture, from_bitmap
from chalicelib.formats.geometry.png import read_numbers
from chalicelib.formats.importing.reading import Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary, values_of
from chalicelib.formats.labels import LabelSpec

ABSENT = "label is said not to be in the image"
NO_MASK = "picture of the mask is missing"
NO_PIXELS = "mask has no pixels"
_LABELS = "imagelabels.csv"
#: An export without objects has nothing but its list of images.
_IMAGES = (layout.IMAGES, "image_ids_and_rotation.csv")
_CLASSES = ("class-descriptions.csv", "class-descriptions-boxable.csv")


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    tables = [one for one in upload.wanted(".csv") if _is_of(one, target.subset)]
    reader = _Reader(upload, target, sink)
    if not any(one.endswith((*_IMAGES, _LABELS, layout.BOXES, layout.MASKS)) for one in tables):
        wanted = f"…{layout.IMAGES}, …{_LABELS}, …{layout.BOXES} and …{layout.MASKS}"
        raise BadDataset(upload.name, f"is not an Open Images dataset: it has none of {wanted}")
    for file in upload.files(*_CLASSES):
        reader.learn_classes(file)
    for file in tables:
        if file.endswith(layout.MASKS):
            reader.learn_groups(file)
    for ending, read_table in (
        (_LABELS, reader.read_labels),
        (layout.BOXES, reader.read_boxes),
        (layout.MASKS, reader.read_masks),
    ):
        for file in tables:
            if file.endswith(ending):
                with sink.report.of_file(upload.place(file)):
                    read_table(file)


READER = Reader(read)


def _is_of(file: str, subset: str | None) -> bool:
    """Whether a table is of the subset that is wanted; later versions begin with their number."""
    name = basename(file).removeprefix("oidv6-")
    return subset is None or name.startswith(f"{subset}-")


class _Reader:
    def __init__(self, upload: Upload, target: Target, sink: Sink) -> None:
        self._upload = upload
        self._target = target
        self._sink = sink
        self._report = sink.report
        self._names = Vocabulary(target.labels, sink.report)
        self._known = {label.name for label in target.labels}
        self._shown: dict[str, str] = {}
        self._masks = MaskTaker(target, sink)
        #: Groups of boxes that masks name, by what tells them; 0 of those that are not found yet.
        self._groups: dict[int, int] = {}
        self._last_group = 0
        self._pictures: dict[str, str] | None = None

    def learn_classes(self, file: str) -> None:
        """Read what classes are called."""
        columns = ("LabelName", "DisplayName")
        for _, row in rows(self._upload, file, columns, headless=columns):
            self._shown[row["LabelName"]] = row["DisplayName"]

    def learn_groups(self, file: str) -> None:
        """Read which boxes have masks."""
        for place, row in self._rows(file, layout.MASK_COLUMNS[:4]):
            key = self._key(row, layout.MASK_SIDES, file, place)
            if key is not None:
                self._groups[key] = 0

    def read_labels(self, file: str) -> None:
        """Read what images as a whole show."""
        for place, row in self._rows(file, ("ImageID", "LabelName")):
            found = self._found(row, place)
            if found is None:
                continue
            label, frame = found
            confidence = self._numbers(row, ("Confidence",), file, place) if row.get(
                "Confidence"
            ) else [1.0]  # fmt: skip
            if not confidence[0]:
                self._report.skip(ABSENT, frame.name)
                continue
            self._sink.add(Tag(frame=frame.number, label_id=label.id, source=SOURCE))

    def read_boxes(self, file: str) -> None:
        """Read boxes."""
        for place, row in self._rows(file, ("ImageID", "LabelName", *layout.SIDES)):
            found = self._found(row, place)
            if found is None:
                continue
            label, frame = found
            left, right, top, bottom = self._numbers(row, layout.SIDES, file, place)
            if right < left or bottom < top:
                raise BadDataset(self._upload.place(file), "a box of negative size", place)
            facts = [
                (name, row[column] == "1")
                for name, column in layout.FACTS.items()
                if row.get(column) in ("0", "1") and any(a.name == name for a in label.attributes)
            ]
            self._sink.add(
                Shape(
                    type="rectangle",
                    frame=frame.number,
                    points=[
                        round(left * frame.width, 3),
                        round(top * frame.height, 3),
                        round(right * frame.width, 3),
                        round(bottom * frame.height, 3),
                    ],
                    label_id=label.id,
                    occluded=row.get(layout.OCCLUDED) == "1",
                    group=self._group(row, file, place),
                    source=SOURCE,
                    score=self._score(row, file, place),
                    attributes=values_of(self._names.values(label, facts)),
                )
            )

    def read_masks(self, file: str) -> None:
        """Read masks."""
        for place, row in self._rows(file, layout.MASK_COLUMNS[:4]):
            found = self._found(row, place)
            if found is None:
                continue
            label, frame = found
            picture = self._picture_of(row["MaskPath"])
            if picture is None:
                self._report.skip(NO_MASK, row["MaskPath"])
                continue
            points = from_bitmap(self._decoded(picture, frame))
            if points is None:
                self._report.skip(NO_PIXELS, row["MaskPath"])
                continue
            key = self._key(row, layout.MASK_SIDES, file, place)
            mask = Shape(
                type="mask", frame=frame.number, points=points, label_id=label.id, source=SOURCE,
                group=self._groups.get(key, 0) if key is not None else 0,
            )  # fmt: skip
            for shape in self._masks.shapes(mask, frame.name):
                self._sink.add(shape)

    def _rows(self, file: str, columns: tuple[str, ...]) -> Iterator[tuple[str, Row]]:
        return rows(self._upload, file, columns)

    def _found(self, row: Row, place: str) -> tuple[LabelSpec, Frame] | None:
        """Label and frame of a row; without either, it is reported as left out."""
        label = self._names.label(self._name(row["LabelName"]), place)
        if label is None:
            return None
        frame = self._target.matcher.by_name(row["ImageID"])
        if isinstance(frame, str):
            self._report.skip(frame, row["ImageID"])
            return None
        return label, frame

    def _name(self, name: str) -> str:
        """A label as the task calls it: by its code, or as it is shown."""
        return name if name in self._known else self._shown.get(name, name)

    def _group(self, row: Row, file: str, place: str) -> int:
        """The group of a box: one of its own if it has a mask."""
        key = self._key(row, layout.SIDES, file, place)
        if key is None or self._groups.get(key) != 0:
            return self._groups.get(key, 0) if key is not None else 0
        self._last_group += 1
        self._masks.groups = self._last_group
        self._groups[key] = self._last_group
        return self._last_group

    def _key(self, row: Row, sides: tuple[str, ...], file: str, place: str) -> int | None:
        """What tells a box from others; None if it is not said where it is."""
        if not all(row.get(side) for side in sides):
            return None
        places = [round(one, 6) for one in self._numbers(row, sides, file, place)]
        return hash((row["ImageID"], row["LabelName"], *places))

    def _numbers(self, row: Row, columns: tuple[str, ...], file: str, place: str) -> list[float]:
        try:
            found = [float(row[column]) for column in columns]
        except ValueError as error:
            raise BadDataset(self._upload.place(file), str(error), place) from None
        if not all(map(isfinite, found)):
            raise BadDataset(self._upload.place(file), "a number is not finite", place)
        return found

    def _score(self, row: Row, file: str, place: str) -> float:
        if not row.get("Confidence"):
            return 1.0
        (score,) = self._numbers(row, ("Confidence",), file, place)
        return score if 0 <= score <= 1 else 1.0

    def _picture_of(self, name: str) -> str | None:
        """A file with the name of a mask, whatever its folder."""
        if self._pictures is None:
            self._pictures = {basename(file): file for file in self._upload.files(".png")}
        return self._pictures.get(basename(name))

    def _decoded(self, file: str, frame: Frame) -> Picture:
        """A mask of the size of its frame; published ones are of other sizes."""
        try:
            picture = read_numbers(self._upload.read(file)).values.astype(bool).astype("u1")
        except ValueError as error:
            raise BadDataset(self._upload.place(file), str(error)) from None
        if frame.width and picture.shape != (frame.height, frame.width):
            size = frame.width, frame.height
            resized: Picture = cv2.resize(picture, size, interpolation=cv2.INTER_NEAREST)
            return resized
        found: Picture = picture
        return found
