"""YOLO 1.1: boxes beside the images that `obj.data` leads to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from posixpath import normpath

import msgspec

from chalicelib.formats.catalogue.yolo.boxes import read_boxes
from chalicelib.formats.catalogue.yolo.rows import Classes, LabelFile
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.beside import frame_beside, stem_of
from chalicelib.formats.importing.matching import endings
from chalicelib.formats.importing.reading import Picture, Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary
from chalicelib.formats.labels import LabelSpec

RESERVED = frozenset({"classes", "names", "backup"})
_SETTING = re.compile(r"^\s*(\w+)\s*=\s*(.*\S)\s*$")


class Listed(msgspec.Struct, gc=False):
    """An image that a dataset lists.

    Attributes:
        name: as its task calls it, relative to the folder of the subset.
        image, labels: files of the upload; there may be neither.
    """

    subset: str
    name: str
    image: str
    labels: str


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    config = _config(upload)
    classes = Classes(_names(upload, config, target.labels), Vocabulary(target.labels, sink.report))
    seen: set[str] = set()
    for listed in _listed(upload, config):
        if target.subset not in (None, listed.subset) or listed.labels in seen:
            continue
        # Lists may share images: many datasets are trained and validated on the same.
        seen.add(listed.labels)
        if listed.labels in upload:
            with sink.report.of_file(upload.place(listed.labels)):
                frame = frame_beside(target.matcher, listed.name)
                read_boxes(LabelFile(upload, listed.labels), classes, frame, listed.name, sink)


def pictures(upload: Upload) -> Iterator[Picture]:
    """Images that are listed and there, each once. See `reading.Pictures`."""
    seen: set[str] = set()
    for listed in _listed(upload, _config(upload)):
        if listed.image in upload and listed.image not in seen:
            seen.add(listed.image)
            yield Picture(listed.subset, listed.name, listed.image)


def declared(upload: Upload) -> Iterator[LabelSpec]:
    """Names of classes. See `reading.Labels`."""
    for name in _names(upload, _config(upload), ()).values():
        yield LabelSpec(0, name)


READER = Reader(read, pictures, declared)


class _Config(msgspec.Struct):
    """`obj.data`: the folder that it is in, and its settings."""

    file: str
    folder: str
    settings: dict[str, str]

    def local(self, path: str) -> str:
        """A path that the dataset names, as a file of the upload."""
        path = normpath(path.strip().replace("\\", "/"))
        return self.folder + path.removeprefix("data/")

    def image(self, path: str, upload: Upload) -> str:
        """An image that the dataset lists, as a file of the upload.

        Paths of the machine where the dataset was made end as its own do.
        """
        plain = path.strip().replace("\\", "/")
        here = (self.local(ending) for ending in endings(plain))
        return next(
            (one for one in here if f"{stem_of(one)}.txt" in upload or one in upload),
            self.local(path),
        )


def _config(upload: Upload) -> _Config:
    found = [file for file in upload.files(".data") if file]
    if not found:
        raise BadDataset(upload.name, "is not a YOLO dataset: it has no obj.data file")
    if len(found) > 1:
        raise BadDataset(upload.name, f"has several .data files: {', '.join(found[:3])}")
    folder, slash, _ = found[0].rpartition("/")
    lines = map(_SETTING.match, upload.text(found[0]).splitlines())
    return _Config(found[0], folder + slash, {line[1]: line[2] for line in lines if line})


def _names(upload: Upload, config: _Config, labels: Iterable[LabelSpec]) -> dict[int, str]:
    file = config.local(config.settings.get("names", "data/obj.names"))
    if file not in upload:
        raise BadDataset(upload.place(config.file), f"names {file}, which is not there")
    known = {label.name for label in labels}
    lines = [line for line in upload.text(file).splitlines() if line.strip()]
    return {at: line if line in known else line.strip() for at, line in enumerate(lines)}


def _listed(upload: Upload, config: _Config) -> Iterator[Listed]:
    """Images of all subsets. Raises BadDataset."""
    for subset, path in config.settings.items():
        if subset in RESERVED:
            continue
        file = config.local(path)
        if file not in upload:
            raise BadDataset(upload.place(config.file), f"names {file}, which is not there")
        for line in upload.text(file).splitlines():
            if line.strip():
                image = config.image(line, upload)
                within = image.removeprefix(config.folder)
                name = within.partition("/")[2] or within
                yield Listed(subset, name, image, f"{stem_of(image)}.txt")
