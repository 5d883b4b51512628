"""KITTI 1.0, from CVAT or as published: boxes of `label_2`, masks of `instance`.

Where there are no pictures of instances, all pixels of a label in `semantic` or `semantic_rgb` are
one mask.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from chalicelib.annotations.model.document import AttributeValue, Shape
from chalicelib.formats.catalogue.camvid import label_colors
from chalicelib.formats.catalogue.cityscapes.layout import assumed, squeezed
from chalicelib.formats.catalogue.kitti.boxes import TRUNCATED, Box, parsed
from chalicelib.formats.catalogue.kitti.writer import PER_LABEL
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.colors import spelled
from chalicelib.formats.geometry.imported_masks import SOURCE
from chalicelib.formats.geometry.label_pictures import LabelKey, LabelPictures
from chalicelib.formats.importing.empty import is_empty_export
from chalicelib.formats.importing.reading import Picture, Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary
from chalicelib.formats.labels import LabelSpec

NOT_KITTI = (
    "is not a KITTI dataset: it has neither files in label_2 nor pictures in instance, semantic or "
    "semantic_rgb"
)
BOXES, IMAGES = "label_2", "image_2"
#: Folders of pictures, those that tell most before others.
PICTURES = ("instance", "semantic", "semantic_rgb")


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    boxes = list(_below(upload, BOXES, ".txt"))
    kinds = ((kind, list(_below(upload, kind, ".png"))) for kind in PICTURES)
    kind, pictures = next(((kind, found) for kind, found in kinds if found), ("", []))
    if not boxes and not pictures:
        if is_empty_export(upload, label_colors.LABEL_COLORS):
            return
        raise BadDataset(upload.name, NOT_KITTI)
    reader = _Reader(upload, target, sink)
    for subset, name, file in boxes:
        if target.subset in (None, subset):
            reader.read_boxes(file, name)
    for subset, name, file in pictures:
        if target.subset in (None, subset):
            reader.read_picture(file, name, PER_LABEL if kind == "instance" else 1)


def pictures_of(upload: Upload) -> Iterator[Picture]:
    """Images below `image_2`. See `reading.Pictures`."""
    suffixes = (".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff")
    for suffix in suffixes:
        for subset, name, file in _below(upload, IMAGES, suffix):
            yield Picture(subset, name + PurePosixPath(file).suffix, file)


READER = Reader(read, pictures_of)


class _Reader:
    """Reads files of one dataset."""

    def __init__(self, upload: Upload, target: Target, sink: Sink) -> None:
        self._upload = upload
        self._target = target
        self._sink = sink
        self._names = Vocabulary(target.labels, sink.report)
        names = spelled([label.name for label in target.labels], label_colors.safe)
        self._spelled = {written: name for name, written in names.items()}
        listed = label_colors.read(upload)
        spelling = label_colors.safe if listed is not None else squeezed
        colors = listed or {spelling(n): color for n, color in assumed(target.labels).items()}
        key = LabelKey(colors, [*colors])
        self._pictures = LabelPictures(upload, target, sink, key, spelling)

    def read_boxes(self, file: str, name: str) -> None:
        """Read a file of lines. Raises BadDataset."""
        place = self._upload.place(file)
        frame = self._target.matcher.by_name(name)
        with self._sink.report.of_file(place):
            for number, line in enumerate(self._upload.text(file).splitlines(), 1):
                if not line.strip():
                    continue
                try:
                    box = parsed(line)
                except ValueError as error:
                    raise BadDataset(place, str(error), f"line {number}") from None
                spelled = self._spelled.get(box.label, box.label)
                label = self._names.label(spelled, f"{name}, line {number}")
                if label is None:
                    continue
                if isinstance(frame, str):
                    self._sink.report.skip(frame, name)
                else:
                    self._sink.add(_shape(box, label, frame))

    def read_picture(self, file: str, name: str, per_label: int) -> None:
        """Read a picture, whose values are of a label times `per_label`. Raises BadDataset."""
        frame = self._target.matcher.by_name(name)
        with self._sink.report.of_file(self._upload.place(file)):
            if isinstance(frame, str):
                self._sink.report.skip(frame, name)
            else:
                self._pictures.read(file, name, frame, lambda value: value // per_label)


def _shape(box: Box, label: LabelSpec, frame: Frame) -> Shape:
    spec = next((spec for spec in label.attributes if spec.name == TRUNCATED), None)
    said = [AttributeValue(spec.id, "true" if box.truncated else "false")] if spec else []
    return Shape(
        type="rectangle",
        frame=frame.number,
        points=box.points,
        label_id=label.id,
        occluded=box.occluded,
        source=SOURCE,
        score=box.score,
        attributes=said,
    )


def _below(upload: Upload, folder: str, suffix: str) -> Iterator[tuple[str, str, str]]:
    """Subset, name and file of what is in folders of a name."""
    for file in upload.files(suffix):
        above, inside, name = f"/{file}".rpartition(f"/{folder}/")
        if inside:
            yield above.rpartition("/")[2], name[: -len(suffix)], file
