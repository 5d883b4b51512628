"""`SegmentationClass` and `SegmentationObject`: pictures of labels and of instances, written.

Both have palettes, so that readers see numbers (0 is background, labels and instances count from
1) as well as colours. An object that others cover altogether is reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.voc.layout import CLASSES, OBJECTS
from chalicelib.formats.exporting.contents import FrameObjects
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.colors import Color, label_colors, voc_color
from chalicelib.formats.report import Report


class SegmentationWriter:
    """Writes the pictures of frames.

    Attributes:
        colors: of labels by name, for `labelmap.txt`.
    """

    def __init__(self, dataset: Dataset, kinds: Sequence[str]) -> None:
        """`kinds`: shapes that are painted."""
        self._kinds = kinds
        found = label_colors(dataset.labels)
        self.colors: Mapping[str, Color] = found
        self._palette = list(found.values())
        numbers = {name: number for number, name in enumerate(found)}
        self._number_of = {label.id: numbers[label.name] for label in dataset.labels}

    def paints(self, content: FrameObjects) -> bool:
        """Whether a frame has shapes that may be painted."""
        return any(item.kind in self._kinds for item in content.objects)

    def write(
        self,
        content: FrameObjects,
        frame: Frame,
        name: str,
        archive: ArchiveWriter,
        report: Report,
    ) -> None:
        """Write the two pictures of a frame, if it has shapes that are painted.

        Args:
            name: of the files, without extension.
        """
        # numpy is needed for pictures alone.
        from chalicelib.formats.geometry.painting import (
            in_colors,
            note_background,
            paint_objects,
            paintable,
        )

        items = paintable(content, self._kinds)
        if not items:
            return
        painted = paint_objects(items, frame, report)
        values = [self._number_of[item.label_id] for item in painted.instances]
        note_background(values, frame, report)
        kind = "u1" if len(self._palette) <= 256 else "u4"
        archive.image(
            f"{CLASSES}/{name}.png", in_colors(painted.with_values(values, kind), self._palette)
        )
        # No instance may have the colour of black, so they count from 1 here as well.
        colors = [voc_color(number) for number in range(len(values) + 1)]
        archive.image(f"{OBJECTS}/{name}.png", in_colors(painted.numbers, colors))
