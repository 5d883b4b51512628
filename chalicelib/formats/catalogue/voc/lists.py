"""`ImageSets`: lists of images by purpose and subset, written.

As in CVAT, an image with nothing on it is in the lists of every purpose.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.catalogue.voc.layout import SETS, Names
from chalicelib.formats.catalogue.voc.segmentation import SegmentationWriter
from chalicelib.formats.exporting.dataset import Dataset, Placed
from chalicelib.formats.labels import LabelSpec

MAIN, SEGMENTATION = f"{SETS}/Main", f"{SETS}/Segmentation"
LAYOUT, ACTION = f"{SETS}/Layout", f"{SETS}/Action"


class _Lists:
    """Lists of a subset. `tagged`: images that have tags, with the labels of these."""

    def __init__(self) -> None:
        self.every: list[str] = []
        self.painted: list[str] = []
        self.empty: list[str] = []
        self.tagged: list[tuple[str, frozenset[int]]] = []


def write_lists(
    dataset: Dataset, pictures: SegmentationWriter, archive: ArchiveWriter, *, only_painted: bool
) -> None:
    """Write the lists of all subsets.

    Args:
        only_painted: whether the dataset is one of segmentations alone.
    """
    names = Names(dataset)
    for subset, parts in dataset.subsets.items():
        name = subset.replace("/", "_")
        lists = _collected(names, parts, pictures)
        _write(archive, f"{SEGMENTATION}/{name}.txt", lists.painted)
        if only_painted:
            continue
        _write(archive, f"{MAIN}/{name}.txt", lists.every)
        _write(archive, f"{LAYOUT}/{name}.txt", map(_quoted, lists.empty))
        _write(archive, f"{ACTION}/{name}.txt", lists.empty)
        if lists.tagged:
            _write_classes(archive, name, lists, dataset.labels)


def _collected(names: Names, parts: Sequence[Placed], pictures: SegmentationWriter) -> _Lists:
    lists = _Lists()
    for placed in parts:
        for frame, content in placed.contents():
            name = names.item(placed, frame)
            lists.every.append(name)
            if not content.objects and not content.tags:
                lists.empty.append(name)
                lists.painted.append(name)
            elif pictures.paints(content):
                lists.painted.append(name)
            if content.tags:
                lists.tagged.append((name, frozenset(tag.label_id for tag in content.tags)))
    return lists


def _write_classes(
    archive: ArchiveWriter, subset: str, lists: _Lists, labels: Sequence[LabelSpec]
) -> None:
    """A list for each label: 1 where the image has it as a tag, -1 where it has others."""
    _write(archive, f"{MAIN}/background_{subset}.txt", (f"{name} -1" for name, _ in lists.tagged))
    for label in labels:
        name = label.name.replace("/", "_")
        lines = (f"{image} {1 if label.id in ids else -1: d}" for image, ids in lists.tagged)
        _write(archive, f"{MAIN}/{name}_{subset}.txt", lines)


def _write(archive: ArchiveWriter, path: str, lines: Iterable[str]) -> None:
    text = "\n".join(lines)
    if text:
        with archive.text(path) as member:
            member.write(f"{text}\n".encode())


def _quoted(name: str) -> str:
    return f'"{name}"' if len(name.split()) > 1 else name
