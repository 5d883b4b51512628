"""Hands this process's own DynamoDB and S3 calls to the emulator without a socket.

botocore emits `before-send` with the finished request and takes an answer in place of sending it.
The handlers become built-in ones, so that every session made afterwards has them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, unquote, urlsplit

import botocore.handlers
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse

from infra.local.stored_body import BodyReader

if TYPE_CHECKING:
    from types import ModuleType

    from botocore.awsrequest import AWSPreparedRequest

    from infra.local.durable_objects import DurableObjects
    from infra.local.stored_body import StoredBody

#: Operation name → handler in the emulator's module, which is looked up at each call because
#: durability replaces it.
TABLE_OPERATIONS = {
    "GetItem": "_get_item",
    "PutItem": "_put_item",
    "UpdateItem": "_update_item",
    "DeleteItem": "_delete_item",
    "Query": "_query",
    "Scan": "_scan",
    "BatchGetItem": "_batch_get_item",
    "BatchWriteItem": "_batch_write_item",
    "TransactGetItems": "_transact_get_items",
    "TransactWriteItems": "_transact_write_items",
    "DescribeTable": "_describe_table",
}


class Transport:
    """Answers botocore's requests from the emulator in this process."""

    def __init__(self, dynamodb: ModuleType, objects: DurableObjects, app: ModuleType) -> None:
        self._dynamodb = dynamodb
        self._objects = objects
        self._app: Any = app

    def install(self) -> None:
        botocore.handlers.BUILTIN_HANDLERS += [
            ("before-send.dynamodb", self.table_request),
            ("before-send.s3", self.object_request),
            # Nobody checks a signature that never leaves the process; making one costs 0.1 ms.
            *((f"choose-signer.dynamodb.{name}", _unsigned) for name in TABLE_OPERATIONS),
        ]

    def table_request(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
        operation = _text(request.headers["X-Amz-Target"]).rpartition(".")[2]
        name = TABLE_OPERATIONS.get(operation)
        if name is None:
            return None  # rare control operations go over HTTP
        handler = getattr(self._dynamodb, name)
        status, headers, body = handler(json.loads(cast(bytes, request.body)))
        return _response(request, status, headers, body)

    def object_request(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        headers = {name.lower(): _text(value) for name, value in request.headers.items()}
        url = urlsplit(request.url)
        body = request.body or b""
        if hasattr(body, "read"):
            body = body.read()
        body = self._app._decode_aws_chunked_body(body, headers)
        headers["content-length"] = str(len(body))
        status, reply_headers, reply = self._objects.answer(
            request.method, unquote(url.path), headers, body,
            parse_qs(url.query, keep_blank_values=True),
        )  # fmt: skip
        reply_headers = {k.lower(): str(v) for k, v in reply_headers.items()}
        reply_headers.setdefault("content-length", str(len(reply)))
        if isinstance(reply, str):
            reply = reply.encode()
        if request.method == "HEAD":
            reply = b""
        return _response(request, status, reply_headers, reply)


def _response(
    request: AWSPreparedRequest, status: int, headers: dict[str, str], body: bytes | StoredBody
) -> AWSResponse:
    return AWSResponse(request.url, status, cast(Any, headers), BodyReader(body))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _unsigned(**_: Any) -> Any:
    return UNSIGNED
