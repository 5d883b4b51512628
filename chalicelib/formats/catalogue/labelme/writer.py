"""LabelMe 3.0: an XML file of boxes, polygons and masks beside each image.

`<subset>/<image>.xml`, `<subset>/Masks/<image>_mask_<number>.png`, `<subset>/<image>`. Objects of
a group are parts of the first of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.labelme.attributes import Value, joined
from chalicelib.formats.exporting.contents import ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.losses import note_facts
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.geometry.outlines import AREAS, corners
from chalicelib.formats.labels import named_values, typed_value
from chalicelib.formats.report import Report
from chalicelib.formats.text.xml_writer import escaped

#: Of masks in the tool: clear, and a yellow.
MASK_COLORS = ((0, 0, 0), (255, 203, 0))


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, report: Report
) -> Iterator[None]:
    """Write XML files and masks. See `writing.FramesWriter`."""
    stems, subset = Stems(stretch.placed), stretch.placed.subset
    bodies = stretch.images() if dataset.save_images else repeat(b"")
    for (frame, content), body in zip(stretch.contents(), bodies, strict=False):
        name, image = stems.of(frame), stems.image(frame)
        objects = _Objects(dataset, frame, f"{name.replace('/', '_')}_mask_", report)
        text = objects.text([item for item in content.objects if item.kind in AREAS])
        with archive.text(f"{subset}/{name}.xml") as member:
            member.write((_head(image, frame) + text + "</annotation>\n").encode())
        for file, picture in objects.masks:
            archive.image(f"{subset}/Masks/{file}", picture)
        for item in content.objects:
            if item.kind not in AREAS:
                report.skip(f"{item.kind} cannot be written", frame.name)
        if content.tags:
            report.skip("tag cannot be written", frame.name, len(content.tags))
        report.frames += bool(text)
        if dataset.save_images:
            archive.image(f"{subset}/{image}", body)
        yield


WRITER = Writer(None, write_frames)


def _head(image: str, frame: Frame) -> str:
    folder, _, file = image.rpartition("/")
    return (
        f"<annotation>\n  <filename>{escaped(file)}</filename>\n"
        f"  <folder>{escaped(folder)}</folder>\n"
        "  <source>\n    <sourceImage></sourceImage>\n"
        "    <sourceAnnotation>Skylabel</sourceAnnotation>\n  </source>\n"
        f"  <imagesize>\n    <nrows>{frame.height}</nrows>\n    <ncols>{frame.width}</ncols>\n"
        "  </imagesize>\n"
    )


class _Objects:
    """The objects of a frame. `masks`: files and pictures of those that were written."""

    def __init__(self, dataset: Dataset, frame: Frame, masks: str, report: Report) -> None:
        """`masks`: what the names of the files begin with."""
        self._labels = dataset.label_of
        self._frame = frame
        self._prefix = masks
        self._report = report
        self.masks: list[tuple[str, bytes]] = []

    def text(self, items: Sequence[ObjectOnFrame]) -> str:
        """Elements of all objects."""
        written = [(item, shape) for item in items if (shape := self._shape(item)) is not None]
        taken = [item for item, _ in written]
        note_facts(self._report, self._frame, taken, "group", "occluded")
        groups: dict[int, list[int]] = {}
        for number, (item, _) in enumerate(written):
            if item.group:
                groups.setdefault(item.group, []).append(number)
        return "".join(
            self._object(number, item, shape, groups.get(item.group, []))
            for number, (item, shape) in enumerate(written)
        )

    def _object(self, number: int, item: ObjectOnFrame, shape: str, group: Sequence[int]) -> str:
        self._report.took(item.kind)
        others = ",".join(map(str, group[1:])) if group and group[0] == number else ""
        leader = str(group[0]) if group and group[0] != number else ""
        label = self._labels[item.label_id]
        occluded = "yes" if item.geometry.occluded else "no"
        return (
            f"  <object>\n    <name>{escaped(label.name)}</name>\n    <deleted>0</deleted>\n"
            f"    <verified>0</verified>\n    <occluded>{occluded}</occluded>\n"
            f"    <date></date>\n    <id>{number}</id>\n"
            f"    <parts>\n      <hasparts>{others}</hasparts>\n"
            f"      <ispartof>{leader}</ispartof>\n    </parts>\n{shape}"
            f"    <attributes>{escaped(joined(self._attributes(item)))}</attributes>\n"
            "  </object>\n"
        )

    def _attributes(self, item: ObjectOnFrame) -> Iterator[tuple[str, Value]]:
        geometry = item.geometry
        for spec, value in named_values(self._labels[item.label_id], geometry.attributes):
            yield spec.name, typed_value(spec, value)
        if item.track is not None:
            yield "track_id", float(item.track)
            yield "keyframe", item.keyframe
        if geometry.type == "rectangle":
            yield "rotation", float(geometry.rotation)

    def _shape(self, item: ObjectOnFrame) -> str | None:
        """The element of a shape; None if it covers no pixel, which is reported."""
        geometry = item.geometry
        if geometry.type == "rectangle":
            return "    <type>bounding_box</type>\n" + _polygon(corners(geometry.points, 0))
        if geometry.type == "polygon":
            return _polygon(geometry.points)
        return self._mask(item)

    def _mask(self, item: ObjectOnFrame) -> str | None:
        # numpy is needed for masks alone.
        import numpy as np

        from chalicelib.formats.geometry.painting import BECAME_MASK
        from chalicelib.formats.geometry.png import indexed
        from chalicelib.formats.geometry.raster import NO_PIXELS, paint, raster

        frame = self._frame
        found = raster(item.geometry, frame.width, frame.height)
        if found is None:
            self._report.skip(NO_PIXELS, frame.name)
            return None
        if item.kind in BECAME_MASK:
            self._report.convert(BECAME_MASK[item.kind], frame.name)
        picture = np.zeros((frame.height, frame.width), np.uint8)
        paint(picture, found, 1)
        file = f"{self._prefix}{len(self.masks)}.png"
        self.masks.append((file, indexed(picture, MASK_COLORS)))
        rows, columns = found.box.shape
        sides = (
            ("xmin", found.left), ("ymin", found.top),
            ("xmax", found.left + columns), ("ymax", found.top + rows),
        )  # fmt: skip
        box = "".join(f"        <{side}>{value:.2f}</{side}>\n" for side, value in sides)
        return (
            f"    <segm>\n      <mask>{escaped(file)}</mask>\n      <box>\n{box}      </box>\n"
            "      <username></username>\n    </segm>\n"
        )


def _polygon(points: Sequence[float]) -> str:
    pairs = zip(points[::2], points[1::2], strict=True)
    inner = "".join(
        f"      <pt>\n        <x>{x:.2f}</x>\n        <y>{y:.2f}</y>\n      </pt>\n"
        for x, y in pairs
    )
    return f"    <polygon>\n{inner}      <username></username>\n    </polygon>\n"
