"""Records of the revision log of a job, in the partition `ANN#<job>`.

| sk | record |
|---|---|
| HEAD | where the log ends, where its base is, and counts |
| REV#<n> | one save, never changed, and kept as long as the history is |
| REV#<n>+BASE | everything up to revision n, folded, so that reading need not replay the log; a \
query from here gives it and the revisions after it |
| IDEM#<user>#<key> | which revision a request made, kept for a day to answer a retry |

What a save or a base holds is a payload (`payloads.py`) in the record itself (`blob`) or, if that
is larger than `INLINE_LIMIT`, partly in a file below `annotations/<job>/`.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import msgspec

from chalicelib.annotations.revisions import payloads
from chalicelib.annotations.revisions.changes import Change
from chalicelib.annotations.revisions.damage import Damaged as Damaged
from chalicelib.annotations.revisions.payloads import Packed as Packed
from chalicelib.annotations.revisions.payloads import pack as pack
from chalicelib.annotations.revisions.retries import Done
from chalicelib.annotations.revisions.snapshots import Step
from chalicelib.platform import bucket, clock, keys
from chalicelib.platform.table import Record

HEAD = "HEAD"
#: Bytes that stay in the table. DynamoDB takes items of 400 KB and transactions of 4 MB.
INLINE_LIMIT = 200_000
#: Seconds for which a request with an idempotency key may be repeated.
RETRY_WINDOW = 24 * 3600
#: What a revision costs to read beside its payload, bytes.
_RECORD_BYTES = 500
#: Revisions between two bases that are kept so that what once was can be read.
CHECKPOINT_SPAN = 1_000
_BASE = "+BASE"
_RETRY = "IDEM#"
#: How the keys of bases began before these were read together with revisions.
OLD_BASE = "BASE#"


class Checkpoint(msgspec.Struct, frozen=True, array_like=True):
    """Where reading of an earlier revision may start.

    Attributes:
        at: seconds since 1970; the revision is not younger.
        folded: whether it is a base of its own; otherwise the revision replaced everything.
    """

    revision: int
    at: int
    folded: bool

    @property
    def key(self) -> str:
        """`sk` of its record."""
        return base_key(self.revision) if self.folded else revision_key(self.revision)


class Head(msgspec.Struct, kw_only=True):
    """Where the log of a job ends.

    Attributes:
        revision: the last one; 0 before the first save.
        base: the revision from which reading starts; 0 means nothing.
        base_key: `sk` of the record that holds it, "" for nothing.
        base_at: when it was made, seconds since 1970.
        checkpoints: earlier bases, the oldest first.
        base_bytes, tail_bytes: unpacked sizes of the base and of the revisions after it.
        tags, shapes, tracks: how many there are.
        at: ISO time of the last revision. Times of a job's revisions never go back.
        floor: the oldest revision that can still be read; 0 while all of them can.
        recent: the latest saves, so that a repeated one is recognised.
    """

    revision: int = 0
    base: int = 0
    base_key: str = ""
    base_at: int = 0
    checkpoints: list[Checkpoint] = []
    base_bytes: int = 0
    tail_bytes: int = 0
    tags: int = 0
    shapes: int = 0
    tracks: int = 0
    at: str = ""
    floor: int = 0
    recent: list[Done] = []

    @property
    def tail(self) -> int:
        """Number of revisions after the base."""
        return self.revision - self.base


class RevisionMeta(msgspec.Struct, kw_only=True, frozen=True):
    """What is known of a revision without its payload.

    Attributes:
        author: id of the user, None if the server itself saved.
        at: ISO time.
        key, asked: idempotency key of the request, and what tells the request from others that
            use the same key.
        client: what the user saved with: "browser", "cvat-sdk/2.80.0", "import", "server", …
        message: what is worth knowing of it, for people.
        replaced: whether everything before was dropped.
        overwrote: whether it was, by someone who did not say which revision they had seen.
        created, updated, deleted: how many objects.
        dropped: how many objects a replacement dropped; they count as deleted, too.
        low, high: the least and the greatest id that it touches, 0 if none.
        size: bytes of the payload, unpacked.
        object: key of the file with the body of the payload; None if it is in the record.
        header: offset and size of the payload's header in that file, if it is there.
    """

    author: int | None = None
    at: str
    key: str | None = None
    asked: str = ""
    client: str = ""
    message: str = ""
    replaced: bool = False
    overwrote: bool = False
    created: int = 0
    updated: int = 0
    deleted: int = 0
    dropped: int = 0
    low: int = 0
    high: int = 0
    size: int
    object: str | None = None
    header: tuple[int, int] | None = None


class Waste(msgspec.Struct, frozen=True, array_like=True):
    """A file that no base needs any more. `at`: since when, seconds since 1970."""

    key: str
    at: int


class Base(msgspec.Struct, kw_only=True):
    """What the record of a folded base says beside its payload.

    Attributes:
        revision: the last one that is in it.
        at: ISO time of the fold.
        size: bytes before compression.
        object, header: as in `RevisionMeta`.
        files: other files that pages of it are in.
        waste: files to delete as soon as nobody can still be reading them.
    """

    revision: int
    at: str
    size: int
    replaced: bool = True
    object: str | None = None
    header: tuple[int, int] | None = None
    files: list[str] = []
    waste: list[Waste] = []


class Revision(msgspec.Struct, frozen=True):
    """One save of a job, without what it holds."""

    number: int
    meta: RevisionMeta


class Retry(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a request has done.

    Attributes:
        revision: the one that it made; if it was idle, the one at which it came.
        digest: tells it from others of the same key.
        idle: there was nothing for it to do.
    """

    revision: int
    digest: str
    idle: bool = False


