"""LabelMe JSON 1.0: files of the desktop tool, one by one or in an archive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import msgspec

from chalicelib.annotations.model.document import Shape, Tag
from chalicelib.formats.catalogue.coco.tracks import TrackCollector
from chalicelib.formats.catalogue.labelme_json.file import File, ShapeInFile
from chalicelib.formats.catalogue.labelme_json.shapes import geometry
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.imported_masks import SOURCE, MaskTaker
from chalicelib.formats.importing.reading import Picture, Reader, Sink
from chalicelib.formats.importing.sizes import note_size
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary, values_of
from chalicelib.formats.labels import LabelSpec

#: Bytes of a file, which may have its picture inside.
MAX_FILE = 256 << 20
UNKNOWN = "shape is of a kind that is not known"
NO_AREA = "shape encloses nothing"

_decoder = msgspec.json.Decoder(File)


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    reader = _Reader(upload, target, sink)
    for file in upload.wanted(".json"):
        if target.subset is None or target.subset in PurePosixPath(file).parent.parts:
            with sink.report.of_file(upload.place(file)):
                reader.read(file)
    reader.finish()


def pictures_of(upload: Upload) -> Iterator[Picture]:
    """Images beside their files; the folders at the top are subsets if nothing is beside them."""
    files = upload.files(".jpg", ".jpeg", ".png", ".bmp", ".webp", ".gif", ".tif", ".tiff")
    in_folders = all("/" in file for file in files)
    for file in files:
        subset, _, name = file.partition("/") if in_folders else ("", "", file)
        yield Picture(subset, name, file)


READER = Reader(read, pictures_of)


class _Reader:
    """Reads files."""

    def __init__(self, upload: Upload, target: Target, sink: Sink) -> None:
        self._upload = upload
        self._target = target
        self._sink = sink
        self._report = sink.report
        self._names = Vocabulary(target.labels, sink.report)
        self._tracks = TrackCollector(target.frames)
        self._taker = MaskTaker(target, sink)

    def read(self, file: str) -> None:
        """Read a file. Raises BadDataset."""
        place = self._upload.place(file)
        content = self._decoded(file)
        frame = self._frame(file, content)
        if isinstance(frame, str):
            if content.shapes:
                self._report.skip(frame, content.image_path or file, len(content.shapes))
            return
        note_size(self._report, frame, content.image_width, content.image_height)
        for flag, holds in (content.flags or {}).items():
            label = self._names.label(flag, f"{frame.name}, flags") if holds else None
            if label is not None:
                self._sink.add(Tag(frame=frame.number, label_id=label.id, source=SOURCE))
        groups = (shape.group_id or 0 for shape in content.shapes)
        self._taker.groups = max(self._taker.groups, *groups, 0)
        for at, shape in enumerate(content.shapes):
            try:
                self._add(shape, frame, f"{frame.name}, shapes[{at}]")
            except ValueError as error:
                raise BadDataset(place, str(error), f"shapes[{at}]") from None

    def finish(self) -> None:
        """Give the tracks to the sink, of which all the pieces are known now."""
        for track in self._tracks.tracks():
            self._sink.add(track)

    def _decoded(self, file: str) -> File:
        body, place = self._upload.read(file, MAX_FILE), self._upload.place(file)
        if not body.strip():
            raise BadDataset(place, "is empty")
        try:
            return _decoder.decode(body.removeprefix(b"\xef\xbb\xbf"))
        except msgspec.ValidationError as error:
            raise BadDataset(place, f"is not a LabelMe file: {error}") from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BadDataset(place, f"is not JSON: {error}") from None

    def _frame(self, file: str, content: File) -> Frame | str:
        """By the file's own name, which is its picture's, or by what it calls its picture."""
        found: Frame | str = ""
        if file:
            found = self._target.matcher.by_name(str(PurePosixPath(file).with_suffix("")))
        if isinstance(found, str):
            found = self._target.matcher.by_name(content.image_path.replace("\\", "/"))
        return found

    def _add(self, shape: ShapeInFile, frame: Frame, place: str) -> None:
        label = self._names.label(shape.label, place)
        if label is None:
            return
        try:
            found = geometry(shape)
        except KeyError:
            self._report.skip(UNKNOWN, f"{place}: {shape.shape_type}")
            return
        if found is None:
            self._report.skip(NO_AREA, place)
            return
        kind, points, rotation = found
        values = self._names.values(label, _named(shape, label))
        ours = Shape(
            type=kind,
            frame=frame.number,
            points=points,
            label_id=label.id,
            group=max(shape.group_id or 0, 0),
            rotation=rotation,
            occluded=shape.occluded,
            z_order=shape.z_order,
            source=SOURCE,
            attributes=values_of(values),
        )
        if shape.track_id is not None and shape.keyframe is not None and kind != "mask":
            self._tracks.add(shape.track_id, ours, values, keyframe=shape.keyframe)
            return
        for one in self._taker.shapes(ours, place):
            self._sink.add(one)


def _named(shape: ShapeInFile, label: LabelSpec) -> Iterator[tuple[str, Any]]:
    """Attributes by name. The tool gives every shape all its flags, so those that are not set say
    nothing where the label has none of that name."""
    own = {spec.name for spec in label.attributes}
    yield from (shape.attributes or {}).items()
    for name, holds in (shape.flags or {}).items():
        if holds or name in own:
            yield name, holds
