"""What folds and time leave behind: bases between checkpoints, files, and history that is too old.

Every revision is kept for `SKYLABEL_HISTORY_DAYS`. The oldest one that is kept is a base, so that
all later ones can be made from it. Files that a fold no longer needs stay for a while, because
others may be reading from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from chalicelib.annotations.revisions import log, reading
from chalicelib.annotations.revisions.log import Base, Checkpoint, Head, RevisionMeta, Waste
from chalicelib.platform import bucket, clock, keys, table
from chalicelib.platform.config import settings
from chalicelib.platform.table import Lost, Record, Update

#: Seconds for which a file is kept that no base needs any more.
GRACE = 900
#: Bases that one fold drops at most.
_DROPPED_AT_ONCE = 20
_DAY = 86_400


def left_behind(
    job_id: int, before: Head, after: Head, base: Base
) -> tuple[list[Checkpoint], list[Waste], list[str]]:
    """What nobody needs once a base takes the place of another.

    Args:
        before, after: the heads around it; `after` has all checkpoints that there are.
        base: the new one.

    Returns:
        Checkpoints to drop, files to delete later, and files to delete now.
    """
    known = after.checkpoints
    needed = log.spaced(known, after.base, after.floor)
    dropped = [point for point in known if point.folded and point not in needed]
    dropped = dropped[:_DROPPED_AT_ONCE]
    kept = [point for point in known if point.folded and point not in dropped]
    now = clock.epoch()
    waste: dict[str, int] = {}
    current = _base(job_id, before.base_key) if log.is_base(before.base_key) else None
    for found in [current, *(_base(job_id, point.key) for point in dropped)]:
        if found is not None:
            waste |= {one.key: one.at for one in found.waste}
    for point in dropped:
        for key in _unneeded(job_id, point, kept, base):
            waste.setdefault(key, now)
    for key in _files(base):
        waste.pop(key, None)
    expired = [key for key, at in waste.items() if now - at > GRACE]
    left = [Waste(key, at) for key, at in waste.items() if now - at <= GRACE]
    return dropped, left, expired


def trim(job_id: int) -> int:
    """Let go of revisions that are older than the history is kept. Returns the oldest one kept."""
    view = reading.look_at(job_id)
    floor = _floor(view.head)
    if floor is not None:
        head = msgspec.structs.replace(
            view.head, floor=floor.revision,
            checkpoints=[one for one in view.head.checkpoints if one.revision >= floor.revision],
        )  # fmt: skip
        record = Record(*reading.head_key(job_id)).write(head)
        record.version = view.version
        try:
            table.commit(Update(record))
        except Lost:
            return view.head.floor
        _drop_before(job_id, floor)
        return floor.revision
    return view.head.floor


def _floor(head: Head) -> Checkpoint | None:
    """The latest base that is older than the history is kept, if there is a new one."""
    days = settings().history_days
    if not days:
        return None
    points = list(head.checkpoints)
    if head.base and not head.base_key.startswith(log.OLD_BASE):
        points.append(Checkpoint(head.base, head.base_at, log.is_base(head.base_key)))
    oldest = clock.epoch(-days * _DAY)
    found = [one for one in points if one.at <= oldest and one.revision > head.floor]
    return found[-1] if found else None


def _drop_before(job_id: int, floor: Checkpoint) -> None:
    """Delete what only revisions before the floor need; also what an earlier attempt has left."""
    pk = keys.annotations(job_id)
    base = _base(job_id, floor.key) if floor.folded else None
    needed = set(_files(base)) if base is not None else set()
    records = list(table.children(pk, between=("REV#", log.past(floor.revision - 1)), blobs=False))
    files: set[str] = set()
    for record in records:
        if log.is_base(record.sk):
            found = record.read(Base)
            files |= {*_files(found), *(waste.key for waste in found.waste)}
        else:
            files |= {key for key in [record.read(RevisionMeta).object] if key}
    if files - needed:
        bucket.delete(*sorted(files - needed))
    table.delete_many([record.key for record in records])


def _unneeded(
    job_id: int, point: Checkpoint, kept: Sequence[Checkpoint], base: Base
) -> Iterable[str]:
    """Files of a base that is dropped which no other base needs.

    A file is in use from the base that it was written for up to one that does without it, and by
    every base between. So it is enough to look at the bases next to the dropped one.
    """
    found = _base(job_id, point.key)
    if found is None:
        return []
    later = next((one for one in kept if one.revision > point.revision), None)
    needed = set(_files(base))
    if later is not None:
        after = _base(job_id, later.key)
        needed |= set(_files(after)) if after is not None else set()
    earlier = max((one.revision for one in kept if one.revision < point.revision), default=-1)
    prefix = log.base_prefix(job_id)
    return [
        key
        for key in _files(found)
        if key.startswith(prefix) and key not in needed and log.revision_of_file(key) > earlier
    ]


def _files(base: Base) -> list[str]:
    return [*base.files, *([base.object] if base.object else [])]


def _base(job_id: int, key: str) -> Base | None:
    records = table.children(keys.annotations(job_id), between=(key, key), blobs=False)
    return next((record.read(Base) for record in records), None)
