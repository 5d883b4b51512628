"""Categories as labels of a project that has none."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.formats.catalogue.coco_keypoints.drawings import skeleton_label
from chalicelib.formats.catalogue.datumaro.document import annotation_files, categories_of
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import AttributeSpec, LabelSpec


def declared(upload: Upload) -> Iterator[LabelSpec]:
    """Labels of all files; their attributes are texts. See `reading.Labels`."""
    for file in annotation_files(upload, None):
        categories = categories_of(upload, file)
        skeletons = {one.label_id: one for one in categories.points.items}
        for number, label in enumerate(categories.label.labels):
            if label.parent:
                # A point of a skeleton, as CVAT lists them.
                continue
            skeleton = skeletons.get(number)
            yield skeleton_label(
                label.name,
                skeleton.labels if skeleton else [],
                skeleton.joints if skeleton else [],
                tuple(AttributeSpec(0, name) for name in label.attributes),
            )
