"""Where a backup stands that takes longer than one call of the function may."""

from __future__ import annotations

import msgspec

from chalicelib.activity.models import Request
from chalicelib.backups import requested as backups
from chalicelib.formats.archives.zip_writer import ArchiveState
from chalicelib.platform import bucket
from functions.export.delivery_in_parts import Sent
from functions.export.upload import UploadState

SENT = "sent.unfinished"


class Position(msgspec.Struct):
    """How far the writing is.

    Attributes:
        done: members of the archive that are complete.
        read, crc: bytes of the next one whose checksum is known, and that checksum.
        written, check: bytes of it that are in the archive, and their checksum; None if it has
            not been begun.
        objects: annotations written.
        closed: whether all is written, and the file has only to appear.
    """

    done: int = 0
    read: int = 0
    crc: int = 0
    written: int | None = None
    check: int = 0
    objects: int = 0
    closed: bool = False

    def complete(self) -> None:
        """The member at hand is complete."""
        self.done += 1
        self.read = self.crc = self.check = 0
        self.written = None


class Checkpoint(msgspec.Struct):
    """Everything that the next call needs."""

    upload: UploadState
    archive: ArchiveState
    position: Position


def save(request: Request, checkpoint: Checkpoint) -> None:
    bucket.put(_key(request), msgspec.msgpack.encode(checkpoint))


def load(request: Request) -> Checkpoint | None:
    body = bucket.get(_key(request))
    return None if body is None else msgspec.msgpack.decode(body, type=Checkpoint)


def save_sent(request: Request, sent: Sent) -> None:
    """Note how much of the file a cloud storage has."""
    bucket.put(_key(request, SENT), msgspec.msgpack.encode(sent))


def load_sent(request: Request) -> Sent | None:
    """How much it has, if sending is begun."""
    body = bucket.get(_key(request, SENT))
    return None if body is None else msgspec.msgpack.decode(body, type=Sent)


def drop(request: Request) -> None:
    bucket.delete(_key(request), _key(request, SENT))


def _key(request: Request, name: str = "checkpoint.unfinished") -> str:
    return f"{backups.own_prefix(request)}{name}"
