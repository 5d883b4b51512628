"""LFW 1.0: `<subset>/annotations/{pairs,people,landmarks}.txt`, `<subset>/images/<person>/`.

The label of an image's first tag is the person. Lines of pairs are `person number number` of the
same person, `person number person number` of two, and `person/image` of an image without pairs. An
image has a number if its name is `<person>_<four digits>`; otherwise its name stands in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from chalicelib.annotations.model.document import Tag
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.exporting.contents import FrameObjects
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.exporting.folders import folder_of
from chalicelib.formats.exporting.losses import ATTRIBUTES, note_losses, note_tags
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.exporting.stems import Stems
from chalicelib.formats.exporting.writing import Stretch, Writer
from chalicelib.formats.labels import named_values
from chalicelib.formats.report import Report

POSITIVE, NEGATIVE = "positive_pairs", "negative_pairs"
PAIRS, PEOPLE, LANDMARKS = "pairs.txt", "people.txt", "landmarks.txt"
FURTHER = "further tag of an image cannot be written"
_NAMES = re.compile(r"[^,;\[\]'\"\t\r\n]+")
_NUMBERED = re.compile(r"^(.+)_(\d{4,9})$")


def write(dataset: Dataset, archive: ArchiveWriter, report: Report) -> None:
    """Write the annotations. See `writing.WholeWriter`."""
    for subset, parts in dataset.subsets.items():
        folder = f"{folder_of(subset)}/annotations"
        counts = dict.fromkeys((_person(dataset, label.id) for label in dataset.labels), 0)
        with archive.text(f"{folder}/{PAIRS}") as member:
            for kind in (POSITIVE, NEGATIVE, ""):
                for stem, tag in _tagged(dataset, parts):
                    member.write("".join(_pairs(dataset, stem, tag, kind, counts)).encode())
        with archive.text(f"{folder}/{LANDMARKS}") as member:
            for placed in parts:
                stems = Stems(placed)
                for frame, content in placed.contents():
                    _note(dataset, frame, content, report)
                    for tag in content.tags[:1]:
                        counts[_person(dataset, tag.label_id)] += 1
                    for item in content.objects:
                        if item.kind == "points":
                            name = f"{_person(dataset, item.label_id)}/{stems.of(frame)}.jpg"
                            numbers = (f"{value:.2f}" for value in item.geometry.points)
                            member.write("\t".join([name, *numbers]).encode() + b"\n")
        with archive.text(f"{folder}/{PEOPLE}") as member:
            people = "".join(f"{name}\t{count}\n" for name, count in counts.items())
            member.write(people.encode())


def write_frames(
    dataset: Dataset, stretch: Stretch, archive: ArchiveWriter, _report: Report
) -> Iterator[None]:
    """Write images. See `writing.FramesWriter`."""
    stems = Stems(stretch.placed)
    root = f"{folder_of(stretch.placed.subset)}/images"
    contents = stretch.placed.contents(stretch.start, stretch.stop, tracked=False)
    for (frame, content), body in zip(contents, stretch.images(), strict=True):
        person = "".join(f"{_person(dataset, tag.label_id)}/" for tag in content.tags[:1])
        archive.image(f"{root}/{person}{stems.image(frame)}", body)
        yield


WRITER = Writer(write, write_frames, annotates_frames=False)


def _person(dataset: Dataset, label: int) -> str:
    return folder_of(dataset.label_of[label].name)


def _tagged(dataset: Dataset, parts: Sequence[Placed]) -> Iterator[tuple[str, Tag]]:
    """Images that have a tag, with the first of them."""
    for placed in parts:
        stems = Stems(placed)
        for frame, content in placed.contents(tracked=False):
            for tag in content.tags[:1]:
                yield stems.of(frame), tag


def _pairs(
    dataset: Dataset, stem: str, tag: Tag, kind: str, people: dict[str, int]
) -> Iterator[str]:
    """The lines of an image that are of a kind: pairs, or the image alone if it has none."""
    person = _person(dataset, tag.label_id)
    values = {
        spec.name: _NAMES.findall(value)
        for spec, value in named_values(dataset.label_of[tag.label_id], tag.attributes)
        if spec.name in (POSITIVE, NEGATIVE)
    }
    others = [name.strip() for name in values.get(kind, ()) if name.strip()]
    number = _number(person, stem)
    if kind == POSITIVE:
        for name in others:
            yield f"{person}\t{number}\t{_number(person, name.removeprefix(f'{person}/'))}\n"
    elif kind == NEGATIVE:
        for name in others:
            other, rest = _of_other(name, people)
            yield f"{person}\t{number}\t{other}\t{rest}\n"
    elif not any(one.strip() for names in values.values() for one in names):
        yield f"{person}/{stem}\n"


def _of_other(name: str, people: dict[str, int]) -> tuple[str, str]:
    """The person of an image and its number; "-" and its name if the person is not known."""
    person, slash, rest = name.partition("/")
    if slash and person in people:
        return person, _number(person, rest)
    found = _NUMBERED.match(name)
    if found and found[1] in people:
        return found[1], str(int(found[2]))
    return "-", name


def _number(person: str, stem: str) -> str:
    found = _NUMBERED.match(stem)
    if found and found[1] == person and f"{int(found[2]):04d}" == found[2]:
        return str(int(found[2]))
    return stem


def _note(dataset: Dataset, frame: Frame, content: FrameObjects, report: Report) -> None:
    points = [item for item in content.objects if item.kind == "points"]
    report.frames += bool(points or content.tags)
    if content.tags:
        report.took("tag")
        note_tags(report, frame, content.tags[:1])
    if points:
        report.took("points", len(points))
    note_losses(report, frame, points)
    if content.tags[1:]:
        report.skip(FURTHER, frame.name, len(content.tags) - 1)
    for tag in content.tags[:1]:
        specs = dataset.attribute_of
        names = {specs[one.spec_id].name for one in tag.attributes if one.spec_id in specs}
        if names - {POSITIVE, NEGATIVE}:
            report.convert(ATTRIBUTES, frame.name)
    for item in content.objects:
        if item.kind != "points":
            report.skip(f"{item.kind} cannot be written", frame.name)
