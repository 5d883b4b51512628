"""Builds a frame, a chunk or a preview that a client asked for and stores it in the bucket."""

from __future__ import annotations

from typing import Any

import msgspec
from aws_lambda_powertools import Logger

from chalicelib.media.frames.orders import Order
from chalicelib.media.frames.problems import Gone, Unbuildable
from chalicelib.media.frames.rendering import build
from chalicelib.media.sources.places import Unreachable
from functions.export.upload import ObjectWriter

logger = Logger(service="skylabel-frames")

#: Bytes above which an object is sent in parts, while the rest of it is being built.
PART = 64 << 20


@logger.inject_lambda_context
def handle(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Build an order.

    Returns:
        `{"key", "checksum"}`, or `{"problem"}` with a sentence for the user and `gone` if the
        media is not there any more.
    """
    order = msgspec.convert(event, Order)
    try:
        return {"key": order.key, "checksum": _store(order)}
    except Unbuildable as error:
        return {"problem": str(error), "gone": isinstance(error, Gone)}
    except Unreachable as error:
        told = f"The media of this task cannot be read: {error.for_anyone}"
        return {"problem": told, "gone": False}
    except KeyError:
        return {"problem": "The media of this task is gone.", "gone": True}


def _store(order: Order) -> str:
    built = build(order)
    writer = ObjectWriter(order.key, content_type=built.content_type, part=PART)
    try:
        for piece in built.pieces:
            writer.write(piece)
        return writer.complete()
    except BaseException:
        writer.abort()
        raise