def spills(packed: Packed, room: int | None = None) -> bool:
    """Whether a payload needs a file. `room`: bytes that its record may take."""
    return len(packed) > min(INLINE_LIMIT, INLINE_LIMIT if room is None else room)


def fetch(key: str, offset: int, size: int) -> bytes:
    """Bytes of a file. Raises KeyError if there is no such file."""
    return bucket.get_range(key, offset, size)


def step_of(record: Record) -> Step:
    """The step that a record of a revision or a base is. Raises Damaged."""
    meta = record.read(RevisionMeta)
    blob: Any = record.blob
    if blob is None:
        blob = _spilled_header(meta)
    if blob is None:
        raise Damaged(f"revision {revision_of(record.sk)}: {meta.object} is missing")
    try:
        return payloads.step_of(blob, revision_of(record.sk), meta.object, fetch)
    except Damaged as damaged:
        raise Damaged(f"{record.pk} {record.sk}: {damaged.what} cannot be read") from damaged


def payload(record: Record) -> tuple[Change, int]:
    """The change that a record holds, and its size before compression. Raises Damaged."""
    step = step_of(record)
    return step.change, step.size


def _spilled_header(meta: RevisionMeta) -> bytes | None:
    if meta.object is None:
        return None
    if meta.header is None:
        # From before there were pages.
        return bucket.get(meta.object)
    try:
        return fetch(meta.object, *meta.header)
    except KeyError:
        return None


def revision_key(revision: int) -> str:
    return f"REV#{revision:012d}"


def base_key(revision: int) -> str:
    return f"{revision_key(revision)}{_BASE}"


def is_base(sk: str) -> bool:
    """Whether a key is that of a folded base."""
    return sk.endswith(_BASE)


def past(revision: int) -> str:
    """A key between those of what belongs to a revision and those of the next one."""
    return f"{revision_key(revision)}~"


def revision_of(sk: str) -> int:
    """The number in the key of a revision or of a base."""
    return int(sk.partition("#")[2].removesuffix(_BASE))


def retry_key(author: int | None, key: str) -> str:
    return f"{_RETRY}{author or 0}#{key}"


def is_retry(sk: str) -> bool:
    """Whether this is the key of an IDEM record."""
    return sk.startswith(_RETRY)


def object_prefix(job_id: int) -> str:
    """Where the large payloads of a job are."""
    return f"annotations/{job_id}/"


def base_prefix(job_id: int) -> str:
    return f"{object_prefix(job_id)}base/"


def object_key(prefix: str, revision: int) -> str:
    """A key of its own for each attempt, so that no two writers share one."""
    return f"{prefix}{revision:012d}-{secrets.token_hex(8)}"


def revision_of_file(key: str) -> int:
    """The revision for which a file was written."""
    return int(key.rpartition("/")[2].partition("-")[0])


def time_after(head: Head) -> str:
    """The time of the revision after a head: now, or the head's if clocks disagree."""
    return max(clock.iso(), head.at)


