"""The `attributes` that CVAT writes beside each annotation of COCO, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from chalicelib.formats.catalogue.coco.document import encode, quoted
from chalicelib.formats.exporting.contents import ObjectOnFrame
from chalicelib.formats.labels import AttributeSpec, LabelSpec, named_values, typed_value
from chalicelib.formats.report import Report

#: What has a meaning of its own among the attributes.
RESERVED = {"occluded", "rotation", "track_id", "keyframe"}
#: What is written of most boxes, by whether they are occluded, and of most other shapes.
PLAIN_BOX = (
    '"attributes":{"occluded":false,"rotation":0.0}',
    '"attributes":{"occluded":true,"rotation":0.0}',
)
_PLAIN = ('"attributes":{"occluded":false}', '"attributes":{"occluded":true}')
NAME_TAKEN = "attribute has a name that the format uses itself"


class AttributeTexts:
    """Writes attributes, as `"attributes":{…}`."""

    def __init__(self, labels: Mapping[int, LabelSpec], report: Report) -> None:
        self._labels = labels
        #: Labels without attributes.
        self.plain = {label.id for label in labels.values() if not label.attributes}
        self._named = {spec.id: quoted(spec.name) for spec in _own(labels)}
        for label in labels.values():
            for spec in label.attributes:
                if spec.name in RESERVED:
                    report.skip(NAME_TAKEN, f"{label.name}: {spec.name}")

    def of(self, item: ObjectOnFrame, first_track: int) -> str:
        """The attributes of an object.

        Args:
            first_track: what is added to the number of its track.
        """
        geometry = item.geometry
        if item.label_id in self.plain and item.track is None and not geometry.rotation:
            return (PLAIN_BOX if geometry.type == "rectangle" else _PLAIN)[geometry.occluded]
        text = self._values(item)
        text += '"occluded":true' if geometry.occluded else '"occluded":false'
        if geometry.type == "rectangle":
            text += f',"rotation":{geometry.rotation}'
        if item.track is not None:
            keyframe = "true" if item.keyframe else "false"
            text += f',"track_id":{first_track + item.track},"keyframe":{keyframe}'
        return f'"attributes":{{{text}}}'

    def _values(self, item: ObjectOnFrame) -> str:
        values = named_values(self._labels[item.label_id], item.geometry.attributes)
        return "".join(
            f"{self._named[spec.id]}:{_typed(spec, value)},"
            for spec, value in values
            if spec.id in self._named
        )


def _own(labels: Mapping[int, LabelSpec]) -> list[AttributeSpec]:
    specs = [spec for label in labels.values() for spec in label.attributes]
    return [spec for spec in specs if spec.name not in RESERVED]


@lru_cache(4096)
def _typed(spec: AttributeSpec, value: str) -> str:
    return encode(typed_value(spec, value)).decode()
