"""Datumaro 1.0: `annotations/<subset>.json`, pictures below `images/<subset>/`."""

from __future__ import annotations

from typing import Any

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.datumaro.items import PICTURES, write_subsets
from chalicelib.formats.exporting.dataset import Dataset, Placed, safe_path
from chalicelib.formats.exporting.images import below_images, images_only
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.writing import Writer
from chalicelib.formats.report import Report


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write the annotations. See `writing.WholeWriter`."""
    write_subsets(dataset, archive, report, PICTURES, _picture)


WRITER = Writer(write, images_only(below_images), annotates_frames=False)


def _picture(_dataset: Dataset, _placed: Placed, frame: Frame) -> dict[str, Any]:
    image: dict[str, Any] = {"path": safe_path(frame.file_name)}
    if frame.width and frame.height:
        image["size"] = [frame.height, frame.width]
    return {"image": image}
