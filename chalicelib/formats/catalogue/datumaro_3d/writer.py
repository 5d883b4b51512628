"""Datumaro 3D 1.0: `annotations/<subset>.json`, point clouds below `point_clouds/<subset>/`.

Pictures that belong to a point cloud are where datumaro looks for them: in a folder of the point
cloud's name below `images/<subset>/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.datumaro.items import POINT_CLOUDS, write_subsets
from chalicelib.formats.exporting.dataset import Dataset, Placed, safe_path, safe_stem
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.report import Report


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write the annotations. See `writing.WholeWriter`."""
    write_subsets(dataset, archive, report, POINT_CLOUDS, _point_cloud)


def write_frames(
    _dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, _report: Report
) -> Iterator[None]:
    """Write point clouds and their pictures. See `writing.FramesWriter`."""
    placed = stretch.placed
    for frame, body in zip(stretch.frames(), stretch.images(), strict=True):
        archive.image(f"point_clouds/{placed.subset}/{safe_path(frame.file_name)}", body)
        for picture in placed.part.context_images(frame):
            name = f"images/{placed.subset}/{_beside(frame, picture.name)}"
            archive.image(name, picture.body)
        yield


WRITER = Writer(write, write_frames, annotates_frames=False)


def _point_cloud(dataset: Dataset, placed: Placed, frame: Frame) -> dict[str, Any]:
    found: dict[str, Any] = {"point_cloud": {"path": safe_path(frame.file_name)}}
    if dataset.save_images:
        pictures = placed.part.context_images(frame)
        if pictures:
            found["related_images"] = [{"path": _beside(frame, one.name)} for one in pictures]
    return found


def _beside(frame: Frame, picture: str) -> str:
    return str(PurePosixPath(safe_stem(frame.file_name), PurePosixPath(safe_path(picture)).name))
