"""What a request asks to be saved, checked and completed."""

from __future__ import annotations

import hashlib
from typing import Literal, cast

import msgspec

from chalicelib.annotations.model import validation
from chalicelib.annotations.model.completion import complete
from chalicelib.annotations.model.document import Document, Objects
from chalicelib.annotations.model.vocabulary import Vocabulary
from chalicelib.annotations.revisions.changes import Change, identity, replacement
from chalicelib.platform.errors import Invalid
from chalicelib.platform.requests import Request

Action = Literal["create", "update", "delete"]
_ACTIONS = ("create", "update", "delete")
_LONGEST_KEY = 200


class Wish(msgspec.Struct, frozen=True):
    """Who wants a save, and how it is told from others.

    Attributes:
        since: the revision that the client has, None if it does not say.
        key, digest: of `Idempotency-Key` and of the request; see `store.Save`.
    """

    author: int | None
    since: int | None
    key: str | None
    digest: str


def wish_of(request: Request, since: int | None) -> Wish:
    """Who asks. Raises Invalid for an unusable `Idempotency-Key`."""
    key = request.header("idempotency-key")
    if key is not None and not (0 < len(key) <= _LONGEST_KEY and key.isprintable()):
        raise Invalid(**{"Idempotency-Key": f"Must have 1 to {_LONGEST_KEY} printable characters."})
    digest = ""
    if key is not None:
        asked = f"{request.method} {request.path} {request.query('action', '')}\n".encode()
        digest = hashlib.sha256(asked + request.body).hexdigest()
    return Wish(request.principal.id, since, key, digest)


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
    """The change that drops objects by their ids. Raises Invalid."""
    validation.check_identified(document)
    return Change(delete=[identity(item) for item in document.all()])


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
    complete(plain, vocabulary)
    return plain
