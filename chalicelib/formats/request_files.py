"""Where the files of a background request stand in the bucket."""

from __future__ import annotations

import hashlib

from chalicelib.activity.models import Request

#: What stands below it may be deleted after a day.
EXPORTS = "exports/"


def key_prefix(request_id: str) -> str:
    """Where the files of all requests of an id stand."""
    return f"{EXPORTS}{hashlib.sha256(request_id.encode()).hexdigest()[:40]}/"


def own_prefix(request: Request) -> str:
    """Where those of this request stand: an overtaken one must not touch its successor's.

    The file that a user gets stands there under its own name, which has an extension and no slash;
    what else is there has none or is in a folder.
    """
    return f"{key_prefix(request.id)}{request.attempt}/"


def work_prefix(request: Request) -> str:
    """Where what its worker needs until it is done stands."""
    return f"{own_prefix(request)}work/"
