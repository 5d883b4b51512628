"""Label Studio 1.0: a task per frame, with what is on it in hundredths of its size.

`label_studio.json`, `label_config.xml`, images below `images/<subset>/`. Tasks name images as
Label Studio's local files do, relative to the folder that the archive is unpacked in.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from chalicelib.annotations.model.document import Tag
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.coco.document import encode, quoted, write_list
from chalicelib.formats.catalogue.label_studio import regions
from chalicelib.formats.catalogue.label_studio.brush import packed
from chalicelib.formats.catalogue.label_studio.config import CONTROLS, IMAGE, TAGS, config, is_text
from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.images import below_images, images_only
from chalicelib.formats.exporting.losses import note_facts, note_tags
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.writing import Writer
from chalicelib.formats.geometry.painting import ATTRIBUTES, TRACKS
from chalicelib.formats.geometry.raster import NO_PIXELS, raster
from chalicelib.formats.labels import AttributeSpec, LabelSpec, named_values
from chalicelib.formats.report import Report

TASKS = "label_studio.json"
SINGLE_POINTS = "points became single points"


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write the tasks and the configuration. See `writing.WholeWriter`."""
    with archive.text("label_config.xml") as out:
        out.write(config(dataset.labels).encode())
    writer = _Writer(dataset, report)
    with archive.text(TASKS) as out:
        out.write(b"[")
        write_list(out, writer.tasks())
        out.write(b"]\n")


WRITER = Writer(write, images_only(below_images), annotates_frames=False)


class _Writer:
    def __init__(self, dataset: Dataset, report: Report) -> None:
        self._dataset = dataset
        self._labels = dataset.label_of
        self._report = report
        self._number = 0

    def tasks(self) -> Iterator[str]:
        """A task per frame, those without objects too."""
        for placed in self._dataset.parts:
            for frame, content in placed.contents():
                self._number += 1
                yield self._task(placed, frame, content)

    def _task(self, placed: Placed, frame: Frame, content: FrameObjects) -> str:
        before = self._report.objects
        results = [*self._tags(content.tags, frame), *self._objects(content, frame)]
        self._report.frames += self._report.objects > before
        path = below_images(self._dataset, placed, frame)
        return (
            f'{{"id":{self._number},"data":{{"{IMAGE}":'
            f'{quoted(f"/data/local-files/?d={quote(path)}")},"subset":{quoted(placed.subset)}}},'
            f'"annotations":[{{"id":{self._number},"was_cancelled":false,'
            f'"result":[{",".join(results)}]}}],"predictions":[]}}'
        )

    def _tags(self, tags: list[Tag], frame: Frame) -> Iterator[str]:
        if not tags:
            return
        for tag in tags:
            self._report.took("tag")
            if tag.attributes:
                self._report.convert(ATTRIBUTES, frame.name)
        note_tags(self._report, frame, tags)
        names = encode([self._labels[tag.label_id].name for tag in tags]).decode()
        yield self._result(f"{self._number}_tags", TAGS, TAGS, f'"{TAGS}":{names}', frame)

    def _objects(self, content: FrameObjects, frame: Frame) -> Iterator[str]:
        for number, item in enumerate(content.objects):
            if item.kind not in CONTROLS:
                self._report.skip(f"{item.kind} cannot be written", frame.name)
                continue
            places = self._places(item, frame)
            if not places:
                self._report.skip(NO_PIXELS, frame.name)
                continue
            self._report.took(item.kind)
            note_facts(self._report, frame, [item], "group", "z_order", "occluded", "score")
            if item.track is not None:
                self._report.convert(TRACKS, frame.name)
            if len(places) > 1:
                self._report.convert(SINGLE_POINTS, frame.name)
            label = self._labels[item.label_id]
            kind = CONTROLS[item.kind].lower()
            for at, place in enumerate(places):
                region = f"{self._number}_{number}_{at}"
                value = f'{place},"{kind}":[{quoted(label.name)}]'
                yield self._result(region, kind, kind, value, frame, _more(item))
                yield from self._attributes(region, item, label, frame)

    def _places(self, item: ObjectOnFrame, frame: Frame) -> list[str]:
        """Where an object is, as members of an object of JSON, for each of its regions."""
        geometry, width, height = item.geometry, frame.width, frame.height
        points, turn = geometry.points, geometry.rotation
        if item.kind == "rectangle":
            return [regions.rectangle_text(points, turn, width, height)]
        if item.kind == "ellipse":
            return [regions.ellipse_text(points, turn, width, height)]
        if item.kind == "polygon":
            return [regions.polygon_text(points, width, height)]
        if item.kind == "points":
            pairs = zip(points[::2], points[1::2], strict=True)
            return [regions.point_text(x, y, width, height) for x, y in pairs]
        found = raster(geometry, width, height)
        if found is None:
            return []
        body = ",".join(map(str, packed(found, width, height)))
        return [f'"format":"rle","rle":[{body}]']

    def _attributes(
        self, region: str, item: ObjectOnFrame, label: LabelSpec, frame: Frame
    ) -> Iterator[str]:
        if not label.attributes:
            return
        for spec, value in named_values(label, item.geometry.attributes):
            if value:
                kind, text = _attribute(spec, value)
                yield self._result(region, spec.name, kind, text, frame)

    @staticmethod
    def _result(
        region: str, control: str, kind: str, value: str, frame: Frame, more: str = ""
    ) -> str:
        return (
            f'{{"id":"{region}","from_name":{quoted(control)},"to_name":"{IMAGE}","type":"{kind}",'
            f'"original_width":{frame.width},"original_height":{frame.height},'
            f'"image_rotation":0,{more}"value":{{{value}}}}}'
        )


def _more(item: ObjectOnFrame) -> str:
    """What Label Studio has no control for. It keeps `meta` as it is."""
    text = "" if item.score == 1 else f'"score":{item.score},'
    meta = []
    if item.geometry.occluded:
        meta.append('"occluded":true')
    if item.group:
        meta.append(f'"group":{item.group}')
    if item.geometry.z_order:
        meta.append(f'"z_order":{item.geometry.z_order}')
    return text + (f'"meta":{{{",".join(meta)}}},' if meta else "")


def _attribute(spec: AttributeSpec, value: str) -> tuple[str, str]:
    """An attribute's control and value."""
    if is_text(spec):
        return "textarea", f'"text":[{quoted(value)}]'
    if spec.input_type == "number":
        try:
            return "number", f'"number":{encode(float(value)).decode()}'
        except ValueError:
            return "textarea", f'"text":[{quoted(value)}]'
    return "choices", f'"choices":[{quoted(value)}]'
