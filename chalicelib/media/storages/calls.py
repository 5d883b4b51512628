"""What the API asks of the `storages` function, which holds the credentials and speaks to the
providers, and what it answers. Shared by both sides."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

import msgspec
from botocore.exceptions import ReadTimeoutError

from chalicelib.media.storages.models import CloudStorage, Credentials, Status
from chalicelib.platform import workflows

Answer = TypeVar("Answer")
Kind = Literal["denied", "missing", "unusable", "unreachable"]


class Problem(Exception):
    """The provider, or what the user said of it. `message` is for the user."""

    def __init__(self, kind: Kind, message: str, field: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.field = field


class Save(msgspec.Struct, frozen=True, tag="save", tag_field="do"):
    """Try a storage and keep its credentials.

    Attributes:
        storage: as it shall be; its `secret` names what is kept so far, if anything.
        given: credentials of the request.
        reuse: whether what is not given may be taken from what is kept.
        until: seconds since 1970 after which nobody waits, so nothing may be kept any more.
    """

    storage: CloudStorage
    given: Credentials
    reuse: bool
    until: int


class Saved(msgspec.Struct, frozen=True):
    """Name of the credentials in the secret store."""

    secret: str


class Forget(msgspec.Struct, frozen=True, tag="forget", tag_field="do"):
    """Delete credentials, and what was derived from the storage if `storage_id` is given."""

    secret: str
    storage_id: int | None = None


class Forgotten(msgspec.Struct, frozen=True):
    """It is done."""


class GetStatus(msgspec.Struct, frozen=True, tag="status", tag_field="do"):
    """Ask whether the bucket is there."""

    storage_id: int


class GotStatus(msgspec.Struct, frozen=True):
    status: Status


class GetSizes(msgspec.Struct, frozen=True, tag="sizes", tag_field="do"):
    """Ask for the sizes of a few objects."""

    storage_id: int
    keys: list[str]


class GotSizes(msgspec.Struct, frozen=True):
    """In bytes, in the order of the keys; None of what is not there."""

    sizes: list[int | None]


class List(msgspec.Struct, frozen=True, tag="list", tag_field="do"):
    """Ask for one page of a folder, of the bucket itself or of one of its manifests.

    Attributes:
        token: where the page before ended; "" begins.
    """

    storage_id: int
    prefix: str
    token: str
    size: int
    manifest: str = ""


class Preview(msgspec.Struct, frozen=True, tag="preview", tag_field="do"):
    """Ask for a small picture of the first image, to be put at `key` of the media bucket."""

    storage_id: int
    key: str


class Previewed(msgspec.Struct, frozen=True):
    """Whether there is an image."""

    found: bool


Call = Save | Forget | GetStatus | GetSizes | List | Preview


def call(asked: Call, answer: type[Answer]) -> Answer:
    """Ask the function. Raises Problem."""
    try:
        said: Any = workflows.invoke("storages", msgspec.to_builtins(asked))
    except ReadTimeoutError:
        raise Problem("unreachable", "The cloud storage takes too long to answer.") from None
    except workflows.WorkerFailed as error:
        if "timed out" in error.message.lower():
            raise Problem("unreachable", "The cloud storage takes too long to answer.") from None
        raise
    if "problem" in said:
        raise Problem(**said["problem"])
    return msgspec.convert(said, answer)
