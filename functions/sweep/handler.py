"""Runs every quarter of an hour: finish deletions that a request or a crash left behind."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger

from chalicelib.projects import sweep

log = Logger()


@log.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> dict[str, int]:
    """The event says nothing. Returns how many deletions were finished."""
    finished = sweep.resume()
    log.info("swept", extra={"finished": finished})
    return {"finished": finished}
