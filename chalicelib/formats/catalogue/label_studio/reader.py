"""Label Studio 1.0: regions of images, and choices as tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from chalicelib.annotations.model.document import Shape, Tag
from chalicelib.formats.catalogue.coco.listed import besides_report
from chalicelib.formats.catalogue.label_studio import regions
from chalicelib.formats.catalogue.label_studio.brush import unpacked
from chalicelib.formats.catalogue.label_studio.names import address, names
from chalicelib.formats.catalogue.label_studio.tasks import Completion, Result, Task
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.imported_masks import SOURCE, MaskTaker
from chalicelib.formats.geometry.masks import from_bitmap
from chalicelib.formats.importing.matching import NOT_IN_TASK
from chalicelib.formats.importing.reading import Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.importing.vocabulary import Vocabulary, values_of
from chalicelib.formats.labels import LabelSpec
from chalicelib.formats.text import json_items

OTHERS = "annotation of another person on the same image"
CANCELLED = "annotation was cancelled"
TURNED = "image was turned in Label Studio"
NO_LABEL = "region has no label"
OTHER_KIND = "result is of a kind that cannot be taken over"
SECOND_LABEL = "second label of a region"

#: Kinds of regions by what Label Studio calls them; "labels" may follow, or stand by itself.
_KINDS = ("rectangle", "polygon", "ellipse", "brush", "keypoint")
#: Results about regions or images: what holds their values.
_FACTS = {"choices": "choices", "textarea": "text", "number": "number", "rating": "rating"}


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    reader = _Reader(upload, target, sink)
    for file in besides_report(upload, ".json"):
        place = upload.place(file)
        with sink.report.of_file(place):
            if None not in json_items.outline(upload, file):
                raise BadDataset(place, "is not a Label Studio dataset: it is no list of tasks")
            for at, task in enumerate(json_items.items(upload, file, None, Task)):
                try:
                    reader.read(task, f"task {at}")
                except (ValueError, msgspec.ValidationError) as error:
                    raise BadDataset(place, str(error), f"task {at}") from None


READER = Reader(read)


class _Reader:
    def __init__(self, upload: Upload, target: Target, sink: Sink) -> None:
        self._upload = upload
        self._target = target
        self._sink = sink
        self._report = sink.report
        self._names = Vocabulary(target.labels, sink.report)
        self._masks = MaskTaker(target, sink)

    def read(self, task: Task, place: str) -> None:
        """Take over what is on one image. Raises ValueError."""
        if task.data is None or task.annotations is None:
            missing = "data" if task.data is None else "annotations"
            raise ValueError(f"is not a task of Label Studio's JSON: it has no `{missing}`")
        wanted = self._target.subset
        if wanted is not None and task.data.get("subset", wanted) != wanted:
            return
        completion = self._chosen(task.annotations, place)
        if completion is None or not completion.result:
            return
        called = address(task.data, task.file_upload)
        if called is None:
            raise ValueError("its data names no image")
        frame = self._frame(called)
        if isinstance(frame, str):
            self._report.skip(frame, called.rpartition("/")[2], len(completion.result))
            return
        results = [_result(one) for one in completion.result if "value" in one]
        for about in _by_region(results):
            self._add(about, frame, place)

    def _chosen(self, listed: Sequence[Completion], place: str) -> Completion | None:
        """What counts of several people: what is marked as true, otherwise the last one."""
        kept = [one for one in listed if not one.was_cancelled]
        if len(kept) < len(listed):
            self._report.skip(CANCELLED, place, len(listed) - len(kept))
        if not kept:
            return None
        if len(kept) > 1:
            self._report.skip(OTHERS, place, len(kept) - 1)
        return next((one for one in kept if one.ground_truth), kept[-1])

    def _frame(self, called: str) -> Frame | str:
        reason = NOT_IN_TASK
        for name in names(called):
            found = self._target.matcher.by_name(name)
            if not isinstance(found, str):
                return found
            reason = found
        return reason

    def _add(self, about: Sequence[Result], frame: Frame, place: str) -> None:
        """Take over a region with what is said of it, or a choice about the image."""
        region = next((one for one in about if _kind(one) is not None), None)
        if region is None:
            for one in about:
                self._add_tags(one, frame, place)
            return
        label = self._label(about, place)
        if label is None:
            return
        if region.image_rotation:
            self._report.skip(TURNED, frame.name)
            return
        facts = [pair for one in about for pair in _facts(one)]
        meta = region.meta or {}
        shape = Shape(
            type="rectangle",
            frame=frame.number,
            label_id=label.id,
            source=SOURCE,
            occluded=meta.get("occluded") is True,
            group=_whole(meta.get("group"), 0),
            z_order=_whole(meta.get("z_order"), -(2**31)),
            score=region.score if region.score is not None and 0 <= region.score <= 1 else 1.0,
            attributes=values_of(self._names.values(label, facts)),
        )
        for placed in self._placed(shape, region, frame):
            self._sink.add(placed)

    def _placed(self, shape: Shape, region: Result, frame: Frame) -> Sequence[Shape]:
        value, kind = region.value, _kind(region)
        width, height = frame.width, frame.height
        if kind in ("rectangle", "ellipse"):
            turn = _number(value, "rotation", 0.0)
            sides = ("width", "height") if kind == "rectangle" else ("radiusX", "radiusY")
            x, y, wide, high = (_number(value, key) for key in ("x", "y", *sides))
            if wide < 0 or high < 0:
                raise ValueError(f"a {kind} of negative size")
            shape.rotation = round(turn % 360, 6) % 360
            if kind == "rectangle":
                shape.points = regions.rectangle(x, y, wide, high, turn, width, height)
            else:
                shape.type = "ellipse"
                shape.points = regions.ellipse(x, y, wide, high, width, height)
            return [shape]
        if kind == "polygon":
            pairs = msgspec.convert(value.get("points"), list[tuple[float, float]])
            if len(pairs) < 3:
                raise ValueError(f"a polygon of {len(pairs)} corners")
            shape.type, shape.points = "polygon", regions.pixels(pairs, width, height)
            return [shape]
        if kind == "keypoint":
            pairs = [(_number(value, "x"), _number(value, "y"))]
            shape.type, shape.points = "points", regions.pixels(pairs, width, height)
            return [shape]
        return self._brushed(shape, value, frame)

    def _brushed(self, shape: Shape, value: dict[str, Any], frame: Frame) -> Sequence[Shape]:
        body = msgspec.convert(value.get("rle"), list[int])
        points = from_bitmap(unpacked(body, frame.width, frame.height))
        if points is None:
            self._report.skip("mask has no pixels", frame.name)
            return []
        shape.type, shape.points = "mask", points
        return self._masks.shapes(shape, frame.name)

    def _add_tags(self, result: Result, frame: Frame, place: str) -> None:
        if result.type != "choices":
            self._report.skip(OTHER_KIND, f"{place}: {result.type}")
            return
        for name in msgspec.convert(result.value.get("choices"), list[str]):
            label = self._names.label(name, place)
            if label is not None:
                self._sink.add(Tag(frame=frame.number, label_id=label.id, source=SOURCE))

    def _label(self, about: Iterable[Result], place: str) -> LabelSpec | None:
        """The label of a region, which may stand in a result of its own."""
        for one in about:
            listed = one.value.get(one.type) if one.type.endswith("labels") else None
            if listed:
                found = msgspec.convert(listed, list[str])
                if len(found) > 1:
                    self._report.skip(SECOND_LABEL, place, len(found) - 1)
                return self._names.label(found[0], place)
        self._report.skip(NO_LABEL, place)
        return None


def _result(plain: dict[str, Any]) -> Result:
    return msgspec.convert(plain, Result)


def _by_region(results: Iterable[Result]) -> Iterator[list[Result]]:
    """Results that are about the same region."""
    found: dict[str, list[Result]] = {}
    for at, one in enumerate(results):
        found.setdefault(one.id if one.id is not None else f"\0{at}", []).append(one)
    yield from found.values()


def _kind(result: Result) -> str | None:
    kind = result.type.removesuffix("labels")
    return kind if kind in _KINDS else None


def _facts(result: Result) -> Iterator[tuple[str, Any]]:
    """What a result says of a region, as name and value of an attribute."""
    if result.type not in _FACTS:
        return
    value = result.value.get(_FACTS[result.type])
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if value is not None:
        yield result.from_name, value


def _number(value: dict[str, Any], key: str, default: float | None = None) -> float:
    found = value.get(key, default)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise ValueError(f'"{key}" is not a number')
    return float(found)


def _whole(value: Any, least: int) -> int:
    """A number that was written here; 0 of anything else."""
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return value if least <= value < 2**31 else 0
