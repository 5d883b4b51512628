"""What the files of a recording are called."""

from __future__ import annotations

from chalicelib.formats.exporting.dataset import Dataset, Placed, safe_stem
from chalicelib.formats.exporting.source import Frame

TRACKLETS = "tracklet_labels.xml"
FRAME_LIST = "frame_list.txt"
POINT_CLOUDS = "velodyne_points/data"
#: States of a pose, of the format's own.
INTERPOLATED, LABELED = 1, 2
#: Whether an object can be seen.
UNSET, VISIBLE, PARTLY, FULLY = -1, 0, 1, 2
#: Whether it is in the picture: wholly, partly, not at all, behind.
INSIDE, OUTSIDE, BEHIND = 0, 2, 99


def frame_stem(dataset: Dataset, placed: Placed, frame: Frame) -> str:
    """The name of a frame. The format has no subsets: of several, each is a folder."""
    stem = safe_stem(frame.file_name)
    return f"{placed.subset}/{stem}" if len(dataset.subsets) > 1 else stem


def first_indices(dataset: Dataset) -> list[int]:
    """The number in the archive of each task's first frame; deleted frames have none."""
    firsts, count = [], 0
    for placed in dataset.parts:
        firsts.append(count)
        count += len(placed.frames)
    return firsts
