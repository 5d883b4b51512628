"""Datumaro 3D 1.0: the annotations are read as those of pictures; the files are elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from chalicelib.formats.catalogue.datumaro.declared import declared
from chalicelib.formats.catalogue.datumaro.reader import read
from chalicelib.formats.importing.reading import Picture, Reader
from chalicelib.formats.importing.upload import Upload

POINT_CLOUDS = (".pcd", ".bin")
IMAGES = (".jpg", ".jpeg", ".png", ".bmp", ".webp")


def pictures(upload: Upload) -> Iterator[Picture]:
    """Point clouds, and pictures beside them where tasks look for them. See `reading.Pictures`."""
    stems: dict[tuple[str, str], str] = {}
    for file in upload.files(*POINT_CLOUDS):
        placed = _below(file, "point_clouds")
        if placed is not None:
            subset, name = placed
            stems[subset, str(PurePosixPath(name).with_suffix(""))] = name
            yield Picture(subset, f"pointcloud/{name}", file)
    for file in upload.files(*IMAGES):
        placed = _below(file, "images")
        cloud = placed and stems.get((placed[0], str(PurePosixPath(placed[1]).parent)))
        if placed and cloud:
            stem, _, suffix = cloud.rpartition(".")
            beside = PurePosixPath(placed[1]).name
            yield Picture(placed[0], f"related_images/{stem}_{suffix}/{beside}", file)


READER = Reader(read, pictures, declared)


def _below(file: str, folder: str) -> tuple[str, str] | None:
    """Subset and name of a file in a folder's subfolders."""
    parts = file.split("/")
    if folder not in parts[:-2]:
        return None
    at = parts.index(folder)
    return parts[at + 1], "/".join(parts[at + 2 :])
