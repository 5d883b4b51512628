"""Supervisely 1.0: projects of pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from chalicelib.annotations.model.document import Shape, SubShape
from chalicelib.annotations.model.document import Tag as FrameTag
from chalicelib.formats.catalogue.datumaro.tracks import Tracks
from chalicelib.formats.catalogue.supervisely.declared import declared
from chalicelib.formats.catalogue.supervisely.document import (
    Figure,
    Picture,
    Tag,
    annotation_files,
    decoded,
    meta_of,
)
from chalicelib.formats.catalogue.supervisely.shapes import FigureReader
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.reading import Picture as ImageFile
from chalicelib.formats.importing.reading import Reader, Sink
from chalicelib.formats.importing.sizes import note_size
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Values, Vocabulary, values_of
from chalicelib.formats.labels import LabelSpec

SOURCE = "file"
#: Files of pictures.
PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".gif")


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    reader = _Reader(target, sink)
    names: dict[str, dict[str, str]] | None = None
    for file, name in annotation_files(upload, target.subset):
        if names is None:
            names = meta_of(upload, file).node_names()
        with sink.report.of_file(upload.place(file)):
            reader.read(decoded(upload, file, Picture), name, names, upload.place(file))
    reader.finish()


def pictures(upload: Upload) -> Iterator[ImageFile]:
    """Pictures. See `reading.Pictures`."""
    for file in upload.files(*PICTURES):
        parts = file.split("/")
        if "img" in parts[:-1]:
            at = parts.index("img")
            yield ImageFile(parts[at - 1] if at else "", "/".join(parts[at + 1 :]), file)


READER = Reader(read, pictures, declared)


class _Facts(msgspec.Struct):
    """What the tags of an object say of it. `named`: its attributes."""

    named: list[tuple[str, Any]]
    track: int | str | None
    keyframe: str | None
    occluded: bool
    z_order: int
    score: float


class _Reader:
    """Reads pictures, one after another."""

    def __init__(self, target: Target, sink: Sink) -> None:
        self._target = target
        self._sink = sink
        self._names = Vocabulary(target.labels, sink.report)
        self._figures = FigureReader(target, sink.report)
        self._tracks = Tracks(target.frames)

    def read(
        self, picture: Picture, name: str, nodes: dict[str, dict[str, str]], place: str
    ) -> None:
        """Take over the annotation of a picture. Raises BadDataset."""
        frame = self._target.matcher.by_name(name)
        if isinstance(frame, str):
            count = len(picture.objects) + len(picture.tags)
            if count:
                self._sink.report.skip(frame, name, count)
            return
        note_size(self._sink.report, frame, picture.size.width, picture.size.height)
        for tag in picture.tags:
            label = self._names.label(tag.name, name)
            if label is not None:
                self._sink.add(FrameTag(frame=frame.number, label_id=label.id, source=SOURCE))
        groups: dict[str | int, int] = {}
        for at, figure in enumerate(picture.objects):
            label = self._names.label(figure.class_title, name)
            if label is None:
                continue
            try:
                self._take(figure, label, frame, picture, nodes.get(figure.class_title, {}), groups)
            except ValueError as error:
                raise BadDataset(place, str(error), f"objects[{at}]") from None

    def finish(self) -> None:
        """Give the tracks to the sink, of which all the pieces are known now."""
        for track in self._tracks.tracks():
            self._sink.add(track)

    def _take(
        self,
        figure: Figure,
        label: LabelSpec,
        frame: Frame,
        picture: Picture,
        nodes: dict[str, str],
        groups: dict[str | int, int],
    ) -> None:
        facts = _facts(figure.tags, label)
        values = self._names.values(label, facts.named)
        group = 0
        if figure.instance is not None:
            group = groups.setdefault(figure.instance, _group(figure.instance, groups))
        for kind, points in self._figures.of(figure, frame, picture.size):
            shape = Shape(
                type=kind,
                frame=frame.number,
                points=points,
                occluded=facts.occluded,
                z_order=facts.z_order,
                score=facts.score,
                label_id=label.id,
                group=group,
                source=SOURCE,
            )
            joints = list(self._joints(figure, label, frame, nodes)) if kind == "skeleton" else []
            self._add(shape, values, facts, joints, frame)

    def _joints(
        self, figure: Figure, skeleton: LabelSpec, frame: Frame, names: dict[str, str]
    ) -> Iterator[tuple[SubShape, Values]]:
        for key, node in figure.nodes.items():
            label = self._names.sublabel(skeleton, names.get(key, key), frame.name)
            if label is not None:
                joint = SubShape(
                    type="points",
                    frame=frame.number,
                    points=list(node.loc),
                    occluded=node.occluded,
                    outside=node.disabled,
                    label_id=label.id,
                    source=SOURCE,
                )
                yield joint, []

    def _add(
        self,
        shape: Shape,
        values: Values,
        facts: _Facts,
        joints: list[tuple[SubShape, Values]],
        frame: Frame,
    ) -> None:
        shape.attributes = values_of(values)
        shapes = [shape]
        if shape.type == "mask":
            # numpy is needed for masks alone.
            from chalicelib.formats.geometry.imported_masks import MaskTaker

            shapes = list(MaskTaker(self._target, self._sink).shapes(shape, frame.name))
        if facts.track is not None and facts.keyframe is not None and len(shapes) == 1:
            keyframe = facts.keyframe == "true"
            self._tracks.add(facts.track, shapes[0], values, joints, keyframe=keyframe)
            return
        shape.elements = [joint for joint, _ in joints]
        for one in shapes:
            self._sink.add(one)


def _facts(tags: list[Tag], label: LabelSpec) -> _Facts:
    """Take apart the tags of an object. Raises ValueError if they make no sense."""
    own = {spec.name for spec in label.attributes}
    named = [(tag.name, "true" if tag.value is None else tag.value) for tag in tags]
    given = {name: value for name, value in named if name not in own}
    track, keyframe = given.pop("track_id", None), given.pop("keyframe", None)
    if track is not None and not isinstance(track, int | str):
        raise ValueError(f'track_id "{track}" is neither a number nor a text')
    return _Facts(
        [*((name, value) for name, value in named if name in own), *_rest(given)],
        track,
        None if keyframe is None else str(keyframe).lower(),
        str(given.get("occluded", "false")).lower() == "true",
        int(_number(given, "z_order", 0)),
        min(max(_number(given, "score", 1), 0.0), 1.0),
    )


def _rest(given: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    return (one for one in given.items() if one[0] not in ("occluded", "z_order", "score"))


def _number(given: dict[str, Any], name: str, default: float) -> float:
    value = given.get(name, default)
    if not isinstance(value, int | float):
        raise ValueError(f'{name} "{value}" is not a number')
    return value


def _group(instance: str | int, groups: dict[str | int, int]) -> int:
    """The number that an instance is called by, or another one."""
    taken = set(groups.values())
    number = int(instance) if str(instance).isascii() and str(instance).isdecimal() else 0
    if 0 < number < 1 << 31 and number not in taken:
        return number
    return max(taken, default=0) + 1
