"""The files that the frames of a task are made of, as a backup holds them.

They are passed on as they are stored. Only pages of a file (a document, an animation) are written
as pictures of their own, without loss, as CVAT does: which of them were frames is then plain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, groupby, islice

from chalicelib.media.files import File
from chalicelib.media.frame_list import FrameList
from chalicelib.media.frames.picture_files import bodies, originals
from chalicelib.media.images.page_names import named_as_page
from chalicelib.media.sources.places import OWN
from chalicelib.projects.models import TaskData

#: Files that are looked at together.
AT_ONCE = 256


def stands_elsewhere(data: TaskData, listed: FrameList) -> bool:
    """Whether all media of a task are whole files of the share or of a cloud storage, which can be
    named instead of packed."""
    return data.storage != "local" and all(map(_is_whole, _all(listed)))


def distinct(listed: FrameList) -> Iterator[File]:
    """Every file once: those of frames in order, then those beside them."""
    seen: set[str] = set()
    for file in _all(listed):
        if file.name not in seen:
            seen.add(file.name)
            yield file


def contents(files: Iterable[File], large: int) -> Iterator[tuple[File, bytes | None]]:
    """Files with their bytes; None for those of more than `large` bytes, as they are stored.

    Raises:
        Unbuildable: a file is damaged or cannot be read; the text names it.
    """

    def kind(file: File) -> str:
        return "page" if _may_be_page(file) else "large" if file.size > large else "small"

    for kinds, run in groupby(files, kind):
        if kinds == "large":
            for file in run:
                yield file, None
        elif kinds == "page":
            pages = list(run)
            for file, job in zip(pages, originals(pages), strict=True):
                yield file, job()[0]
        else:
            # Small files stand beside each other, so that one request brings many.
            while some := list(islice(run, AT_ONCE)):
                yield from bodies(some)


def _all(listed: FrameList) -> Iterator[File]:
    if listed.video is not None:
        return iter([listed.video.file])
    return chain(listed.images, (file for beside in listed.related for file in beside))


def _is_whole(file: File) -> bool:
    return (
        file.place != OWN
        and file.name == file.key
        and not (file.offset or file.packed)
        and not _may_be_page(file)
    )


def _may_be_page(file: File) -> bool:
    return file.page > 0 or file.format == "pdf" or named_as_page(file.name)
