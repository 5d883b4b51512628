"""Time as the API shows it."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


def iso(moment: datetime | None = None) -> str:
    """ISO 8601 with milliseconds and `Z`, the form that CVAT's clients parse."""
    moment = moment or now()
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def epoch(seconds_from_now: float = 0) -> int:
    """Seconds since 1970, for TTL attributes."""
    return int(time.time() + seconds_from_now)
