"""Annotations of datumaro as objects of a task."""

from __future__ import annotations

from chalicelib.annotations.model.document import Shape, ShapeType, Tag
from chalicelib.formats.catalogue.datumaro.document import Annotation, Categories
from chalicelib.formats.catalogue.datumaro.facts import Facts, facts_of
from chalicelib.formats.catalogue.datumaro.joints import is_skeleton, joint_shape, joints_of
from chalicelib.formats.catalogue.datumaro.shapes import SHAPES
from chalicelib.formats.catalogue.datumaro.tracks import Tracks
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.reading import Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.vocabulary import Values, Vocabulary, values_of
from chalicelib.formats.labels import LabelSpec

SOURCE = "file"
UNKNOWN = "annotation of this type cannot be read"
EMPTY = "mask has no pixels"
NO_JOINTS = "skeleton has none of the label's points"


class ObjectReader:
    """Gives objects to a sink, tracks at the end."""

    def __init__(self, names: Vocabulary, target: Target, sink: Sink) -> None:
        self._names = names
        self._target = target
        self._sink = sink
        self._tracks = Tracks(target.frames)
        self._own = {
            label.id: frozenset(spec.name for spec in label.attributes) for label in target.labels
        }

    def take(
        self, annotation: Annotation, label: LabelSpec, frame: Frame, categories: Categories
    ) -> None:
        """Take an annotation. Raises ValueError if it is damaged."""
        facts = facts_of(annotation, self._own[label.id])
        values = self._names.values(label, facts.attributes.items())
        if annotation.type == "label":
            self._sink.add(
                Tag(
                    frame=frame.number,
                    label_id=label.id,
                    group=annotation.group or 0,
                    source=SOURCE,
                    attributes=values_of(values),
                )
            )
        elif is_skeleton(annotation, label):
            self._take_skeleton(annotation, label, frame, categories, facts, values)
        elif annotation.type not in SHAPES:
            self._sink.report.skip(UNKNOWN, f"{frame.name}: {annotation.type}")
        else:
            kind, points = SHAPES[annotation.type](annotation, frame)
            if points is None:
                self._sink.report.skip(EMPTY, frame.name)
                return
            self._add(_shape(kind, points, annotation, label, frame, facts), values, facts, frame)

    def finish(self) -> None:
        """Give the tracks to the sink."""
        for track in self._tracks.tracks():
            self._sink.add(track)

    def _take_skeleton(
        self,
        annotation: Annotation,
        label: LabelSpec,
        frame: Frame,
        categories: Categories,
        facts: Facts,
        values: Values,
    ) -> None:
        joints = []
        for name, joint in joints_of(annotation, label, categories):
            known = self._names.sublabel(label, name, frame.name)
            if known is not None:
                given = (joint.attributes or {}).items()
                named = [(key, value) for key, value in given if key not in _TRACKING]
                joints.append((joint_shape(joint, known, frame), self._names.values(known, named)))
        if not joints:
            self._sink.report.skip(NO_JOINTS, frame.name)
            return
        shape = _shape("skeleton", [], annotation, label, frame, facts)
        if facts.track is not None:
            self._tracks.add(facts.track, shape, values, joints, keyframe=facts.keyframe)
            return
        shape.attributes = values_of(values)
        for point, joint_values in joints:
            point.attributes = values_of(joint_values)
            shape.elements.append(point)
        self._sink.add(shape)

    def _add(self, shape: Shape, values: Values, facts: Facts, frame: Frame) -> None:
        shape.attributes = values_of(values)
        shapes = [shape]
        if shape.type == "mask":
            # numpy is needed for masks alone.
            from chalicelib.formats.geometry.imported_masks import MaskTaker

            shapes = list(MaskTaker(self._target, self._sink).shapes(shape, frame.name))
        if facts.track is not None and len(shapes) == 1:
            self._tracks.add(facts.track, shapes[0], values, (), keyframe=facts.keyframe)
        else:
            for one in shapes:
                self._sink.add(one)


#: Of the points of a skeleton in a track, which say of themselves what the whole says.
_TRACKING = {"track_id", "keyframe", "occluded", "outside", "source"}


def _shape(
    kind: ShapeType,
    points: list[float],
    annotation: Annotation,
    label: LabelSpec,
    frame: Frame,
    facts: Facts,
) -> Shape:
    return Shape(
        type=kind,
        frame=frame.number,
        points=points,
        rotation=facts.rotation if kind in ("rectangle", "ellipse") else 0.0,
        occluded=facts.occluded,
        z_order=annotation.z_order or 0,
        label_id=label.id,
        group=annotation.group or 0,
        source=SOURCE,
        score=facts.score,
    )
