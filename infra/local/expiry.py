"""What rules of the bucket remove on AWS, where nothing has to look for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chalicelib.activity.store import FINISHED_SECONDS
from chalicelib.formats.request_files import EXPORTS
from chalicelib.media.uploads.tus import LIFETIME
from chalicelib.platform import bucket

#: How long objects are kept, by prefix; `infra/cdk/storage.py` has the same days.
KEPT = {
    # A link that was made at the last moment still works for an hour.
    EXPORTS: timedelta(seconds=FINISHED_SECONDS["export"] + bucket.LINK_LIFETIME),
    "uploads/": timedelta(seconds=LIFETIME),
    "storages/": timedelta(days=7),
}


def drop_expired() -> int:
    """Delete exports, pieces of uploads and previews whose time is over. Returns how many."""
    now = datetime.now(UTC)
    expired = [
        key
        for prefix, kept in KEPT.items()
        for key, written in bucket.dated(prefix)
        if written < now - kept
    ]
    bucket.delete(*expired)
    return len(expired)
