"""Images of a dataset with their files of labels, wherever `data.yaml` says they are.

Datasets are published with paths that hold where they were made, so each is tried beside the
description as well. The labels of `…/images/…/a.jpg` are `…/labels/…/a.txt`.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import join, normpath

import msgspec

from chalicelib.formats.catalogue.ultralytics.description import Description
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.beside import stem_of
from chalicelib.formats.importing.upload import Upload

#: Names of classes, which LabelImg writes beside the labels.
CLASSES = "classes.txt"
MISSING = "folder or list of the dataset is not there"
IMAGES, LABELS = "/images/", "/labels/"
PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".gif", ".heic", ".avif",
            ".jp2", ".mpo", ".dng", ".heif", ".pfm")  # fmt: skip


class Listed(msgspec.Struct, gc=False):
    """An image, or labels without one.

    Attributes:
        name: as its task calls it, relative to the folder of the subset.
        image, labels: files of the upload; either may be missing.
    """

    subset: str
    name: str
    image: str
    labels: str


class Listing:
    """What is where in an upload."""

    def __init__(self, upload: Upload, description: Description) -> None:
        self._upload = upload
        self._description = description
        self._files = upload.files("")
        self._folders = {
            "/".join(parts[:depth])
            for parts in (file.split("/") for file in self._files)
            for depth in range(1, len(parts))
        } | {""}
        #: Sources that are not in the upload.
        self.missing: list[str] = []

    def __iter__(self) -> Iterator[Listed]:
        """Images of all subsets, none twice. Raises BadDataset if no subset can be found."""
        seen: set[str] = set()
        found = False
        subsets = self._description.sources()
        if not subsets:
            raise BadDataset(
                self._upload.place(self._description.file),
                "names no folder or list of images: it has neither train nor val nor test",
            )
        for subset, sources in subsets.items():
            for listed in self._of_subset(subset, sources):
                found = True
                if listed.labels not in seen:
                    seen.add(listed.labels)
                    yield listed
        if self.missing and not found:
            raise BadDataset(
                self._upload.place(self._description.file),
                f"names {', '.join(self.missing[:3])}, which is not there",
            )

    def _of_subset(self, subset: str, sources: list[str]) -> Iterator[Listed]:
        for source in sources:
            if source.lower().endswith(PICTURES):
                yield self._image(subset, source)
                continue
            place = self._find(source)
            if place is None:
                self.missing.append(source)
            elif place in self._upload:
                for line in self._upload.text(place).splitlines():
                    if line.strip():
                        yield self._image(subset, line.strip())
            else:
                yield from self._folder(subset, place)

    def _image(self, subset: str, path: str) -> Listed:
        """An image that is named by its path."""
        image = next(self._places(path), path)
        for place in self._places(path):
            if place in self._upload or labels_of(place) in self._upload:
                image = place
                break
        before, mark, name = f"/{image}".rpartition(IMAGES)
        name = (name if mark else before + name).lstrip("/")
        return Listed(subset, name.removeprefix(f"{subset}/"), image, labels_of(image))

    def _folder(self, subset: str, folder: str) -> Iterator[Listed]:
        """Images in a folder, and labels in the one that belongs to it."""
        start = f"{folder}/" if folder else ""
        beside = labels_of(f"{start}x.y").removesuffix("x.txt")
        known = set()
        for file in self._files:
            if file.startswith(start) and file.lower().endswith(PICTURES):
                known.add(labels_of(file))
                yield Listed(subset, file.removeprefix(start), file, labels_of(file))
        for file in self._files:
            if (
                file.startswith(beside)
                and file.endswith(".txt")
                and file not in known
                and file.rpartition("/")[2] != CLASSES
            ):
                yield Listed(subset, file.removeprefix(beside), "", file)

    def _find(self, source: str) -> str | None:
        """The folder or list that is meant by a path."""
        for place in self._places(source):
            if place in self._upload or place in self._folders:
                return place
            # Annotations may come without images.
            if labels_of(f"{place}/x.y").removesuffix("/x.txt") in self._folders:
                return place
        return None

    def _places(self, path: str) -> Iterator[str]:
        """Where in the upload a path may lead, the likeliest first."""
        path = path.replace("\\", "/")
        folder = self._description.folder
        inside = path
        while inside.startswith(("../", "./", "/")):
            inside = inside.partition("/")[2]
        for way in (
            join(folder, self._description.root, path),
            join(folder, path),
            join(folder, inside),
            join(folder, inside.removeprefix("data/")),
            join(folder, self._description.root.rstrip("/").rpartition("/")[2], inside),
        ):
            place = normpath(way)
            if not place.startswith(("../", "/")) and place != "..":
                yield "" if place == "." else place
        # Paths of another machine: what is here of them is their end.
        while "/" in inside:
            inside = inside.partition("/")[2]
            if inside:
                yield normpath(join(folder, inside))


def labels_of(image: str) -> str:
    """The file of labels that belongs to an image."""
    before, mark, name = f"/{image}".rpartition(IMAGES)
    return stem_of(f"{before}{LABELS}{name}"[1:] if mark else image) + ".txt"
