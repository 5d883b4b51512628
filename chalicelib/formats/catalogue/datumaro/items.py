"""A subset as a JSON file of datumaro, item by item."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.datumaro.annotations import Describer
from chalicelib.formats.catalogue.datumaro.categories import categories_of
from chalicelib.formats.catalogue.datumaro.moving import Moving, is_keyframe, moving_joints
from chalicelib.formats.exporting.contents import FrameObjects
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.report import Report

#: Numbers of datumaro's kinds of media.
PICTURES, POINT_CLOUDS = 2, 6
#: Fields of an item that say what is annotated.
MediaOf = Callable[[Dataset, Placed, Frame], dict[str, Any]]

_encode = msgspec.json.Encoder().encode


def write_subsets(
    dataset: Dataset, archive: ArchiveWriter, report: Report, kind: int, media_of: MediaOf
) -> None:
    """Write `annotations/<subset>.json` for each subset."""
    describer = Describer(dataset, report)
    head = {
        "dm_format_version": "1.0",
        "media_type": kind,
        "infos": {},
        "categories": categories_of(dataset.labels),
        "items": [],
    }
    for subset, parts in dataset.subsets.items():
        with archive.text(f"annotations/{subset.replace('/', '_')}.json") as out:
            out.write(_encode(head).removesuffix(b"]}"))
            separator = b"\n"
            for item in _items(dataset, parts, describer, media_of, report):
                out.write(separator + _encode(item))
                separator = b",\n"
            out.write(b"\n]}\n")


def _items(
    dataset: Dataset,
    parts: Sequence[Placed],
    describer: Describer,
    media_of: MediaOf,
    report: Report,
) -> Iterator[dict[str, Any]]:
    first_track = 0
    for placed in parts:
        count, moving = moving_joints(placed)
        stems = Stems(placed)
        for frame, content in placed.contents():
            annotations = [describer.tag(tag, frame) for tag in content.tags]
            annotations += _objects(describer, frame, content, first_track, moving)
            report.frames += bool(annotations)
            yield {
                "id": stems.of(frame) if frame.name == frame.file_name else frame.name,
                "annotations": annotations,
                "attr": {"frame": frame.source_number},
                **media_of(dataset, placed, frame),
            }
        first_track += count


def _objects(
    describer: Describer,
    frame: Frame,
    content: FrameObjects,
    first_track: int,
    moving: Moving,
) -> Iterator[dict[str, Any]]:
    for item in content.objects:
        track = None if item.track is None else first_track + item.track
        found = describer.object(item, frame, track, keyframe=is_keyframe(item, moving))
        if found is not None:
            yield found
