"""CVAT 1.1: both of CVAT's flavours of XML, alone or in an archive."""

from __future__ import annotations

from typing import IO, Any

from chalicelib.formats.catalogue.cvat.declared import declared
from chalicelib.formats.catalogue.cvat.image_reader import ImageReader
from chalicelib.formats.catalogue.cvat.track_reader import TrackReader
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.reading import Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary
from chalicelib.formats.text.xml_reader import elements


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    for file in upload.wanted(".xml"):
        place = upload.place(file)
        with sink.report.of_file(place), upload.open(file) as stream:
            _read(stream, place, target, sink)


READER = Reader(read, labels=declared)


def _read(stream: IO[bytes], file: str, target: Target, sink: Sink) -> None:
    """Read one file. Raises BadDataset."""
    names = Vocabulary(target.labels, sink.report)
    readers = {
        "image": ImageReader(names, target, sink).read,
        "track": TrackReader(names, target, sink).read,
    }
    seen: set[int] = set()
    for element in elements(stream, file, "annotations", ("image", "track")):
        kind, listed = element.tag, element.get("id")
        _refuse_repeated(element, listed, file, seen)
        if target.subset and element.get("subset", target.subset) != target.subset:
            continue
        try:
            readers[kind](element)
        except KeyError as error:
            lacking = f"{kind} lacks the attribute {error}"
            raise BadDataset(file, lacking, _line(element)) from None
        except ValueError as error:
            raise BadDataset(file, f"in {kind}: {error}", _line(element)) from None


def _refuse_repeated(element: Any, listed: str | None, file: str, seen: set[int]) -> None:
    """`seen`: hashes, of which millions take little memory."""
    if listed is None:
        return
    key = hash((element.tag, element.get("task_id"), listed))
    if key in seen:
        raise BadDataset(file, f"{element.tag} id {listed} occurs twice", _line(element))
    seen.add(key)


def _line(element: Any) -> str:
    return f"line {element.sourceline}"
