"""Categories as labels of a project that has none."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from chalicelib.formats.catalogue.coco.listed import Category, CocoFile, annotation_files
from chalicelib.formats.catalogue.coco_keypoints.drawings import skeleton_label
from chalicelib.formats.importing.reading import Labels
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import LabelSpec


class _Category(Category):
    skeleton: list[list[int]] = msgspec.field(default_factory=list)


def labels_of(prefix: str, *, skeletons: bool = False) -> Labels:
    """Lists categories of files whose names begin with the prefix.

    Args:
        skeletons: whether their points are read, too.
    """

    def labels(upload: Upload) -> Iterator[LabelSpec]:
        for file in annotation_files(upload, prefix, None):
            for category in CocoFile(upload, file).categories(_Category).values():
                points = category.keypoints if skeletons else []
                yield skeleton_label(category.name, points, category.skeleton)

    return labels
