"""Hands this process's own DynamoDB and S3 calls to the emulator without a socket.

botocore emits `before-call` with the serialised parameters and `before-send` with the finished
request, and takes an answer in place of going on. The earlier one spares DynamoDB, which is called
several times in every request, half of a call's time: no signature, no user agent, no retries. The
handlers become built-in ones, so that every session made afterwards has them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, unquote, urlsplit

import botocore.handlers
import botocore.parsers
from botocore.awsrequest import AWSResponse

from infra.local.stored_body import BodyReader

if TYPE_CHECKING:
    from types import ModuleType

    from botocore.awsrequest import AWSPreparedRequest
    from botocore.model import OperationModel

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
        self._parse = botocore.parsers.create_parser("json").parse

    def install(self) -> None:
        botocore.handlers.BUILTIN_HANDLERS += [
            *((f"before-call.dynamodb.{name}", self.table_call) for name in TABLE_OPERATIONS),
            ("before-send.s3", self.object_request),
        ]

    def table_call(
        self, model: OperationModel, params: dict[str, Any], **_: Any
    ) -> tuple[AWSResponse, dict[str, Any]]:
        """The response and what is parsed of it."""
        handler = getattr(self._dynamodb, TABLE_OPERATIONS[model.name])
        status, headers, body = handler(json.loads(params["body"]))
        raw = {"status_code": status, "headers": headers, "body": body}
        parsed = self._parse(raw, cast(Any, model.output_shape))
        if status >= 300:
            # What an error tells beside its code, such as the reasons of a cancelled transaction.
            shape = model.service_model.shape_for_error_code(parsed["Error"]["Code"])
            if shape is not None:
                parsed |= self._parse(raw, shape)
        return _response(params["url"], status, headers, body), parsed

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
        return _response(request.url, status, reply_headers, reply)


def _response(
    url: str, status: int, headers: dict[str, str], body: bytes | StoredBody
) -> AWSResponse:
    return AWSResponse(url, status, cast(Any, headers), BodyReader(body))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
