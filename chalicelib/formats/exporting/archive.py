"""A dataset into one archive, in one go or in pieces that are joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.exporting.dataset import Dataset
from chalicelib.formats.exporting.source import Source
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.report import Report

#: What was left out and why, in archives that may have such a file.
REPORT = "report.json"


class Piece(msgspec.Struct, frozen=True):
    """A part of an archive that is written without the others.

    Attributes:
        start, stop: frames (exclusive) among all those of the dataset, if `is_whole` is not set:
            then it is what is about the dataset as a whole.
    """

    start: int = 0
    stop: int = 0
    is_whole: bool = False

    @property
    def steps(self) -> int:
        """Steps of writing it."""
        return 1 if self.is_whole else self.stop - self.start


def write_archive(writer: Writer, source: Source, archive: ArchiveWriter, report: Report) -> None:
    """Write everything but the archive's directory."""
    dataset = Dataset(source)
    for _ in write(pieces(writer, dataset), writer, dataset, archive, report):
        pass
    write_report(writer, archive, report)


def pieces(writer: Writer, dataset: Dataset, size: int = 0) -> list[Piece]:
    """What an archive is made of, in order.

    Args:
        size: frames of a piece; 0 puts all into one.
    """
    whole = [Piece(is_whole=True)] if writer.whole is not None else []
    count = frames_written(writer, dataset)
    return whole + [
        Piece(start, min(start + size, count) if size else count)
        for start in range(0, count, size or max(count, 1))
    ]


def frames_written(writer: Writer, dataset: Dataset) -> int:
    """Frames that have files of their own."""
    if not (dataset.save_images or writer.annotates_frames):
        return 0
    return sum(len(placed.frames) for placed in dataset.parts)


def write(
    wanted: Sequence[Piece],
    writer: Writer,
    dataset: Dataset,
    archive: ArchiveWriter,
    report: Report,
    done: int = 0,
) -> Iterator[None]:
    """Write pieces; between two steps the work may stop and go on later.

    Args:
        done: steps that were done before.
    """
    for piece in wanted:
        if done >= piece.steps:
            done -= piece.steps
            continue
        if not piece.is_whole:
            for stretch in _stretches(dataset, piece.start + done, piece.stop):
                yield from writer.frames(dataset, stretch, archive, report)
            done = 0
        elif writer.whole is not None:
            writer.whole(dataset, archive, report)
            yield


def write_report(writer: Writer, archive: ArchiveWriter, report: Report) -> None:
    """Write `report.json`, if the format allows it."""
    if writer.holds_report:
        with archive.text(REPORT) as member:
            member.write(msgspec.json.format(msgspec.json.encode(report), indent=2))


def _stretches(dataset: Dataset, start: int, stop: int) -> Iterator[Stretch]:
    """Frames of the dataset by task."""
    first = 0
    for placed in dataset.parts:
        count = len(placed.frames)
        begin, end = max(start - first, 0), min(stop - first, count)
        if begin < end:
            yield Stretch(placed, begin, end)
        first += count
