"""CamVid 1.0, from CVAT or as published: all pixels of a label are one mask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

import msgspec

from chalicelib.formats.catalogue.camvid import label_colors
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.geometry import colors as task_colors
from chalicelib.formats.geometry.label_pictures import LabelKey, LabelPictures
from chalicelib.formats.importing.reading import Picture, Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload

NOT_CAMVID = (
    "is not a CamVid dataset: it has neither lists of images and their masks nor folders of masks "
    'whose names end in "annot"'
)
#: Folders of an archive that lists need not know.
FOLDERS_ABOVE = 2
NO_MASK = "mask is not in the archive"


class _Listed(msgspec.Struct):
    """A line of a list. `mask`: as written; "" if there is none."""

    subset: str
    image: str
    mask: str
    place: str


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    listed = list(_listed(upload))
    if not listed:
        raise BadDataset(upload.name, NOT_CAMVID)
    colors = label_colors.read(upload) or task_colors.label_colors(target.labels)
    key = LabelKey(colors, [*colors])
    pictures = LabelPictures(upload, target, sink, key, label_colors.safe)
    files = _Files(upload)
    for line in listed:
        if not line.mask or target.subset not in (None, line.subset):
            continue
        file = files.find(line.mask)
        frame = target.matcher.by_name(line.image)
        if file is None:
            sink.report.skip(NO_MASK, f"{line.mask} ({line.place})")
        elif isinstance(frame, str):
            sink.report.skip(frame, line.image)
        else:
            with sink.report.of_file(upload.place(file)):
                pictures.read(file, line.image, frame)


def pictures_of(upload: Upload) -> Iterator[Picture]:
    """Images that the lists name. See `reading.Pictures`."""
    files = _Files(upload)
    for line in _listed(upload):
        file = files.find(line.image)
        if file is not None:
            _, inside, name = f"/{line.image}".partition(f"/{line.subset}/")
            yield Picture(line.subset, name if inside else line.image, file)


READER = Reader(read, pictures_of)


def _listed(upload: Upload) -> Iterator[_Listed]:
    """Lines of the lists; without lists, the masks themselves."""
    found = False
    for file in upload.files(".txt"):
        if PurePosixPath(file).name == label_colors.LABEL_COLORS:
            continue
        for number, line in enumerate(upload.text(file).splitlines(), 1):
            names = _names(line, upload.place(file), number)
            if names is not None:
                found = True
                place = f"{file}, line {number}"
                yield _Listed(PurePosixPath(file).stem, names[0], names[1], place)
    if found:
        return
    for file in upload.files(".png"):
        parts = PurePosixPath(file).parts
        at = next((at for at, part in enumerate(parts) if part.endswith("annot")), None)
        if at is not None:
            image = "/".join(parts[at + 1 :])
            yield _Listed(parts[at].removesuffix("annot"), image, file, file)


def _names(line: str, file: str, number: int) -> tuple[str, str] | None:
    """Image and mask of a line; None of an empty one. Raises BadDataset."""
    words = line.split('"')[1::2] if '"' in line else line.split()
    if not words:
        return None
    if len(words) > 2 or not words[0].strip("/"):
        raise BadDataset(file, f'"{line.strip()}" is not an image and its mask', f"line {number}")
    return words[0].lstrip("/"), words[1].lstrip("/") if len(words) > 1 else ""


class _Files:
    """Finds files that lists name: these may know other folders above than the archive has."""

    def __init__(self, upload: Upload) -> None:
        self._by_path: dict[str, str] = {}
        for file in upload.files(".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".gif"):
            for ending in _endings(file, FOLDERS_ABOVE):
                self._by_path.setdefault(ending, file)

    def find(self, path: str) -> str | None:
        """The file of a path; None if there is none."""
        found = map(self._by_path.get, _endings(path, path.count("/")))
        return next(filter(None, found), None)


def _endings(path: str, most: int) -> Iterator[str]:
    """A path, and without up to `most` of its first folders; one is left, which tells pictures
    from their masks."""
    yield path
    for _ in range(most):
        _, _, path = path.partition("/")
        if "/" not in path:
            return
        yield path
