"""The media of a backup becomes objects of the task, many small files in one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from chalicelib.media import layout
from chalicelib.media.archives.limits import BadArchive
from chalicelib.media.archives.members import parts
from chalicelib.media.archives.packs import Pack
from chalicelib.media.extensions import family_of
from chalicelib.media.files import File
from chalicelib.media.ingest import manifests, notes
from chalicelib.media.ingest.manifests import ImageEntry, ImageManifest
from chalicelib.media.sources.landing import Landing
from chalicelib.media.uploads import receiving
from chalicelib.platform import bucket
from functions.backup.restoring.archive import BackupArchive
from functions.backup.restoring.plan import Media


def copy(
    task_id: int,
    attempt: str,
    archive: BackupArchive,
    media: Media,
    done: int,
    tick: Callable[[int, float], None],
) -> None:
    """Copy what is not copied yet, and note it for the ingest.

    Args:
        done: how many steps earlier calls have done.
        tick: told after each step how many are done, and which part of all that is; may raise to
            stop.

    Raises:
        BadDataset: a file is damaged.
    """
    if media.alone:
        if done == 0 and media.members:
            _land(task_id, media.alone, archive.pieces(media.members[media.alone]))
        tick(1, 1.0)
        return
    runs = list(_runs(archive, media))
    for number, run in enumerate(runs):
        if number >= done:
            notes.note(task_id, _packed(task_id, f"{attempt}-{number:06d}", archive, media, run))
            tick(number + 1, (number + 1) / len(runs))
    _note_manifest(task_id, media)


def _runs(archive: BackupArchive, media: Media) -> Iterator[list[File]]:
    """Files that share an object, in the order in which the backup holds them."""
    names = {member: name for name, member in media.members.items()}
    folder = next(iter(names), "").partition("data/")[0]
    found = (
        File(names[member], "", 0, size, "unknown")
        for member, size in archive.below(folder)
        if member in names
    )
    return parts(list(found))


def _packed(
    task_id: int, identity: str, archive: BackupArchive, media: Media, run: list[File]
) -> list[File]:
    pack = Pack(task_id, identity)
    for file in run:
        member = media.members[file.name]
        try:
            pack.add(file.name, file.size, archive.pieces(member))
        except BadArchive as error:
            raise archive.bad(member, error) from None
    return pack.write()


def _land(task_id: int, name: str, pieces: Iterator[bytes]) -> None:
    """A video, archive or document is an object of its own."""
    key = layout.raw(task_id, name)
    landing = Landing(key)
    try:
        for piece in pieces:
            landing.write(piece)
        landing.finish()
    except BaseException:
        landing.abandon()
        raise
    receiving.note_object(task_id, name, key, landing.size)


def _note_manifest(task_id: int, media: Media) -> None:
    """The order of frames and what stands beside them, said as a dataset would say it."""
    clouds = any(family_of(name) == "points" for name in media.frames)
    entries = (
        ImageEntry(name, related=tuple(media.related.get(name, ()))) for name in media.frames
    )
    manifest = ImageManifest(tuple(entries), "3d" if clouds else "2d")
    body = b"".join(manifests.write(manifest))
    key = layout.raw(task_id, manifests.NAME)
    bucket.put(key, body)
    notes.note(task_id, [msgspec.structs.replace(_MANIFEST, key=key, size=len(body))])


_MANIFEST = File(manifests.NAME, "", 0, 0, "unknown")
