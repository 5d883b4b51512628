"""Which files of a backup make the frames of a task, and in which order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chalicelib.backups.documents import DATA, MANIFEST, DataEntry, TaskDocument
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.report import Report
from chalicelib.media.extensions import family_of
from chalicelib.media.files import File
from chalicelib.media.ingest import manifests, related
from chalicelib.media.ingest.manifests import BadManifest, ImageManifest, Manifest, VideoManifest
from chalicelib.media.ingest.selection import BadSelection, parse_step
from chalicelib.media.ingest.sorting import sort_key
from functions.backup.restoring.archive import BackupArchive
from functions.backup.restoring.plan import Media

UNUSED = "file of the backup that no frame needs"
#: What makes a task alone.
_WHOLE = ("video", "archive", "document")
#: What else CVAT keeps beside the media.
_INDEX = "index.json"


def read_manifest(archive: BackupArchive, folder: str) -> Manifest | None:
    """The manifest of a task, if there is one. Raises BadDataset."""
    name = folder + MANIFEST
    if name not in archive:
        return None
    try:
        return manifests.read(archive.pieces(name))
    except BadManifest as error:
        raise BadDataset(archive.place(name), str(error)) from None


def elsewhere(manifest: Manifest | None, place: str, where: str) -> Media:
    """Files that were left where they are: all that the manifest names. Raises BadDataset."""
    if isinstance(manifest, VideoManifest):
        return Media(alone=manifest.name, place=place)
    if manifest is None:
        raise BadDataset(where, f"has no {MANIFEST}, which names its files")
    frames = [entry.name for entry in manifest.entries]
    return Media(frames=frames, related=_named(manifest), place=place)


def is_inside(archive: BackupArchive, folder: str) -> bool:
    """Whether a backup holds any media of a task."""
    return bool(_names(archive, folder))


def inside(
    archive: BackupArchive, folder: str, document: TaskDocument, size: int, report: Report
) -> Media:
    """Files that the backup holds.

    Args:
        size: frames that the jobs have.

    Raises:
        BadDataset: files are missing.
    """
    manifest = read_manifest(archive, folder)
    data = folder + DATA
    names = _names(archive, folder)
    members = {name: data + name for name in names}
    if not names:
        raise BadDataset(archive.place(data), "has no media")
    alone = _alone(manifest, names)
    if alone is not None:
        if alone not in members:
            raise BadDataset(archive.place(data), f"{alone} is missing, which the manifest names")
        return Media(alone=alone, members={alone: members[alone]})
    frames, beside = _pictures(archive, data, manifest, names, document.data, size)
    frames = selected(frames, document.data, size, archive.place(data))
    kept = {name: beside[name] for name in frames if name in beside}
    wanted = dict.fromkeys([*frames, *(name for names in kept.values() for name in names)])
    for name in names:
        if name not in wanted:
            report.skip(UNUSED, name)
    return Media(frames=frames, related=kept, members={name: members[name] for name in wanted})


def _names(archive: BackupArchive, folder: str) -> list[str]:
    """Names of the files of a task that a backup holds."""
    data = folder + DATA
    names = (name.removeprefix(data) for name, _ in archive.below(data))
    return [name for name in names if name not in {MANIFEST.removeprefix(DATA), _INDEX}]


def pool(archive: BackupArchive, folder: str, names: Sequence[str]) -> Media:
    """Pictures whose order is known already. Raises BadDataset: one is missing."""
    data = folder + DATA
    missing = next((name for name in names if data + name not in archive), None)
    if missing is not None:
        raise BadDataset(archive.place(data), f"{missing} is missing, which a job names")
    return Media(frames=list(names), members={name: data + name for name in names})


def _alone(manifest: Manifest | None, names: Sequence[str]) -> str | None:
    """The one file that makes the task; None for pictures."""
    if isinstance(manifest, VideoManifest):
        wanted = manifest.name.rpartition("/")[2]
        same = [name for name in names if name.rpartition("/")[2] == wanted]
        return manifest.name if manifest.name in names or not same else same[0]
    # The oldest releases kept archives as they were sent, and named what is in them.
    whole = [name for name in names if family_of(name) in _WHOLE]
    pictures = any(family_of(name) in {"image", "points"} for name in names)
    return whole[0] if len(whole) == 1 and not pictures else None


def _pictures(
    archive: BackupArchive,
    data: str,
    manifest: ImageManifest | VideoManifest | None,
    names: Sequence[str],
    entry: DataEntry,
    size: int,
) -> tuple[list[str], dict[str, list[str]]]:
    """All frames in their order, and what stands beside them; at least `size` frames."""
    assert not isinstance(manifest, VideoManifest)
    given = [File(name, "", 0, 1, "unknown") for name in names]
    matched = related.match(given, _named(manifest) if manifest else {})
    beside = {name: [file.name for file in files] for name, files in matched.related.items()}
    found = [file.name for file in matched.frames if family_of(file.name) in {"image", "points"}]
    if manifest is None:
        return list(_sorted(found, entry)), beside
    known = set(names)
    frames = [one.name for one in manifest.entries if one.name in known]
    # Of media of a share, CVAT packed the frames alone, and named whatever had been looked at.
    if len(frames) not in {size, len(manifest.entries)}:
        missing = next(one.name for one in manifest.entries if one.name not in known)
        raise BadDataset(archive.place(data), f"{missing} is missing, which {MANIFEST} names")
    return frames, beside


def _sorted(names: list[str], entry: DataEntry) -> Iterator[str]:
    match entry.sorting_method:
        case "predefined":
            return iter(names)
        case "natural":
            return iter(sorted(names, key=sort_key("natural")))
        case _:
            return iter(sorted(names, key=sort_key("lexicographical")))


def selected(names: list[str], entry: DataEntry, size: int, place: str) -> list[str]:
    """Those of the pictures that are frames."""
    if len(names) == size and (entry.skylabel and entry.skylabel.selected):
        return names
    try:
        step = parse_step(entry.frame_filter or "")
    except BadSelection as error:
        raise BadDataset(place, str(error)) from None
    stop = len(names) - 1 if entry.stop_frame is None else min(entry.stop_frame, len(names) - 1)
    chosen = names[entry.start_frame or 0 : stop + 1 : step]
    # Newer servers leave out what is no frame, and may still say how frames were selected.
    if len(chosen) != size and len(names) == size:
        return names
    if len(chosen) != size:
        raise BadDataset(place, f"holds {len(chosen):,} frames, but the jobs have {size:,}")
    return chosen


def _named(manifest: ImageManifest) -> dict[str, list[str]]:
    return {name: list(names) for name, names in manifest.related.items()}
