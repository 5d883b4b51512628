"""The media of a backup becomes objects of the task, many small files in one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import msgspec

from chalicelib.media import layout
from chalicelib.media.archives import packs
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
from functions.backup.restoring.side_by_side import in_order

#: Packs that are copied at a time. Each is in memory, at most `packs.PACK_SIZE` bytes, with a few
#: pieces of the backup.
PARALLEL = 4


def copy(
    task_id: int,
    attempt: str,
    archive: BackupArchive,
    media: Media,
    done: int,
    tick: Callable[[int, float], None],
    go_on: Callable[[float], None],
) -> None:
    """Copy what is not copied yet, some of it at a time, and note it for the ingest.

    Args:
        done: how many steps earlier calls have done.
        tick: told after each step how many are done, and which part of all that is; may raise to
            stop.
        go_on: told within a step which part of all is done; may raise, then the step is not done.

    Raises:
        BadDataset: a file is damaged.
    """
    if media.alone:
        if done == 0 and media.members:
            member = media.members[media.alone]
            size = max(1, archive.size(member))
            _land(task_id, media.alone, archive.pieces(member), lambda at: go_on(at / size))
        tick(1, 1.0)
        return
    runs = list(enumerate(_runs(archive, media)))

    def packed(numbered: tuple[int, list[File]]) -> list[File]:
        number, run = numbered
        identity = f"{attempt}-{number:06d}"
        return _packed(task_id, identity, archive.apart(), media, run)

    # Closed before anything is undone: what arrives later would stay.
    with closing(in_order(packed, runs[done:], PARALLEL)) as found:
        # However many are under way, those that are noted are the first ones.
        for number, files in enumerate(found, done + 1):
            notes.note(task_id, files)
            tick(number, number / len(runs))
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
    return parts(list(found), packs.PACK_SIZE)


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


def _land(task_id: int, name: str, pieces: Iterator[bytes], go_on: Callable[[int], None]) -> None:
    """A video, archive or document is an object of its own."""
    key = layout.raw(task_id, name)
    landing = Landing(key)
    try:
        for piece in pieces:
            landing.write(piece)
            go_on(landing.size)
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
