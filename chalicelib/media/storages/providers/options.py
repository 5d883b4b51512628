"""How long to wait for a provider, and through which door."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec


class Patience(msgspec.Struct, frozen=True):
    """How long to wait, in seconds: to connect, while nothing comes, and for a whole answer; how
    often to try again, and until how many seconds after the beginning."""

    connect: float
    silence: float
    answer: float
    retries: int
    until: float


#: While somebody waits for a page: API Gateway gives up after 29 s.
QUICK = Patience(4, 8, 8, 1, 8)
#: While media is read: large answers over slow lines.
STEADY = Patience(10, 30, 600, 5, 120)


def client_options(patience: Patience, door: str | None) -> dict[str, Any]:
    """Options of a store's HTTP client.

    Args:
        door: URL of the proxy that checks where connections go, for hosts that a user chose.
    """
    options: dict[str, Any] = {
        "connect_timeout": timedelta(seconds=patience.connect),
        "read_timeout": timedelta(seconds=patience.silence),
        "timeout": timedelta(seconds=patience.answer),
        "user_agent": "skylabel",
    }
    if door is not None:
        # Plain HTTP as well: the door lets it through where the operator allows it.
        options |= {"proxy_url": door, "allow_http": True}
    return options


def retry_options(patience: Patience) -> dict[str, Any]:
    """Options of a store's retries."""
    return {
        "max_retries": patience.retries,
        "retry_timeout": timedelta(seconds=patience.until),
        "backoff": {
            "init_backoff": timedelta(seconds=0.1),
            "max_backoff": timedelta(seconds=5),
            "base": 2,
        },
    }
