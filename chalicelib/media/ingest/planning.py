"""What a set of uploaded files makes: a task of images, or one of a video."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from chalicelib.media.files import File
from chalicelib.media.ingest.parameters import DataRequest
from chalicelib.media.ingest.selection import BadSelection, Selection, select
from chalicelib.media.ingest.sorting import BadOrder, arrange
from chalicelib.projects.segments import BadSegments, Plan, plan, plan_of_files

#: Names of bad files that a message spells out.
SHOWN = 5
#: Families that become frames, beside what `classify` reports all at once.
READ = {"image", "video", "archive", "unknown"}
#: What people call formats whose short name says little.
NAMES = {"pdf": "PDF", "gz": "gzip", "bz2": "bzip2", "zst": "Zstandard"}


class Refused(Exception):
    """The task cannot be made. The text is a sentence for the user."""


class Source(msgspec.Struct, frozen=True):
    """Exactly one of: pictures, a video, an archive of pictures."""

    images: tuple[File, ...] = ()
    video: File | None = None
    archive: File | None = None


def classify(files: Sequence[File]) -> Source:
    """Sort files into what a task can be made of.

    Raises:
        Refused: no files, a file of no use, or several videos or archives.
    """
    if not files:
        raise Refused("No files were uploaded. Add images, or one video, and try again.")
    empty = [file.name for file in files if file.size == 0]
    if empty:
        raise Refused(f"{_names(empty)}: nothing in it, 0 bytes. Upload it again or leave it out.")
    for file in files:
        if file.family not in READ or (file.family == "archive" and file.format != "zip"):
            named = NAMES.get(file.format, file.format)
            raise Refused(
                f"{file.name} is a {named} file, which cannot be annotated."
                " Convert it to JPEG, PNG or MP4."
            )
    unknown = [file.name for file in files if file.family == "unknown"]
    if unknown:
        raise Refused(
            f"{_names(unknown)}: by its content neither an image, a video nor a zip archive."
            " Leave it out or convert it."
        )
    unique = [file for file in files if file.family in {"video", "archive"}]
    if not unique:
        return Source(images=tuple(files))
    if len(files) > 1:
        raise Refused(
            "Only one video or archive can make a task, and nothing beside it;"
            f" {_names([file.name for file in files])} were uploaded. Make a task of each."
        )
    only = unique[0]
    return Source(video=only) if only.family == "video" else Source(archive=only)


def order(files: Sequence[File], wanted: DataRequest, seed: int) -> tuple[list[File], Selection]:
    """Pictures in the order of the task, those that were selected. Raises Refused."""
    by_name = {file.name: file for file in files}
    try:
        if wanted.job_file_mapping is not None:
            names, _ = plan_of_files(wanted.job_file_mapping)
        else:
            names = wanted.upload_file_order
        ordered = arrange(list(by_name), wanted.sorting_method, predefined=names, seed=seed)
        chosen = selection(len(ordered), wanted)
    except (BadOrder, BadSegments) as error:
        raise Refused(str(error)) from error
    return [by_name[ordered[number]] for number in chosen.numbers], chosen


def selection(total: int, wanted: DataRequest) -> Selection:
    """The frames that the client selected among `total`. Raises Refused."""
    try:
        return select(total, wanted.start_frame, wanted.stop_frame, wanted.frame_filter)
    except BadSelection as error:
        raise Refused(str(error)) from error


def divide(
    size: int, wanted: DataRequest, segment_size: int, overlap: int | None, *, video: bool
) -> Plan:
    """Jobs of a task of `size` frames. Raises Refused."""
    try:
        if wanted.job_file_mapping is not None and not video:
            return plan_of_files(wanted.job_file_mapping)[1]
        return plan(size, segment_size, overlap, "interpolation" if video else "annotation")
    except BadSegments as error:
        raise Refused(str(error)) from error


def check_pictures(files: Sequence[File]) -> None:
    """Refuse pictures that cannot be read, naming them. Raises Refused."""
    bad = [file for file in files if file.problem or file.family != "image"]
    if not bad:
        return
    told = "; ".join(f"{file.name}: {file.problem or 'it is not an image'}" for file in bad[:SHOWN])
    more = f"; and {len(bad) - SHOWN} more" if len(bad) > SHOWN else ""
    raise Refused(
        f"{len(bad)} of {len(files)} images cannot be used. {told}{more}."
        " Replace them or leave them out."
    )


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
