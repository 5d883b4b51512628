"""Runs every quarter of an hour: what requests left behind is finished, and what nobody needs any
more is removed.
"""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger

from functions.sweep.work import sweep

log = Logger()


@log.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> dict[str, int]:
    """The event says nothing. Returns how much was done; see `work.sweep`."""
    done = sweep(context.get_remaining_time_in_millis() / 1000)
    log.info("swept", extra=done)
    return done
