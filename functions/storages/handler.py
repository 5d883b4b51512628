"""Speaks to the providers of cloud storages, and keeps the credentials, for the API."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger

from chalicelib.media.storages.answering import answer

logger = Logger(service="skylabel-storages")


# The event holds credentials: it is never logged, whatever the environment says.
@logger.inject_lambda_context(log_event=False)
def handle(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Try, keep, list or show a storage; see `media/storages/calls.py`.

    Returns:
        The answer to the call, or `{"problem"}` with a sentence for the user.
    """
    return answer(event)
