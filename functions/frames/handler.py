"""Builds a frame, a chunk or a preview that a client asked for and stores it in the bucket."""

from __future__ import annotations

from typing import Any

import msgspec
from aws_lambda_powertools import Logger

from chalicelib.media.frames.orders import Order
from chalicelib.media.frames.rendering import Unbuildable, build
from chalicelib.platform import bucket

logger = Logger(service="skylabel-frames")


@logger.inject_lambda_context
def handle(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Build an order.

    Returns:
        `{"key", "checksum"}`, or `{"problem"}` with a sentence for the user and `gone` if the
        media is not there any more.
    """
    order = msgspec.convert(event, Order)
    try:
        body = build(order)
    except Unbuildable as error:
        return {"problem": str(error)}
    except KeyError:
        return {"problem": "The media of this task is gone.", "gone": True}
    return {"key": order.key, "checksum": bucket.put(order.key, body, order.content_type)}
