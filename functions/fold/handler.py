"""Folds the annotation log of a job that a save has made too long to be read quickly."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger

from chalicelib.annotations import store
from chalicelib.platform.table import Lost

log = Logger()


@log.inject_lambda_context
def handle(event: dict[str, Any], context: Any) -> dict[str, bool]:
    """The event names a `job_id`. Returns whether there was anything to fold.

    Repeating it is harmless: a log that was folded is not long any more.
    """
    job_id = int(event["job_id"])
    try:
        folded = store.fold_if_due(job_id)
    except Lost:
        # Others were faster each time: those who save fold what becomes too long nevertheless.
        folded = False
    log.info("folded" if folded else "nothing to fold", extra={"job_id": job_id})
    return {"folded": folded}
