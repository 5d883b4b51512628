"""MOTS PNG 1.0, from CVAT or as published: a track of polygons for each object.

A mask becomes its outlines; where an object is in several pieces on a frame, the largest is the
track's, and the others are tracks of their own. Published datasets have no list of labels:
1 is "car", 2 "pedestrian", and 10 a region that is to be ignored.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from chalicelib.annotations.model.document import Shape
from chalicelib.formats.catalogue.mots.writer import PER_CLASS
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.imported_masks import SOURCE, as_polygons
from chalicelib.formats.geometry.label_pictures import OTHER_SIZE, UNKNOWN_NUMBER
from chalicelib.formats.geometry.masks import masks_of
from chalicelib.formats.geometry.outlines import polygon_area
from chalicelib.formats.geometry.png import read_numbers
from chalicelib.formats.importing.appearances import Appearances
from chalicelib.formats.importing.empty import is_empty_export
from chalicelib.formats.importing.reading import Picture, Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary

MASKS, IMAGES, LABELS = "instances", "images", "labels.txt"
NOT_MOTS = 'is not a MOTS PNG dataset: it has no pictures in a folder "instances"'
#: Labels of published datasets by class.
PUBLISHED = {1: "car", 2: "pedestrian", 10: "ignored"}
MAX_FILE = 256 << 20


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    files = list(_below(upload, MASKS, ".png"))
    if not files:
        if is_empty_export(upload, f"{MASKS}/{LABELS}"):
            return
        raise BadDataset(upload.name, NOT_MOTS)
    reader = _Reader(upload, target, sink)
    for subset, name, file in files:
        if target.subset not in (None, subset):
            continue
        frame = target.matcher.by_name(name)
        with sink.report.of_file(upload.place(file)):
            if isinstance(frame, str):
                sink.report.skip(frame, name)
            else:
                reader.read(file, subset, name, frame)
    for track in reader.tracks.tracks():
        sink.add(track)


def pictures_of(upload: Upload) -> Iterator[Picture]:
    """Images below `images`. See `reading.Pictures`."""
    for suffix in (".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff"):
        for subset, name, file in _below(upload, IMAGES, suffix):
            yield Picture(subset, name + PurePosixPath(file).suffix, file)


READER = Reader(read, pictures_of)


class _Reader:
    """Reads pictures."""

    def __init__(self, upload: Upload, target: Target, sink: Sink) -> None:
        self._upload = upload
        self._report = sink.report
        self._names = Vocabulary(target.labels, sink.report)
        self._labels: dict[str, dict[int, str]] = {}
        self.tracks = Appearances(target.frames)

    def read(self, file: str, subset: str, name: str, frame: Frame) -> None:
        """Read a picture. Raises BadDataset."""
        try:
            picture = read_numbers(self._upload.read(file, MAX_FILE)).values
        except ValueError as error:
            raise BadDataset(self._upload.place(file), str(error)) from None
        if frame.width and picture.shape != (frame.height, frame.width):
            self._report.skip(OTHER_SIZE, name)
            return
        labels = self._labels_of(file, subset)
        for value, points in masks_of(picture):
            label = labels.get(value // PER_CLASS)
            if label is None:
                self._report.skip(UNKNOWN_NUMBER, f"{name}: {value}")
                continue
            spec = self._names.label(label, name)
            if spec is not None:
                shape = Shape(type="mask", frame=frame.number, points=points, label_id=spec.id,
                              source=SOURCE)  # fmt: skip
                self._add((subset, value), shape, name)

    def _add(self, track: tuple[str, int], mask: Shape, name: str) -> None:
        pieces = as_polygons(mask, self._report, name)
        pieces.sort(key=lambda one: -polygon_area(one.points))
        for number, piece in enumerate(pieces):
            try:
                self.tracks.add((*track, number), piece)
            except ValueError as error:
                raise BadDataset(self._upload.place(name), str(error)) from None

    def _labels_of(self, file: str, subset: str) -> dict[int, str]:
        """Labels by class, of the folder that a picture is in."""
        if subset not in self._labels:
            above = file[: f"/{file}".index(f"/{MASKS}/")] + f"{MASKS}/"
            listed = above + LABELS
            if listed in self._upload:
                lines = self._upload.text(listed).splitlines()
                names = [line.strip() for line in lines if line.strip()]
                self._labels[subset] = dict(enumerate(names, 1))
            else:
                self._labels[subset] = PUBLISHED
        return self._labels[subset]


def _below(upload: Upload, folder: str, suffix: str) -> Iterator[tuple[str, str, str]]:
    """Subset, name and file of what is in folders of a name."""
    for file in upload.files(suffix):
        above, inside, name = f"/{file}".partition(f"/{folder}/")
        if inside:
            yield above.rpartition("/")[2], name[: -len(suffix)], file
