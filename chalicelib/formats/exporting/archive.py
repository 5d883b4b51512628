"""A whole dataset into one archive, in one go."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.source import Source
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.report import Report

#: What was left out and why, in archives that may have such a file.
REPORT = "report.json"


def write_archive(writer: Writer, source: Source, archive: ArchiveWriter, report: Report) -> None:
    """Write everything but the archive's directory."""
    for _ in files(writer, Dataset(source), archive, report):
        pass


def files(
    writer: Writer, dataset: Dataset, archive: ArchiveWriter, report: Report, skip: int = 0
) -> Iterator[None]:
    """Write everything but the directory; between two steps the work may stop and go on later.

    Args:
        skip: steps that were done before.
    """
    if skip == 0:
        if writer.whole is not None:
            writer.whole(dataset, archive, report)
        yield
    done = 1
    if dataset.save_images or writer.annotates_frames:
        for placed in dataset.parts:
            count = len(placed.frames)
            begin = min(max(skip - done, 0), count)
            yield from writer.frames(dataset, Stretch(placed, begin, count), archive, report)
            done += count
    write_report(writer, archive, report)


def write_report(writer: Writer, archive: ArchiveWriter, report: Report) -> None:
    """Write `report.json`, if the format allows it."""
    if writer.holds_report:
        with archive.text(REPORT) as member:
            member.write(msgspec.json.format(msgspec.json.encode(report), indent=2))
