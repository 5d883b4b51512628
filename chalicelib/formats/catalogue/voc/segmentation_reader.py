"""`SegmentationClass` and `SegmentationObject`, read: a mask for each instance.

Where there is no picture of instances, all pixels of a label are one mask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from chalicelib.formats.catalogue.voc import labelmap, sets
from chalicelib.formats.catalogue.voc.labelmap import LabelMap, safe
from chalicelib.formats.catalogue.voc.layout import CLASSES, OBJECTS
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.colors import BACKGROUND, BLACK, label_colors, voc_color
from chalicelib.formats.geometry.imported_masks import MaskTaker
from chalicelib.formats.geometry.label_pictures import OTHER_SIZE, LabelKey
from chalicelib.formats.geometry.masks import Picture, masks_of
from chalicelib.formats.geometry.png import Numbers, read_numbers
from chalicelib.formats.importing.reading import Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary

#: The original dataset paints borders in this colour, which belong to nothing.
BORDER = voc_color(255)
UNLABELLED = "instances have no picture of their labels"
#: Bytes of one picture as it is packed.
MAX_FILE = 256 << 20


class SegmentationReader:
    """Reads pictures of segmentations."""

    def __init__(self, upload: Upload, target: Target, sink: Sink, labels: LabelMap | None) -> None:
        """`labels`: the map of the upload, if it has one."""
        self._upload = upload
        self._report = sink.report
        self._taker = MaskTaker(target, sink)
        self._names = Vocabulary(target.labels, sink.report)
        #: The map has names without colons.
        self._plain = {safe(label.name): label.name for label in target.labels}
        self._key = _key(labels, target)

    def read(self, name: str, classes: str | None, objects: str | None, frame: Frame) -> None:
        """Read the pictures of an image. Raises BadDataset."""
        if classes is None:
            self._report.skip(UNLABELLED, name)
            return
        picture = self._picture(classes)
        if frame.width and picture.values.shape != (frame.height, frame.width):
            self._report.skip(OTHER_SIZE, name)
            return
        background = self._key.background(picture)
        if objects is None:
            found = masks_of(picture.values, background)
        else:
            instances = self._picture(objects).values
            if instances.shape != picture.values.shape:
                raise BadDataset(self._upload.place(objects), "has another size than its labels'")
            found = _of_pairs(instances, picture.values)
        for value, points in found:
            label = self._label(value, picture, name)
            spec = None if label is None else self._names.label(label, name)
            if spec is not None:
                self._taker.take(points, frame.number, spec.id, name)

    def _picture(self, file: str) -> Numbers:
        try:
            return read_numbers(self._upload.read(file, MAX_FILE))
        except ValueError as error:
            raise BadDataset(self._upload.place(file), str(error)) from None

    def _label(self, value: int, picture: Numbers, name: str) -> str | None:
        try:
            label = self._key.label(value, picture)
        except KeyError as error:
            reason, color = error.args
            self._report.skip(reason, f"{name}: {color}")
            return None
        if label is None or (label == BACKGROUND and BACKGROUND not in self._plain):
            return None
        return self._plain.get(label, label)


Segmentation = tuple[str, str | None, str | None]


def read_segmentations(
    upload: Upload, target: Target, sink: Sink, pictures: Iterable[Segmentation]
) -> None:
    """Read the pictures of a dataset, of the subset that is wanted. Raises BadDataset."""
    reader = SegmentationReader(upload, target, sink, labelmap.read(upload))
    wanted = sets.wanted(upload, target.subset)
    for name, classes, objects in pictures:
        if wanted is not None and name not in wanted:
            continue
        frame = target.matcher.by_name(name)
        with sink.report.of_file(upload.place(classes or objects or "")):
            if isinstance(frame, str):
                sink.report.skip(frame, name)
            else:
                reader.read(name, classes, objects, frame)


def segmentations(upload: Upload) -> Iterator[Segmentation]:
    """Images that have pictures: what they are called, and the two files."""
    classes, objects = _below(upload, CLASSES), _below(upload, OBJECTS)
    for name in sorted({*classes, *objects}):
        yield name, classes.get(name), objects.get(name)


def _below(upload: Upload, folder: str) -> Mapping[str, str]:
    found = {}
    for file in upload.files(".png"):
        _, inside, name = f"/{file}".partition(f"/{folder}/")
        if inside:
            found[name[:-4]] = file
    return found


def _of_pairs(instances: Picture, labels: Picture) -> Iterator[tuple[int, list[float]]]:
    """Masks of each instance, with the value of its label."""
    small = instances.dtype == labels.dtype == np.uint8
    kind, bits = ("u2", 8) if small else ("u8", 32)
    both: Picture = instances.astype(kind)
    both <<= bits
    both |= labels.astype(kind)
    for value, points in masks_of(both):
        yield value & ((1 << bits) - 1), points


def _key(labels: LabelMap | None, target: Target) -> LabelKey:
    """By the map; without one by the original dataset's colours, and then the task's own."""
    if labels is None:
        own = label_colors(target.labels)
        return LabelKey(labelmap.original().colors | own, [*own], (BLACK, BORDER))
    return LabelKey(labels.colors, [*labels.colors])
