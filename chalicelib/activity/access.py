"""Who may see or cancel a background request."""

from __future__ import annotations

from urllib.parse import unquote

from chalicelib.accounts import permissions
from chalicelib.activity import models, store
from chalicelib.platform.errors import NotFound
from chalicelib.platform.requests import Request


def permitted(request: Request, request_id: str, scope: str) -> models.Request:
    """The background request that an id in a path means, whether or not the gateway decoded it.

    Args:
        scope: `view` or `cancel`.

    Raises:
        NotFound: there is none.
        Forbidden: it is someone else's.
    """
    found = store.load(unquote(request_id))
    if found is None:
        raise NotFound
    owns = found.owner_id == request.principal.id
    relations = frozenset({"Owner"}) if owns else frozenset[str]()
    permissions.require(request.principal, "requests", scope, relations)
    return found
