"""The lists of a COCO file: categories, images, annotations, read one item at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from chalicelib.formats.catalogue.coco.repeated import Id, Ids
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.importing.matching import FrameMatcher
from chalicelib.formats.importing.sizes import note_size
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.report import Report
from chalicelib.formats.text import json_items

#: What was left out of an export and why; it is no data.
REPORT = "report.json"


class Category(msgspec.Struct):
    """A class. `keypoints`: names of the points of a skeleton, in the order of annotations."""

    id: Id
    name: str
    keypoints: list[str] = []


class _Image(msgspec.Struct):
    id: Id
    file_name: str
    width: Any = None
    height: Any = None


class Numbered(msgspec.Struct, kw_only=True, gc=False):
    """What an annotation has at least."""

    id: Id | None = None
    image_id: Id


def annotation_files(upload: Upload, prefix: str, subset: str | None) -> Sequence[str]:
    """Files that begin with the prefix if there are any; otherwise whatever JSON there is.

    Args:
        subset: only those of it, if they are named by subsets.
    """
    files = besides_report(upload, ".json")
    named = [one for one in files if one.rpartition("/")[2].startswith(prefix)]
    if subset is None or not named:
        return named or files
    return [one for one in named if one.rpartition("/")[2] == f"{prefix}{subset}.json"]


def besides_report(upload: Upload, *suffixes: str) -> Sequence[str]:
    """Files with a suffix, but for the report that stands in archives of every format.

    Raises:
        BadDataset: there is none.
    """
    files = [one for one in upload.wanted(*suffixes) if one.rpartition("/")[2] != REPORT]
    if not files:
        wanted = " or ".join(suffixes)
        raise BadDataset(upload.name, f"has no {wanted} file in it but {REPORT}")
    return files


A = TypeVar("A", bound=Numbered)
C = TypeVar("C", bound=Category)


class CocoFile:
    """One file of an upload. Every method raises BadDataset."""

    def __init__(self, upload: Upload, file: str) -> None:
        self._upload = upload
        self._file = file
        self.place = upload.place(file)
        keys = json_items.outline(upload, file)
        for key in ("annotations", "categories", "images"):
            if key not in keys:
                raise BadDataset(self.place, f"is not a COCO dataset: it has no `{key}`")

    def categories(self, kind: type[C]) -> dict[Id, C]:
        """Classes by id."""
        found: dict[Id, C] = {}
        for category in json_items.items(self._upload, self._file, "categories", kind):
            if category.id in found:
                raise BadDataset(self.place, f"id {category.id} occurs twice", "categories")
            found[category.id] = category
        return found

    def category(self, number: Id, categories: Mapping[Id, C], at: int) -> C:
        """The class of an annotation, which stands at a place in the list."""
        if number not in categories:
            raise BadDataset(self.place, f"there is no category {number}", f"annotations[{at}]")
        return categories[number]

    def images(self, matcher: FrameMatcher, report: Report) -> dict[Id, Frame | tuple[str, str]]:
        """Frames by the ids of images; of an image without one, why and how it is called.

        Args:
            report: where images of another size than their frames are noted.
        """
        found: dict[Id, Frame | tuple[str, str]] = {}
        for image in json_items.items(self._upload, self._file, "images", _Image):
            if image.id in found:
                raise BadDataset(self.place, f"id {image.id} occurs twice", "images")
            frame = matcher.by_name(image.file_name)
            if isinstance(frame, str):
                found[image.id] = (frame, image.file_name)
            else:
                note_size(report, frame, image.width, image.height)
                found[image.id] = frame
        return found

    def image_names(self) -> Iterator[str]:
        """What images are called, in their order."""
        for image in json_items.items(self._upload, self._file, "images", _Image):
            yield image.file_name

    def annotations(
        self, kind: type[A], images: Mapping[Id, Frame | tuple[str, str]]
    ) -> Iterator[tuple[int, A, Frame | tuple[str, str]]]:
        """Annotations with their place in the list and what `images` has for them."""
        ids, start = Ids(), 0
        for some in json_items.batches(self._upload, self._file, "annotations", kind):
            ids.extend([item.id for item in some if item.id is not None])
            for at, item in enumerate(some, start):
                frame = images.get(item.image_id)
                if frame is None:
                    raise BadDataset(
                        self.place, f"there is no image {item.image_id}", f"annotations[{at}]"
                    )
                yield at, item, frame
            start += len(some)
        self._refuse_repeated(ids)

    def _refuse_repeated(self, ids: Ids) -> None:
        repeated = ids.repeated()
        if repeated is None:
            return
        listed = json_items.items(self._upload, self._file, "annotations", _Identified)
        numbers = [item.id for item in listed if item.id is not None]
        raise BadDataset(self.place, f"id {numbers[repeated]} occurs twice", "annotations")


class _Identified(msgspec.Struct):
    id: Id | None = None
