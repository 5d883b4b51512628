"""Where the files of a VOC dataset are, and what its images are called."""

from __future__ import annotations

from chalicelib.formats.exporting.dataset import Dataset, Placed, safe_stem
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems

ANNOTATIONS, IMAGES, SETS = "Annotations", "JPEGImages", "ImageSets"
CLASSES, OBJECTS = "SegmentationClass", "SegmentationObject"


class Names:
    """Names of frames that are their own in the whole dataset, whose subsets share the folders."""

    def __init__(self, dataset: Dataset) -> None:
        self._clash = _clashes(dataset)
        self._stems: dict[int, Stems] = {}

    def item(self, placed: Placed, frame: Frame) -> str:
        """What a frame is called: the path of its files without extension."""
        return self._prefix(placed) + self._of(placed).of(frame)

    def image(self, placed: Placed, frame: Frame) -> str:
        """The file of a frame's picture, relative to the folder of pictures."""
        return self._prefix(placed) + self._of(placed).image(frame)

    def _prefix(self, placed: Placed) -> str:
        return f"{placed.subset}/" if self._clash else ""

    def _of(self, placed: Placed) -> Stems:
        if placed.index not in self._stems:
            # Those of one task at a time are enough: tasks come one after another.
            self._stems = {placed.index: Stems(placed)}
        return self._stems[placed.index]


def _clashes(dataset: Dataset) -> bool:
    """Whether frames of different subsets have the same name: then each has a folder of its own."""
    if len(dataset.subsets) < 2:
        return False
    seen: set[int] = set()
    for placed in dataset.parts:
        for frame in placed.frames:
            stem = hash(safe_stem(frame.file_name))
            if stem in seen:
                return True
            seen.add(stem)
    return False
