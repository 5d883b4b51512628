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
from chalicelib.formats.geometry.colors import BLACK, label_colors, voc_color
from chalicelib.formats.geometry.label_pictures import LabelKey, LabelPictures
from chalicelib.formats.geometry.masks import Picture, masks_of
from chalicelib.formats.importing.reading import Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload

#: The original dataset paints borders in this colour, which belong to nothing.
BORDER = voc_color(255)
UNLABELLED = "instances have no picture of their labels"


class SegmentationReader:
    """Reads the pictures of images."""

    def __init__(self, upload: Upload, target: Target, sink: Sink, labels: LabelMap | None) -> None:
        """`labels`: the map of the upload, if it has one."""
        self._upload = upload
        self._report = sink.report
        self._pictures = LabelPictures(upload, target, sink, _key(labels, target), safe)

    def read(self, name: str, classes: str | None, objects: str | None, frame: Frame) -> None:
        """Read the pictures of an image. Raises BadDataset."""
        if classes is None:
            self._report.skip(UNLABELLED, name)
        elif objects is None:
            self._pictures.read(classes, name, frame)
        else:
            labels = self._pictures.picture(classes)
            instances = self._pictures.picture(objects).values
            if instances.shape != labels.values.shape:
                raise BadDataset(self._upload.place(objects), "has another size than its labels'")
            if self._pictures.fits(labels, frame, name):
                self._pictures.take(_of_pairs(instances, labels.values), labels, frame, name)


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
        key = LabelKey(own, [*own], (BLACK, BORDER))
        key.add(labelmap.original().colors)
        return key
    return LabelKey(labels.colors, [*labels.colors])
