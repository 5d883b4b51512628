"""How long to wait for a provider, and through which door."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec


class Patience(msgspec.Struct, frozen=True):
    """Seconds to connect and to answer, how often to try again, and for how long in all."""

    connect: float
    answer: float
    retries: int
    in_all: float


#: While somebody waits for a page: API Gateway gives up after 29 s.
QUICK = Patience(4, 8, 1, 8)
#: While media is read.
STEADY = Patience(10, 60, 5, 120)


def client_options(patience: Patience, door: str | None) -> dict[str, Any]:
    """Options of a store's HTTP client.

    Args:
        door: URL of the proxy that checks where connections go, for hosts that a user chose.
    """
    options: dict[str, Any] = {
        "connect_timeout": timedelta(seconds=patience.connect),
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
        "retry_timeout": timedelta(seconds=patience.in_all),
        "backoff": {
            "init_backoff": timedelta(seconds=0.1),
            "max_backoff": timedelta(seconds=5),
            "base": 2,
        },
    }
