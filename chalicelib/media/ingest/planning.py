"""What a set of files makes: a task of pictures, or one of a video."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from chalicelib.media.archives.members import inside
from chalicelib.media.files import File
from chalicelib.media.ingest import manifest_rules, related
from chalicelib.media.ingest.catalogue import Catalogue
from chalicelib.media.ingest.gathering import Described
from chalicelib.media.ingest.manifests import BadManifest, ImageManifest
from chalicelib.media.ingest.parameters import DataRequest
from chalicelib.media.ingest.refusal import SHOWN, Refused, some
from chalicelib.media.ingest.related import FOLDER, Matched
from chalicelib.media.ingest.selection import BadSelection, Selection, select
from chalicelib.media.ingest.sorting import BadOrder
from chalicelib.media.ingest.stage import Part
from chalicelib.projects.segments import BadSegments, Plan, plan, plan_of_files

#: Files of one part, and bytes that it copies or unpacks.
PART_FILES = 1000
PART_BYTES = 64 << 20
#: Archives that are recognised, and not read.
_PACKERS = {"RAR", "7z"}


def classify(files: Catalogue) -> File | None:
    """The one file that makes the task (a video, an archive, a document); None for pictures.

    Raises:
        Refused: no files, a file of no use, or several of those that stand alone.
    """
    count = len(files)
    if not count:
        raise Refused("No files were given. Add images, or one video, and try again.")
    refuse_useless(files)
    alone = list(islice(files.of("video", "archive", "document"), SHOWN))
    if not alone:
        return None
    if count > 1:
        raise Refused(
            "Only one video, archive or PDF can make a task, and nothing beside it;"
            f" {some([f.name for f in islice(files, SHOWN)], count)} were given."
            " Make a task of each."
        )
    return alone[0]


def refuse_useless(files: Iterable[File]) -> None:
    """Refuse files that nothing can be made of, naming them. Raises Refused."""
    useless: list[File] = []
    for file in files.of("unknown", "unsupported") if isinstance(files, Catalogue) else files:
        if file.format in _PACKERS:
            raise Refused(
                f"{file.name} is a {file.format} archive, which cannot be read."
                " Pack its files as ZIP or TAR."
            )
        if file.family == "unsupported":
            raise Refused(
                f"{file.name} is a {file.format} file, which cannot be annotated."
                " Convert it to JPEG, PNG or MP4."
            )
        if file.family == "unknown" and file.problem:
            useless.append(file)
    if useless:
        same = [file.name for file in useless if file.problem == useless[0].problem]
        raise Refused(f"{some(same)}: {useless[0].problem}. Leave it out or give it again.")


def match(files: Catalogue, described: Described | None) -> Matched | None:
    """Which files are frames and which stand beside them; None if all are frames."""
    named = {}
    if described is not None and isinstance(described.manifest, ImageManifest):
        named = described.manifest.related
    if not named and not files.named_like(f"%{FOLDER}/%") and not _has_points(files):
        return None
    return related.match(list(files), named)


def told_of_rest(matched: Matched | None) -> str:
    """What the user is told of pictures that are used for nothing."""
    if matched is None or not matched.left_out:
        return ""
    names = some([file.name for file in matched.left_out])
    return f"Left out, because no frame is beside them: {names}."


def _has_points(files: Catalogue) -> bool:
    """Whether a file is a point cloud, by its content or, if it is not read yet, by its name."""
    return (
        next(files.of("points"), None) is not None
        or files.named_like("%.pcd")
        or files.named_like("%.bin")
    )


def arrange(
    files: Catalogue, wanted: DataRequest, described: Described | None, seed: int, *, archive: bool
) -> Iterator[File]:
    """Files in the order of the task. Raises Refused."""
    try:
        if wanted.sorting_seed is not None:
            seed = wanted.sorting_seed
        names = _order(wanted, described, archive=archive)
        return files.arranged(wanted.sorting_method, names, seed)
    except BadManifest as error:
        name = described.file.name if described else "The order of the files"
        raise Refused(f"{name} cannot be used: {error}.") from error
    except BadSegments as error:
        raise Refused(str(error)) from error
    except BadOrder as error:
        subject = "The order of files" if wanted.job_file_mapping is None else "job_file_mapping"
        raise Refused(f"{subject} {error}.") from error


def _order(wanted: DataRequest, described: Described | None, *, archive: bool) -> Sequence[str]:
    """The names in their order; empty if it follows from the sorting method alone.

    Raises:
        BadManifest, BadSegments.
    """
    if wanted.job_file_mapping is not None:
        # Whatever a manifest says: jobs hold the files that were named for them.
        return plan_of_files(wanted.job_file_mapping)[0]
    return manifest_rules.order(
        described.manifest if described else None,
        wanted.sorting_method,
        archive=archive,
        upload_file_order=wanted.upload_file_order,
    )


def parts(files: Iterable[File], beside: dict[str, list[File]], *, copied: bool) -> Iterator[Part]:
    """Divide files into parts of work, with the context images of each."""
    part, size = Part([], copied=copied), 0
    for file in files:
        around = beside.get(file.name, [])
        weight = sum(f.size for f in (file, *around) if copied or inside(f))
        if part.files and (len(part.files) == PART_FILES or size + weight > PART_BYTES):
            yield part
            part, size = Part([], copied=copied), 0
        part.files.append(file)
        if beside:
            part.related.append(around)
        size += weight
    if part.files:
        yield part


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
        if wanted.job_file_mapping is None or video:
            return plan(size, segment_size, overlap, "interpolation" if video else "annotation")
        divided = plan_of_files(wanted.job_file_mapping)[1]
    except BadSegments as error:
        raise Refused(str(error)) from error
    if divided.segments[-1].stop + 1 != size:
        raise Refused(
            "job_file_mapping names files, but a file of this task holds several pictures."
            " Leave the mapping out, or split the file."
        )
    return divided
