"""The images of a COCO dataset, as its lists name them, wherever in the archive they are."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename, splitext

from chalicelib.formats.catalogue.coco.listed import CocoFile, annotation_files
from chalicelib.formats.importing.reading import Picture, Pictures
from chalicelib.formats.importing.upload import Upload


def pictures_of(prefix: str) -> Pictures:
    """Lists images of files whose names are the prefix and then the subset."""

    def pictures(upload: Upload) -> Iterator[Picture]:
        for file in annotation_files(upload, prefix, None):
            subset = splitext(basename(file))[0].removeprefix(prefix)
            for name in CocoFile(upload, file).image_names():
                place = _place(upload, subset, name)
                if place is not None:
                    yield Picture(subset, name, place)

    return pictures


def _place(upload: Upload, subset: str, name: str) -> str | None:
    """Where an image is: published datasets have it in `val2017/`, others below `images/`."""
    folders = (f"images/{subset}/", f"{subset}/", "images/", f"images/{subset}/images/", "")
    return next((one for folder in folders if (one := folder + name) in upload), None)
