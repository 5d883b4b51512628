"""Records of the revision log of a job, in the partition `ANN#<job>`.

| sk | record |
|---|---|
| HEAD | where the log ends, where its base is, and counts |
| REV#<n> | one save, never changed or deleted while the job exists |
| BASE#<n> | everything up to revision n, folded, so that reading need not replay the log |
| IDEM#<user>#<key> | which revision a request made, kept for a day to answer a retry |

What a save or a base holds is a `Change`: msgpack, compressed by zstandard, in the record itself
(`blob`) or, if that is larger than `INLINE_LIMIT`, in an object below `annotations/<job>/`.
"""

from __future__ import annotations

import secrets
from typing import Any

import msgspec
import zstandard

from chalicelib.annotations.revisions.changes import Change
from chalicelib.annotations.revisions.retries import Done
from chalicelib.platform import bucket, clock, keys
from chalicelib.platform.table import Record

HEAD = "HEAD"
#: Bytes that stay in the table. DynamoDB takes items of 400 KB and transactions of 4 MB.
INLINE_LIMIT = 200_000
#: Seconds for which a request with an idempotency key may be repeated.
RETRY_WINDOW = 24 * 3600
#: What a revision costs to read beside its payload, bytes.
_RECORD_BYTES = 500
_LEVEL = 1

_decoder = msgspec.msgpack.Decoder(Change)
_encoder = msgspec.msgpack.Encoder()


class Head(msgspec.Struct, kw_only=True):
    """Where the log of a job ends.

    Attributes:
        revision: the last one; 0 before the first save.
        base: the revision from which reading starts; 0 means nothing.
        base_key: `sk` of the record that holds it, "" for nothing.
        base_bytes, tail_bytes: unpacked sizes of the base and of the revisions after it.
        tags, shapes, tracks: how many there are.
        at: ISO time of the last revision. Times of a job's revisions never go back.
        floor: the oldest revision that can still be read; 0 while all of them can.
        recent: the latest saves, so that a repeated one is recognised.
    """

    revision: int = 0
    base: int = 0
    base_key: str = ""
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
        object: key of the payload in the bucket; None if it is in the record.
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


class Revision(msgspec.Struct, frozen=True):
    """One save of a job, without what it holds."""

    number: int
    meta: RevisionMeta


class Retry(msgspec.Struct, frozen=True):
    """The revision that a request made. `digest`: tells it from others of the same key."""

    revision: int
    digest: str


class Packed(msgspec.Struct, frozen=True):
    """A payload ready to store. `size`: unpacked bytes."""

    blob: bytes
    size: int

    @property
    def fits(self) -> bool:
        return len(self.blob) <= INLINE_LIMIT


class Damaged(Exception):
    """A payload that the log names is not there."""


def pack(change: Change) -> Packed:
    """Encode and compress."""
    plain = _encoder.encode(change)
    return Packed(zstandard.ZstdCompressor(level=_LEVEL).compress(plain), len(plain))


def unpack(blob: bytes) -> tuple[Change, int]:
    """A change and the size of its unpacked payload."""
    plain = zstandard.ZstdDecompressor().decompress(blob)
    return _decoder.decode(plain), len(plain)


def payload(record: Record) -> tuple[Change, int]:
    """What a REV or BASE record holds. Raises Damaged."""
    blob: Any = record.blob
    if blob is None:
        key = record.read(RevisionMeta).object
        blob = bucket.get(key) if key else None
        if blob is None:
            raise Damaged(f"{record.pk} {record.sk}: {key} is missing")
    return unpack(blob)


def revision_key(revision: int) -> str:
    return f"REV#{revision:012d}"


def base_key(revision: int) -> str:
    return f"BASE#{revision:012d}"


def revision_of(sk: str) -> int:
    """The number in the key of a REV or BASE record."""
    return int(sk.partition("#")[2])


def retry_key(author: int | None, key: str) -> str:
    return f"IDEM#{author or 0}#{key}"


def object_prefix(job_id: int) -> str:
    """Where the large payloads of a job are."""
    return f"annotations/{job_id}/"


def base_prefix(job_id: int) -> str:
    return f"{object_prefix(job_id)}base/"


def object_key(prefix: str, revision: int) -> str:
    """A key of its own for each attempt, so that no two writers share one."""
    return f"{prefix}{revision:012d}-{secrets.token_hex(8)}"


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
            base_bytes=packed.size, tail_bytes=0, tags=tags, shapes=shapes, tracks=tracks, at=at,
        )  # fmt: skip
    return msgspec.structs.replace(
        head, revision=revision, tail_bytes=head.tail_bytes + packed.size + _RECORD_BYTES,
        tags=head.tags + tags - gone[0], shapes=head.shapes + shapes - gone[1],
        tracks=head.tracks + tracks - gone[2], at=at,
    )  # fmt: skip


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
        size=packed.size, object=stored_at,
    )  # fmt: skip
    record = Record(keys.annotations(job_id), revision_key(revision)).write(meta)
    record.blob = None if stored_at else packed.blob
    return record


def base_record(job_id: int, revision: int, packed: Packed, stored_at: str | None) -> Record:
    """The BASE record of a fold."""
    meta = RevisionMeta(at=clock.iso(), replaced=True, size=packed.size, object=stored_at)
    record = Record(keys.annotations(job_id), base_key(revision)).write(meta)
    record.blob = None if stored_at else packed.blob
    return record


def retry_record(job_id: int, author: int | None, key: str, retry: Retry) -> Record:
    """The IDEM record of a save."""
    record = Record(keys.annotations(job_id), retry_key(author, key)).write(retry)
    record.expires = clock.epoch(RETRY_WINDOW)
    return record
