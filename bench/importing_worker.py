"""`python -m bench.importing_worker WHAT FORMAT FOLDER`: one process's work.

`write` makes the dataset; `ours` imports it; `reading` and `datumaro` only read; `line` imports
1 GB of JSON in one line. Prints what it took as JSON.
"""

from __future__ import annotations

import io
import json
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, cast

from chalicelib.annotations.model.document import Shape
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.labels import LabelSpec

IMAGES, BOXES = 20_000, 10
WIDTH, HEIGHT = 640, 480
#: What we call formats that are written and read, and datumaro.
FORMATS = {
    "COCO 1.0": ("COCO 1.0", "coco_instances"),
    "PASCAL VOC 1.1": ("PASCAL VOC 1.1", "voc_detection"),
    "YOLO 1.1": ("YOLO 1.1", "yolo"),
    "CVAT 1.1": ("CVAT for images 1.1", "cvat"),
}
LABELS = tuple(LabelSpec(10 + number, f"label{number}") for number in range(5))
LINE = 1 << 30


def main(what: str, name: str, folder: str) -> None:
    if what == "write":
        _write(name, Path(folder))
        return
    work: dict[str, Callable[[], int]] = {
        "ours": lambda: _ours(name, _archive(name, Path(folder)).open("rb"), frames()),
        "reading": lambda: _reading(name, _archive(name, Path(folder)).open("rb"), frames()),
        "datumaro": lambda: _datumaro(name, Path(folder)),
        "line": lambda: _ours(name, cast(BinaryIO, OneLine()), frames()),
    }
    # What loading code takes is not counted.
    if what == "datumaro":
        import datumaro  # noqa: F401
    else:
        _load(name)
    cpu = time.process_time()
    objects = work[what]()
    print(json.dumps({"objects": objects, "cpu": time.process_time() - cpu, "peak": _peak()}))


def frames() -> tuple[Frame, ...]:
    return tuple(Frame(n, n, f"{n:06d}.jpg", f"{n:06d}.jpg", WIDTH, HEIGHT) for n in range(IMAGES))


def _load(name: str) -> None:
    from chalicelib.annotations.bulk import payloads  # noqa: F401
    from chalicelib.formats import registry
    from chalicelib.formats.importing import collecting, storing  # noqa: F401

    registry.importer(name).load()


def _archive(name: str, folder: Path) -> Path:
    return folder / f"{name}.zip"


def _write(name: str, folder: Path) -> None:
    """Our own export of the boxes, and the same unpacked."""
    from chalicelib.annotations.model.document import Document
    from chalicelib.formats.exporting.source import Source
    from tests.unit.formats.datasets import NOW, export, part

    shapes = [
        Shape(
            id=1 + number, type="rectangle", frame=number // BOXES, label_id=10 + number % 5,
            points=[1.5 + number % 500, 2.25, 40.5 + number % 500, 60.75 + number % 300],
        )
        for number in range(IMAGES * BOXES)
    ]  # fmt: skip
    source = Source("task", LABELS, [part(frames(), Document(shapes=shapes))], False, NOW)
    body, _ = export(source, FORMATS[name][0])
    _archive(name, folder).write_bytes(body)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        archive.extractall(folder / name)
    # datumaro looks for pictures before it reads annotations.
    pictures = folder / name / "images"
    pictures.mkdir(exist_ok=True)
    if name == "CVAT 1.1":
        for frame in frames():
            (pictures / frame.name).touch()


def _ours(name: str, file: BinaryIO, known: tuple[Frame, ...]) -> int:
    """As the worker does, but that what goes into the bucket in the end is thrown away."""
    from chalicelib.annotations.bulk import payloads
    from chalicelib.annotations.bulk.gathering import Gathering
    from chalicelib.annotations.merging.slicing import Span
    from chalicelib.annotations.model.vocabulary import vocabulary_of
    from chalicelib.formats import registry
    from chalicelib.formats.importing.storing import StoringSink, read_into
    from chalicelib.formats.importing.target import Target
    from chalicelib.formats.importing.upload import Upload
    from chalicelib.platform import ids
    from chalicelib.projects.models import Label

    vocabulary = vocabulary_of(Label(id=label.id, name=label.name) for label in LABELS)
    counter = _Counter()
    ids.allocate_from_block = counter.allocate  # type: ignore[assignment]
    payloads.bucket.put = lambda _, body: str(body.seek(0, 2))  # type: ignore[attr-defined]
    with file, closing(Gathering([Span(1, 0, IMAGES - 1)], vocabulary, cut=True)) as gathering:
        upload = Upload(file, f"{name}.zip")
        sink = StoringSink(gathering, vocabulary, upload, size=(WIDTH, HEIGHT))
        read_into(registry.importer(name), upload, Target(LABELS, known), sink)
        made = payloads.prepare(gathering, gathering.spans[0], replace=True, room=200_000)
    return made.count


def _reading(name: str, file: BinaryIO, known: tuple[Frame, ...]) -> int:
    """What datumaro's reader does: objects in memory."""
    from chalicelib.formats import registry
    from chalicelib.formats.importing.collecting import collect
    from chalicelib.formats.importing.target import Target
    from chalicelib.formats.importing.upload import Upload

    with file:
        upload = Upload(file, f"{name}.zip")
        found = collect(registry.importer(name).load(), upload, Target(LABELS, known))
    return found.document.count


class _Counter:
    """Ids without a table."""

    def __init__(self) -> None:
        self._last = 0

    def allocate(self, _kind: str, count: int, _block: int) -> range:
        self._last += count
        return range(self._last - count, self._last)


def _datumaro(name: str, folder: Path) -> int:
    import datumaro as dm

    # Without pictures it has to be told of their size; the other formats say it themselves.
    sizes = {f"{n:06d}": (HEIGHT, WIDTH) for n in range(IMAGES)} if name == "YOLO 1.1" else None
    options = {"image_info": sizes} if sizes else {}
    dataset = dm.Dataset.import_from(str(folder / name), FORMATS[name][1], **options)
    return sum(len(item.annotations) for item in dataset)


class OneLine(io.RawIOBase):
    """1 GB of COCO that is made up while it is read."""

    _HEAD = (
        b'{"categories":[{"id":1,"name":"label0"}],"images":[{"id":1,"file_name":"000000.jpg",'
        b'"width":640,"height":480}],"annotations":[{"id":0,"image_id":1,"category_id":1,'
        b'"bbox":[1,2,3,4]}'
    )
    _SIZE = 400
    _TAIL = b"]}"

    def __init__(self) -> None:
        self._at = 0
        self._count = LINE // self._SIZE
        self._end = len(self._HEAD) + self._count * self._SIZE

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + {0: 0, 1: self._at, 2: self._end + len(self._TAIL)}[whence]
        return self._at

    def read(self, size: int = -1) -> bytes:
        if self._at < len(self._HEAD):
            piece = self._HEAD[self._at : self._at + size]
        elif self._at < self._end:
            first, skipped = divmod(self._at - len(self._HEAD), self._SIZE)
            last = min(self._count, first + size // self._SIZE + 2)
            body = b"".join(map(self._item, range(first, last)))
            piece = body[skipped : skipped + size]
        else:
            piece = self._TAIL[self._at - self._end :]
        self._at += len(piece)
        return piece

    def _item(self, number: int) -> bytes:
        text = b',{"id":%d,"image_id":1,"category_id":1,"bbox":[1,2,3,4]' % (number + 1)
        return text.ljust(self._SIZE - 1) + b"}"


def _peak() -> float:
    """MiB. Not what getrusage says: that begins with what the process had that started this."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main(*sys.argv[1:])
