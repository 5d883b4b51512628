"""What a request asks to be saved, checked and completed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal, cast

import msgspec

from chalicelib.annotations.model import validation
from chalicelib.annotations.model.completion import complete
from chalicelib.annotations.model.document import Document, Objects, kind_of
from chalicelib.annotations.model.keyframes import put_in_order
from chalicelib.annotations.model.vocabulary import Vocabulary
from chalicelib.annotations.revisions.changes import Change, identity, replacement
from chalicelib.annotations.revisions.log import Damaged
from chalicelib.annotations.revisions.wishes import Save
from chalicelib.platform.errors import Conflict, Invalid
from chalicelib.platform.requests import Request
from chalicelib.projects.models import TaskData

Action = Literal["create", "update", "delete"]
_ACTIONS = ("create", "update", "delete")
_LONGEST_KEY = 200
_LONGEST_CLIENT = 64
_LONGEST_WARNING = 160


class Wish(msgspec.Struct, frozen=True):
    """Who wants a save, and how it is told from others.

    Attributes:
        since: the revision that the client has, None if it does not say.
        key, digest, blind, client, message: see `store.Save`.
    """

    author: int | None
    since: int | None
    key: str | None
    digest: str
    blind: bool = False
    client: str = "server"
    message: str = ""

    def save(self, job_id: int, change: Change, since: int | None) -> Save:
        """The same for one job, whose revision the client has seen as `since`."""
        return Save(
            job_id=job_id, change=change, author=self.author, since=since, key=self.key,
            digest=self.digest, blind=self.blind, client=self.client, message=self.message,
        )  # fmt: skip


def wish_of(request: Request, since: int | None, *, warnings: Sequence[str] = ()) -> Wish:
    """Who asks. Raises Invalid for an unusable `Idempotency-Key`.

    CVAT's clients repeat PUT and DELETE on their own when an answer does not arrive. They do not
    repeat PATCH; but whoever names a revision has not seen the answer to a request of the same
    bytes, which would have told them of another revision.
    """
    key = request.header("idempotency-key")
    if key is not None and not (0 < len(key) <= _LONGEST_KEY and key.isprintable()):
        raise Invalid(**{"Idempotency-Key": f"Must have 1 to {_LONGEST_KEY} printable characters."})
    blind = request.method in {"PUT", "DELETE"} or bool(since)
    digest = ""
    if key is not None or blind:
        asked = f"{request.method} {request.path} {request.query('action', '')}\n".encode()
        digest = hashlib.sha256(asked + request.body).hexdigest()
    return Wish(
        request.principal.id, since, key, digest, blind, client_of(request), _in_short(warnings)
    )


@contextmanager
def changeable() -> Iterator[None]:
    """Tell the client, with 409, that what it wants to change cannot be read."""
    try:
        yield
    except Damaged:
        raise Conflict(
            {
                "detail": "Part of these annotations cannot be read now. What is in it can be "
                "neither changed nor deleted; everything else can."
            }
        ) from None


def client_of(request: Request) -> str:
    """What a request was sent with: "browser", "cvat-sdk/2.80.0", … or "" if it does not say."""
    named = request.header("x-skylabel-client") or request.header("user-agent") or ""
    name = "".join(filter(str.isprintable, named)).strip()
    if name.startswith("Mozilla/"):
        return "browser"
    return name.partition(" ")[0].replace("cvat_", "cvat-")[:_LONGEST_CLIENT]


def warnings_of(
    objects: Objects,
    frames: range | None,
    vocabulary: Vocabulary | None = None,
    data: TaskData | None = None,
) -> list[str]:
    """What is stored although it looks like a mistake, for the answer to a save.

    Args:
        data: of the task; None: what it has is not known, so that nothing can be outside of it.
    """
    # Imported when first needed: a process that only reads does without.
    from chalicelib.annotations.model.oddities import oddities

    # Zeros: what the task has are no pictures, or they were read before this was kept.
    size = data.largest if data and all(data.largest) else None
    return oddities(objects, frames, size, vocabulary)


def _in_short(warnings: Sequence[str]) -> str:
    if not warnings:
        return ""
    more = f" (and {len(warnings) - 1} more)" if len(warnings) > 1 else ""
    return f"Looks odd: {warnings[0][:_LONGEST_WARNING]}{more}"


def action_of(request: Request) -> Action:
    """What a PATCH is to do. Raises Invalid."""
    action = request.query("action")
    if action not in _ACTIONS:
        raise Invalid(action=f"Please specify a correct 'action': {', '.join(_ACTIONS)}.")
    return cast(Action, action)


def replaced(document: Document, vocabulary: Vocabulary) -> Change:
    """The change that a PUT asks for. Raises Invalid."""
    return replacement(created(document, vocabulary).create)


def created(document: Objects, vocabulary: Vocabulary) -> Change:
    """The change that adds new objects. Raises Invalid."""
    validation.check_new(document)
    return Change(create=_checked(document, vocabulary))


def updated(document: Objects, vocabulary: Vocabulary) -> Change:
    """The change that replaces objects by their ids. Raises Invalid."""
    validation.check_identified(document)
    return Change(update=_checked(document, vocabulary))


def deleted(document: Objects) -> Change:
    """The change that drops objects by their ids and kinds. Raises Invalid."""
    validation.check_identified(document)
    items = document.all()
    return Change(delete=[*map(identity, items)], kinds=[*map(kind_of, items)])


def mixed(change: Change, vocabulary: Vocabulary) -> Change:
    """A change that creates, updates and deletes, checked. Raises Invalid."""
    try:
        validation.check_new(change.create)
        change.create = _checked(change.create, vocabulary)
    except Invalid as error:
        raise Invalid(create=[error.body]) from None
    try:
        change.update = _checked(change.update, vocabulary)
    except Invalid as error:
        raise Invalid(update=[error.body]) from None
    return change


def _checked(objects: Objects, vocabulary: Vocabulary) -> Objects:
    validation.check(objects, vocabulary)
    plain = Objects(tags=objects.tags, shapes=objects.shapes, tracks=objects.tracks)
    put_in_order(plain)
    complete(plain, vocabulary)
    return plain
