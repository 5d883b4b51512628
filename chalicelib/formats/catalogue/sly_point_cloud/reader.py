"""Sly Point Cloud Format 1.0, from Supervisely, CVAT, datumaro or us."""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec

from chalicelib.annotations.model.document import Shape
from chalicelib.annotations.model.document import Tag as FrameTag
from chalicelib.formats.catalogue.datumaro.tracks import Tracks
from chalicelib.formats.catalogue.supervisely.document import Tag, annotation_files, decoded
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.reading import Picture, Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary, values_of

SOURCE = "file"
UNKNOWN = "figure of this type cannot be read"
#: Tags that say something of an object, not of its label.
_FACTS = {"occluded", "keyframe"}


class _Axes(msgspec.Struct):
    x: float
    y: float
    z: float

    @property
    def values(self) -> list[float]:
        found = [self.x, self.y, self.z]
        if not all(map(math.isfinite, found)):
            raise ValueError("a cuboid whose numbers are not finite")
        return found


class _Cuboid(msgspec.Struct):
    position: _Axes
    rotation: _Axes
    dimensions: _Axes


class _Figure(msgspec.Struct, rename="camel"):
    object_key: str
    geometry_type: str = "cuboid_3d"
    geometry: msgspec.Raw = msgspec.Raw(b"{}")


class _Object(msgspec.Struct, rename="camel"):
    key: str
    class_title: str
    tags: list[Tag] = []


class _Annotation(msgspec.Struct):
    """The annotation of a point cloud."""

    objects: list[_Object]
    figures: list[_Figure]
    tags: list[Tag] = []


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    reader = _Reader(target, sink)
    # The format has no subsets; ours of several are folders, which names have in them.
    for file, name in annotation_files(upload, None):
        if target.subset and isinstance(target.matcher.by_name(name), str):
            continue
        with sink.report.of_file(upload.place(file)):
            reader.read(decoded(upload, file, _Annotation), name, upload.place(file))
    reader.finish()


def pictures(upload: Upload) -> Iterator[Picture]:
    """Point clouds, and pictures beside them. See `reading.Pictures`."""
    for file in upload.files(".pcd", ".bin", ".png", ".jpg", ".jpeg"):
        parts = file.split("/")
        for at, folder in enumerate(parts[:-1]):
            if folder in ("pointcloud", "related_images"):
                yield Picture(parts[at - 1] if at else "", "/".join(parts[at:]), file)
                break


READER = Reader(read, pictures)


class _Reader:
    """Reads point clouds, one after another."""

    def __init__(self, target: Target, sink: Sink) -> None:
        self._sink = sink
        self._matcher = target.matcher
        self._names = Vocabulary(target.labels, sink.report)
        self._tracks = Tracks(target.frames)

    def read(self, content: _Annotation, name: str, place: str) -> None:
        """Take over the annotation of a point cloud. Raises BadDataset."""
        frame = self._matcher.by_name(name)
        if isinstance(frame, str):
            if content.figures or content.tags:
                self._sink.report.skip(frame, name, len(content.figures) + len(content.tags))
            return
        for tag in content.tags:
            label = self._names.label(tag.name, name)
            if label is not None:
                self._sink.add(FrameTag(frame=frame.number, label_id=label.id, source=SOURCE))
        objects = {one.key: one for one in content.objects}
        for at, figure in enumerate(content.figures):
            where = f"figures[{at}]"
            owner = objects.get(figure.object_key)
            if owner is None:
                raise BadDataset(place, f"there is no object {figure.object_key}", where)
            try:
                self._take(figure, owner, frame)
            except (ValueError, msgspec.ValidationError) as error:
                raise BadDataset(place, str(error), where) from None

    def finish(self) -> None:
        """Give the tracks to the sink, of which all the pieces are known now."""
        for track in self._tracks.tracks():
            self._sink.add(track)

    def _take(self, figure: _Figure, owner: _Object, frame: Frame) -> None:
        if figure.geometry_type != "cuboid_3d":
            self._sink.report.skip(UNKNOWN, f"{frame.name}: {figure.geometry_type}")
            return
        label = self._names.label(owner.class_title, frame.name)
        if label is None:
            return
        own = {spec.name for spec in label.attributes}
        facts = {tag.name: str(tag.value).lower() for tag in owner.tags if tag.name in _FACTS - own}
        named = [(tag.name, tag.value) for tag in owner.tags if tag.name not in facts]
        values = self._names.values(label, named)
        cuboid = msgspec.json.decode(figure.geometry, type=_Cuboid)
        parts = (cuboid.position, cuboid.rotation, cuboid.dimensions)
        shape = Shape(
            type="cuboid",
            frame=frame.number,
            points=[*(value for part in parts for value in part.values), *[0.0] * 7],
            occluded=facts.get("occluded") == "true",
            label_id=label.id,
            source=SOURCE,
            attributes=values_of(values),
        )
        if "keyframe" in facts:
            keyframe = facts["keyframe"] == "true"
            self._tracks.add(owner.key, shape, values, (), keyframe=keyframe)
        else:
            self._sink.add(shape)
