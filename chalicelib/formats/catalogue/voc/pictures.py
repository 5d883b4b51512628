"""Images of a VOC dataset with the subsets that they are listed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from chalicelib.formats.catalogue.voc import sets
from chalicelib.formats.catalogue.voc.layout import IMAGES
from chalicelib.formats.importing.reading import Picture
from chalicelib.formats.importing.upload import Upload

SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".gif", ".tif", ".tiff")


def pictures_of(upload: Upload) -> Iterator[Picture]:
    """Files below `JPEGImages`; one that no list has is of no subset. See `reading.Pictures`."""
    subsets = {
        name: subset
        for subset, files in sets.subset_lists(upload).items()
        for name in sets.images_of(upload, files)
    }
    for file in upload.files(*SUFFIXES):
        _, inside, name = f"/{file}".partition(f"/{IMAGES}/")
        if inside:
            subset = subsets.get(str(PurePosixPath(name).with_suffix("")), "")
            yield Picture(subset, name, file)
