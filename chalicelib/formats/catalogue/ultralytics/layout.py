"""Where things are in a dataset: `data.yaml`, a list of images per subset, labels and images.

`images/<subset>/<name>`, `labels/<subset>/<name>.txt`, `<subset>.txt`. Images without anything
that can be written have no file of labels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.yolo.subsets import subset_names
from chalicelib.formats.exporting.contents import FrameObjects
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.labels import LabelSpec
from chalicelib.formats.report import Report

#: Words of `data.yaml` that no subset may be called.
RESERVED = frozenset(
    {"names", "path", "nc", "channels", "download", "kpt_shape", "kpt_names", "flip_idx",
     "backup", "classes"}
)  # fmt: skip

#: The lines of one frame's file of labels; what cannot be written goes into the report.
Lines = Callable[[Dataset, Placed, Frame, FrameObjects, Report], Sequence[str]]
#: The labels that are classes, in order.
Classes = Callable[[Dataset], Sequence[LabelSpec]]
#: What `data.yaml` says besides.
Settings = Callable[[Dataset], Mapping[str, Any]]


def all_labels(dataset: Dataset) -> Sequence[LabelSpec]:
    """Every label is a class."""
    return dataset.labels


def nothing_more(_dataset: Dataset) -> Mapping[str, Any]:
    """`data.yaml` says nothing besides."""
    return {}


def writer(
    lines: Lines, classes: Classes = all_labels, settings: Settings = nothing_more
) -> Writer:
    """A writer of the family."""

    def write_lists(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
        subsets = subset_names(dataset, RESERVED)
        for subset, parts in dataset.subsets.items():
            with archive.text(f"{subsets[subset]}.txt") as member:
                for placed in parts:
                    stems = Stems(placed)
                    for frame in placed.frames:
                        # Ultralytics takes such paths as beside the list, others as anywhere.
                        path = f"./images/{subsets[subset]}/{stems.image(frame)}\n"
                        member.write(path.encode())
        facts = {
            "path": ".",
            "names": {at: label.name for at, label in enumerate(classes(dataset))},
            **{subsets[subset]: f"{subsets[subset]}.txt" for subset in dataset.subsets},
            **settings(dataset),
        }
        with archive.text("data.yaml") as member:
            member.write(yaml.safe_dump(facts, allow_unicode=True).encode())

    def write_frames(
        dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, report: Report
    ) -> Iterator[None]:
        stems = Stems(stretch.placed)
        subset = subset_names(dataset, RESERVED)[stretch.placed.subset]
        images = stretch.images() if dataset.save_images else None
        for frame, content in stretch.contents():
            written = lines(dataset, stretch.placed, frame, content, report)
            if written:
                with archive.text(f"labels/{subset}/{stems.of(frame)}.txt") as member:
                    member.write("".join(written).encode())
            if images is not None:
                archive.image(f"images/{subset}/{stems.image(frame)}", next(images))
            yield

    return Writer(write_lists, write_frames)
