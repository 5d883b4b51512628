"""Market-1501 1.0: `bounding_box_<subset>/`, `query/`, and lists of images `images_<subset>.txt`.

Attributes of a tag "market-1501" are in the names of images.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from posixpath import basename, dirname, join, splitext

from chalicelib.annotations.model.document import Tag
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.market1501.names import (
    BOXES,
    DEFAULTS,
    LABEL,
    LISTS,
    QUERY,
    telling,
    told,
)
from chalicelib.formats.exporting.contents import FrameObjects
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.folders import folder_of
from chalicelib.formats.exporting.losses import ATTRIBUTES, note_tags, skip_shapes, skip_tracks
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.labels import named_values
from chalicelib.formats.report import Report

NOT_NUMBERS = "tag whose attributes are no numbers cannot be written"


def write_lists(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write the lists. See `writing.WholeWriter`."""
    for subset, parts in dataset.subsets.items():
        with archive.text(f"{LISTS}{folder_of(subset)}.txt") as member:
            for placed in parts:
                paths = _Paths(dataset, placed)
                for frame, content in placed.contents(tracked=False):
                    member.write(f"{paths.of(frame, content)}\n".encode())
                    paths.note(frame, content, report)
                skip_tracks(report, placed.part.tracks())


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, _report: Report
) -> Iterator[None]:
    """Write images. See `writing.FramesWriter`."""
    paths = _Paths(dataset, stretch.placed)
    contents = stretch.placed.contents(stretch.start, stretch.stop, tracked=False)
    for (frame, content), body in zip(contents, stretch.images(), strict=True):
        archive.image(paths.of(frame, content), body)
        yield


WRITER = Writer(write_lists, write_frames, annotates_frames=False)


class _Paths:
    """Where the images of a task are."""

    def __init__(self, dataset: Dataset, placed: Placed) -> None:
        self._labels = dataset.label_of
        self._stems = Stems(placed)
        self._folder = f"{BOXES}{folder_of(placed.subset)}"

    def of(self, frame: Frame, content: FrameObjects) -> str:
        """The path of an image."""
        stem, extension = splitext(self._stems.image(frame))
        tag = self._tag(content)
        values = self._values(tag) if tag else {}
        folder = QUERY if values.get(QUERY, "").lower() == "true" else self._folder
        if tag is not None:
            known = told(basename(stem))
            wanted = {name: values[name] for name in DEFAULTS}
            if known is None or any(wanted[one] not in ("", known[0][one]) for one in wanted):
                # Of one whose attributes are no numbers, `note` says that it is left out.
                with suppress(ValueError):
                    name = telling(wanted, basename(stem), frame.source_number)
                    stem = join(dirname(stem), name)
        return f"{folder}/{stem}{extension}"

    def note(self, frame: Frame, content: FrameObjects, report: Report) -> None:
        """Note what is written of a frame and what is not."""
        skip_shapes(report, frame, content)
        tag = self._tag(content)
        others = len(content.tags) - (tag is not None)
        if others:
            report.skip("tag cannot be written", frame.name, others)
        if tag is None:
            return
        values = self._values(tag)
        try:
            telling({name: values[name] for name in DEFAULTS}, "", 0)
        except ValueError:
            report.skip(NOT_NUMBERS, frame.name)
            return
        report.took("tag")
        note_tags(report, frame, [tag])
        report.frames += 1
        if set(values) - set(DEFAULTS) - {QUERY}:
            report.convert(ATTRIBUTES, frame.name)

    def _tag(self, content: FrameObjects) -> Tag | None:
        """The tag that tells of the image, if there is just one."""
        found = [tag for tag in content.tags if self._labels[tag.label_id].name == LABEL]
        return found[0] if len(found) == 1 else None

    def _values(self, tag: Tag) -> dict[str, str]:
        given = named_values(self._labels[tag.label_id], tag.attributes)
        return DEFAULTS | {spec.name: value for spec, value in given}
