"""EventBridge says that an object was created under `inbox/`: it becomes a task."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger

from chalicelib.media.ingest.inbox import Drop, receive

logger = Logger(service="skylabel-inbox")


@logger.inject_lambda_context
def handle(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Returns `{"task_id"}`, null if nothing was to do."""
    created = event["detail"]["object"]
    drop = Drop(
        key=created["key"],  # as it is: unlike S3's own notifications, EventBridge encodes nothing
        version=str(
            created.get("version-id") or f"{created.get('etag')}@{created.get('sequencer')}"
        ),
    )
    task_id = receive(drop)
    logger.info("received", extra={"object": drop.key, "task_id": task_id})
    return {"task_id": task_id}
