"""Files of exports that nobody can download any more. On AWS a rule of the bucket removes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chalicelib.activity.store import FINISHED_SECONDS
from chalicelib.formats.request_files import EXPORTS
from chalicelib.platform import bucket
from chalicelib.platform.config import settings

#: A link that was made at the last moment still works for an hour.
AGE = timedelta(seconds=FINISHED_SECONDS["export"] + bucket.LINK_LIFETIME)


def drop_expired() -> int:
    """Delete what is older than the requests that led to it, on one machine. Returns how much."""
    if settings().stage != "local":
        return 0
    before = datetime.now(UTC) - AGE
    expired = [key for key, written in bucket.dated(EXPORTS) if written < before]
    bucket.delete(*expired)
    return len(expired)
