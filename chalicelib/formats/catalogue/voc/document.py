"""The XML of an image: what it shows, and a box for each object."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.formats.exporting.contents import ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.labels import AttributeSpec, LabelSpec, named_values, typed_value
from chalicelib.formats.text.xml_writer import escaped

#: Attributes that the format has elements for.
FLAGS = ("truncated", "difficult")
NATIVE = {*FLAGS, "pose", "occluded"}


class DocumentWriter:
    """Writes documents."""

    def __init__(self, dataset: Dataset) -> None:
        self._labels = dataset.label_of
        self._heads = {
            label.id: f"  <object>\n    <name>{escaped(label.name)}</name>\n"
            for label in dataset.labels
        }
        self._plain = {label.id for label in dataset.labels if not label.attributes}

    def text(
        self, name: str, image: str, frame: Frame, boxes: Iterable[ObjectOnFrame], *, painted: bool
    ) -> str:
        """The document.

        Args:
            name, image: of the picture, without and with extension.
            painted: whether there is a segmentation of it.
        """
        folder = name.partition("_")[0] if "_" in name else ""
        head = (
            f"<annotation>\n  <folder>{escaped(folder)}</folder>\n"
            f"  <filename>{escaped(image)}</filename>\n"
            "  <source>\n    <database>Unknown</database>\n    <annotation>Unknown</annotation>\n"
            "    <image>Unknown</image>\n  </source>\n"
            f"  <size>\n    <width>{frame.width}</width>\n    <height>{frame.height}</height>\n"
            f"    <depth>3</depth>\n  </size>\n  <segmented>{painted:d}</segmented>\n"
        )
        return head + "".join(map(self._object, boxes)) + "</annotation>\n"

    def _object(self, item: ObjectOnFrame) -> str:
        geometry = item.geometry
        left, top, right, bottom = geometry.points
        pose = truncated = difficult = more = ""
        if item.label_id not in self._plain:
            label = self._labels[item.label_id]
            values = {spec.name: (spec, value) for spec, value in _values(label, item)}
            pose, truncated, difficult = _native(values)
            more = "".join(
                _attribute(name, _written(spec, value))
                for name, (spec, value) in values.items()
                if name not in NATIVE
            )
        if item.track is not None:
            more += _attribute("track_id", str(item.track))
            more += _attribute("keyframe", str(item.keyframe))
        return (
            f"{self._heads[item.label_id]}{pose}"
            f"    <truncated>{truncated or 0}</truncated>\n"
            f"    <occluded>{geometry.occluded:d}</occluded>\n"
            f"    <difficult>{difficult or 0}</difficult>\n"
            f"    <bndbox>\n      <xmin>{left:.2f}</xmin>\n      <ymin>{top:.2f}</ymin>\n"
            f"      <xmax>{right:.2f}</xmax>\n      <ymax>{bottom:.2f}</ymax>\n    </bndbox>\n"
            f"    <attributes>\n{more}      <attribute>\n        <name>rotation</name>\n"
            f"        <value>{geometry.rotation}</value>\n      </attribute>\n"
            "    </attributes>\n  </object>\n"
        )


def _values(label: LabelSpec, item: ObjectOnFrame) -> Iterable[tuple[AttributeSpec, str]]:
    return named_values(label, item.geometry.attributes)


def _native(values: dict[str, tuple[AttributeSpec, str]]) -> tuple[str, str, str]:
    """Pose as an element, and truncated and difficult as 0 or 1."""
    pose = f"    <pose>{escaped(values['pose'][1])}</pose>\n" if "pose" in values else ""
    truncated, difficult = (
        str(int(values[flag][1].lower() in ("true", "1"))) if flag in values else ""
        for flag in FLAGS
    )
    return pose, truncated, difficult


def _attribute(name: str, value: str) -> str:
    return (
        f"      <attribute>\n        <name>{escaped(name)}</name>\n"
        f"        <value>{escaped(value)}</value>\n      </attribute>\n"
    )


def _written(spec: AttributeSpec, value: str) -> str:
    """A value as CVAT prints it: `True`, `3.0`."""
    return str(typed_value(spec, value))
