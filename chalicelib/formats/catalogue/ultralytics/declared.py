"""Classes as labels of a project that has none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.formats.catalogue.coco_keypoints.drawings import skeleton_label
from chalicelib.formats.catalogue.ultralytics.description import Description, describe
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import LabelSpec

#: Points of the largest skeleton that is made of a number alone.
MOST_POINTS = 1000


def classes(upload: Upload) -> Iterator[LabelSpec]:
    """Names of `data.yaml` by number. See `reading.Labels`."""
    for _, name in sorted(describe(upload).names.items()):
        yield LabelSpec(0, name)


def skeletons(upload: Upload) -> Iterator[LabelSpec]:
    """The same as skeletons, whose points have names or numbers. See `reading.Labels`."""
    description = describe(upload)
    for number, name in sorted(description.names.items()):
        yield skeleton_label(name, _points(description, number), [])


def _points(description: Description, number: int) -> Sequence[str]:
    named: Any = description.settings.get("kpt_names")
    if isinstance(named, dict):
        names = named.get(number)
        if isinstance(names, list) and all(isinstance(one, str) and one for one in names):
            return names
    shape = description.settings.get("kpt_shape")
    count = shape[0] if isinstance(shape, list) and shape else 0
    if not isinstance(count, int) or not 0 <= count <= MOST_POINTS:
        return []
    return [str(at + 1) for at in range(count)]