def next_head(
    head: Head, change: Change, packed: Packed, *, at: str, gone: tuple[int, int, int]
) -> Head:
    """The head after a save.

    Args:
        gone: how many tags, shapes and tracks it deletes by id.
    """
    revision, created = head.revision + 1, change.create
    tags, shapes, tracks = len(created.tags), len(created.shapes), len(created.tracks)
    if change.replace:
        return msgspec.structs.replace(
            head, revision=revision, base=revision, base_key=revision_key(revision),
            base_at=clock.epoch(), base_bytes=packed.size, tail_bytes=0, tags=tags, shapes=shapes,
            tracks=tracks, at=at, checkpoints=passed(head, revision),
        )  # fmt: skip
    return msgspec.structs.replace(
        head, revision=revision, tail_bytes=head.tail_bytes + packed.size + _RECORD_BYTES,
        tags=head.tags + tags - gone[0], shapes=head.shapes + shapes - gone[1],
        tracks=head.tracks + tracks - gone[2], at=at,
    )  # fmt: skip


def passed(head: Head, base: int) -> list[Checkpoint]:
    """Checkpoints after another base takes the place of the head's.

    Those that only say where a revision replaced everything are left out where they are close to
    each other; folded ones stay until a fold drops them.
    """
    if not head.base or head.base_key.startswith(OLD_BASE):
        return head.checkpoints
    last = Checkpoint(head.base, head.base_at, is_base(head.base_key))
    known = [*head.checkpoints, last]
    needed = spaced(known, base, head.floor)
    return [point for point in known if point.folded or point in needed]


def spaced(points: Sequence[Checkpoint], base: int, floor: int) -> list[Checkpoint]:
    """As few checkpoints as leave no more than `CHECKPOINT_SPAN` revisions between two.

    Args:
        points: the oldest first.
        base: the revision after them from which reading may start, too.
        floor: the oldest revision that is kept.
    """
    needed: list[Checkpoint] = []
    before = 0
    for index, point in enumerate(points):
        after = points[index + 1].revision if index + 1 < len(points) else base
        if point.revision <= floor or after - before > CHECKPOINT_SPAN:
            needed.append(point)
            before = point.revision
    return needed


def revision_record(
    job_id: int, revision: int, change: Change, packed: Packed, *, author: int | None,
    key: str | None, stored_at: str | None, at: str = "", client: str = "", message: str = "",
    dropped: int = 0, overwrote: bool = False, asked: str = "",
) -> Record:  # fmt: skip
    """The REV record of a save. `dropped`: how many objects there were before a replacement."""
    low, high = change.range_of_ids()
    meta = RevisionMeta(
        author=author, at=at or clock.iso(), key=key, asked=asked, client=client, message=message,
        replaced=change.replace, overwrote=overwrote,
        created=change.create.count, updated=change.update.count,
        deleted=len(change.delete) + dropped, dropped=dropped, low=low, high=high,
        size=packed.size, object=stored_at, header=_place_of_header(packed, stored_at),
    )  # fmt: skip
    record = Record(keys.annotations(job_id), revision_key(revision)).write(meta)
    record.blob = _blob(packed, stored_at)
    return record


def base_record(job_id: int, base: Base, packed: Packed) -> Record:
    """The record of a folded base."""
    base.header = _place_of_header(packed, base.object)
    record = Record(keys.annotations(job_id), base_key(base.revision)).write(base)
    record.blob = _blob(packed, base.object)
    return record


def _blob(packed: Packed, stored_at: str | None) -> bytes | None:
    if stored_at is None:
        return packed.blob
    return None if _place_of_header(packed, stored_at) else packed.head


def _place_of_header(packed: Packed, stored_at: str | None) -> tuple[int, int] | None:
    """Where the header is in the file, if it is too large for the record.

    A transaction takes 4 MB, and saves of many jobs at once.
    """
    if stored_at is None or len(packed.head) <= INLINE_LIMIT // 4:
        return None
    return len(packed.body), len(packed.head)


def retry_record(job_id: int, author: int | None, key: str, retry: Retry) -> Record:
    """The IDEM record of a save."""
    record = Record(keys.annotations(job_id), retry_key(author, key)).write(retry)
    record.expires = clock.epoch(RETRY_WINDOW)
    return record
