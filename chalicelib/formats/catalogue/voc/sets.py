"""`ImageSets`, read: images by subset, and classes of whole images."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePosixPath

from chalicelib.formats.catalogue.voc.layout import SETS
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.upload import Upload

#: What is said of a class: it is there, it is not, or (as in the original) it is hard to see.
_PRESENT, _ABSENT = "1", ("-1", "0")


def subset_lists(upload: Upload) -> dict[str, list[str]]:
    """Files of `ImageSets` by the subset that they list."""
    stems = {_stem(file) for file in _listed(upload)}
    found: dict[str, list[str]] = {}
    for file in _listed(upload):
        if not _class_of(_stem(file), stems):
            found.setdefault(_stem(file), []).append(file)
    return found


def images_of(upload: Upload, files: Sequence[str]) -> Iterator[str]:
    """Names in lists of images."""
    for file in files:
        for line in upload.text(file).splitlines():
            name = line.strip()
            if name.startswith('"') and name.count('"') > 1:
                name = name[1:].partition('"')[0]
            elif PurePosixPath(file).parent.name in ("Layout", "Action"):
                # A number of an object may follow.
                name = name.split()[0] if name else ""
            if name:
                yield name


def classes(upload: Upload, subset: str | None) -> Iterator[tuple[str, str, str]]:
    """Image, label and place of each class that an image as a whole has.

    Args:
        subset: of this one alone; None: of all.

    Raises:
        BadDataset: a line is not an image and 1, 0 or -1.
    """
    stems = {_stem(file) for file in _listed(upload)}
    for file in _listed(upload):
        found = _class_of(_stem(file), stems)
        if not found or PurePosixPath(file).parent.name != "Main":
            continue
        label, listed = found
        if subset is not None and listed != subset:
            continue
        for number, line in enumerate(upload.text(file).splitlines(), 1):
            name, _, said = line.strip().rpartition(" ")
            if said == _PRESENT:
                yield name.strip(), label, f"{file}, line {number}"
            elif line.strip() and said not in _ABSENT:
                raise BadDataset(
                    upload.place(file), f'"{said}" is not 1, 0 or -1', f"line {number}"
                )


def wanted(upload: Upload, subset: str | None) -> set[str] | None:
    """Images of a subset; None: all that there are, as of a dataset without lists."""
    if subset is None:
        return None
    lists = subset_lists(upload)
    return set(images_of(upload, lists.get(subset, []))) if lists else None


def listed(upload: Upload) -> set[str]:
    """Images of all subsets."""
    return {one for files in subset_lists(upload).values() for one in images_of(upload, files)}


def _class_of(stem: str, stems: Collection[str]) -> tuple[str, str] | None:
    """Label and subset of a list of a class, which is `<label>_<subset>` beside `<subset>`."""
    for at in range(1, len(stem) - 1):
        if stem[at] == "_" and stem[at + 1 :] in stems:
            return stem[:at], stem[at + 1 :]
    return None


def _listed(upload: Upload) -> list[str]:
    return [file for file in upload.files(".txt") if PurePosixPath(file).parent.parent.name == SETS]


def _stem(file: str) -> str:
    return PurePosixPath(file).stem
