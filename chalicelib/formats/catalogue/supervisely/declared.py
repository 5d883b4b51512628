"""Classes as labels of a project that has none."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chalicelib.formats.catalogue.coco_keypoints.drawings import skeleton_label
from chalicelib.formats.catalogue.supervisely.document import annotation_files, meta_of
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import LabelSpec


def declared(upload: Upload) -> Iterator[LabelSpec]:
    """Classes of `meta.json`, points of skeletons below these. See `reading.Labels`."""
    for file, _ in annotation_files(upload, None):
        meta = meta_of(upload, file)
        nodes = meta.node_names()
        for one in meta.classes:
            label = skeleton_label(one.title, list(nodes.get(one.title, {}).values()), [])
            yield replace(label, color=one.color)
        return
