"""Segmentation masks of 1080p pictures, written and read, beside datumaro 1.13.

Each picture has 20 polygons of 40 corners, a fifth of it covered. datumaro does what CVAT has it
do: polygons become masks, groups are merged, and the dataset is written as VOC's pictures. Ours is
an archive then, datumaro's are files that are not packed yet. Every round runs in a process of its
own.
"""

from __future__ import annotations

import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from math import cos, pi, sin
from pathlib import Path
from random import Random

import msgspec

from bench.report import Row
from bench.servers import ROOT
from chalicelib.annotations.model.document import Document, Shape, Track
from chalicelib.formats.exporting.contents import FrameObjects, objects_by_frame
from chalicelib.formats.exporting.source import ContextImage, Frame, Source, TaskMeta
from chalicelib.formats.labels import LabelSpec

PICTURES, SHAPES, CORNERS, ROUNDS = 40, 20, 40, 3
WIDTH, HEIGHT = 1920, 1080
FORMAT = "Segmentation mask 1.1"
LABELS = (LabelSpec(1, "cat", "#ff0000"), LabelSpec(2, "dog", "#00ff00"))


def run() -> Iterator[Row]:
    for what in ("written", "read"):
        pairs = [(_cpu("datumaro", what), _cpu("ours", what)) for _ in range(ROUNDS)]
        ratio = statistics.median(theirs / ours for theirs, ours in pairs)
        theirs, ours = (
            statistics.median(side) * 1000 / PICTURES for side in zip(*pairs, strict=True)
        )
        yield Row(
            f"segmentation masks of 1080p pictures, {what}", ratio, 5 if what == "written" else 2,
            True, detail=f"{ours:.1f} ms of CPU a picture of {SHAPES} shapes; "
            f"datumaro {theirs:.1f} ms",
        )  # fmt: skip


def polygons(picture: int) -> list[list[float]]:
    """Outlines on a picture, the same in every process."""
    random = Random(picture)
    found = []
    for _ in range(SHAPES):
        cx, cy = random.uniform(0, WIDTH), random.uniform(0, HEIGHT)
        size = random.uniform(40, 120)
        points: list[float] = []
        for corner in range(CORNERS):
            angle, radius = 2 * pi * corner / CORNERS, size * random.uniform(0.7, 1.3)
            points += (cx + radius * cos(angle), cy + radius * sin(angle))
        found.append([min(max(round(value, 2), 0), WIDTH if at % 2 == 0 else HEIGHT)
                      for at, value in enumerate(points)])  # fmt: skip
    return found


class _Part(msgspec.Struct):
    """A task in memory."""

    meta: TaskMeta
    listed: Sequence[Frame]
    document: Document

    def frames(self) -> Sequence[Frame]:
        return self.listed

    def contents(self, frames: Sequence[Frame], *, tracked: bool = True) -> Iterator[FrameObjects]:
        assert tracked
        return objects_by_frame(self.document, [frame.number for frame in frames], PICTURES)

    def tracks(self) -> Iterator[Track]:
        return iter(())

    def images(self, _frames: Sequence[Frame]) -> Iterator[tuple[Frame, bytes]]:
        return iter(())

    def context_images(self, _frame: Frame) -> Sequence[ContextImage]:
        return ()


def _frames() -> tuple[Frame, ...]:
    names = [f"picture_{number:04d}.jpg" for number in range(PICTURES)]
    return tuple(Frame(n, n, name, name, WIDTH, HEIGHT) for n, name in enumerate(names))


def _source() -> Source:
    shapes = [
        Shape(type="polygon", frame=number, points=points, label_id=1 + at % 2)
        for number in range(PICTURES)
        for at, points in enumerate(polygons(number))
    ]
    meta = TaskMeta(id=1, size=PICTURES, stop=PICTURES - 1)
    return Source("task", LABELS, [_Part(meta, _frames(), Document(shapes=shapes))], False, "")


def _archive(source: Source) -> bytes:
    from chalicelib.formats import registry
    from chalicelib.formats.archives.zip_writer import ArchiveWriter
    from chalicelib.formats.exporting.archive import write_archive
    from chalicelib.formats.report import Report

    sink = io.BytesIO()
    archive = ArchiveWriter(sink)
    write_archive(registry.exporter(FORMAT).load(), source, archive, Report())
    archive.close()
    return sink.getvalue()


def _ours_written(_folder: Path) -> Callable[[], int]:
    from chalicelib.formats.geometry import painting

    assert painting
    source = _source()
    return lambda: len(_archive(source))


def _ours_read(_folder: Path) -> Callable[[], int]:
    from chalicelib.formats import registry
    from chalicelib.formats.importing.collecting import collect
    from chalicelib.formats.importing.target import Target
    from chalicelib.formats.importing.upload import Upload

    body, target = _archive(_source()), Target(LABELS, _frames())
    reader = registry.importer(FORMAT).load()
    return lambda: len(collect(reader, Upload(io.BytesIO(body), "x.zip"), target).document.shapes)


def _datumaro_written(folder: Path) -> Callable[[], int]:
    import datumaro as dm

    items = [
        dm.DatasetItem(
            frame.name[:-4],
            subset="default",
            media=dm.Image.from_file(frame.name, size=(HEIGHT, WIDTH)),
            annotations=[
                dm.Polygon(points, label=at % 2, z_order=0, group=0)
                for at, points in enumerate(polygons(frame.number))
            ],
        )
        for frame in _frames()
    ]

    def work() -> int:
        dataset = dm.Dataset.from_iterable(
            items, categories=[label.name for label in LABELS], media_type=dm.Image
        )
        dataset.transform("polygons_to_masks")
        dataset.transform("boxes_to_masks")
        dataset.transform("merge_instance_segments")
        dataset.export(str(folder), "voc_segmentation", save_media=False)
        return len(list(folder.rglob("*.png")))

    return work


def _datumaro_read(folder: Path) -> Callable[[], int]:
    import datumaro as dm

    with zipfile.ZipFile(io.BytesIO(_archive(_source()))) as archive:
        archive.extractall(folder)

    def work() -> int:
        dataset = dm.Dataset.import_from(str(folder), "voc_segmentation")
        # What is read are pictures: a mask is made of them when it is asked for.
        return sum(bool(one.image.any()) for item in dataset for one in item.annotations)

    return work


WORK = {
    ("ours", "written"): _ours_written,
    ("ours", "read"): _ours_read,
    ("datumaro", "written"): _datumaro_written,
    ("datumaro", "read"): _datumaro_read,
}


def _cpu(tool: str, what: str) -> float:
    process = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.masks", tool, what],
        cwd=ROOT, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    answer = json.loads(process.stdout.splitlines()[-1])
    assert answer["count"] > PICTURES
    return float(answer["cpu"])


def _main(tool: str, what: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = WORK[tool, what](Path(folder))
        started = time.process_time()
        count = work()
        print(json.dumps({"cpu": time.process_time() - started, "count": count}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
