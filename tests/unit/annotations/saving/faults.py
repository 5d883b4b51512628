"""Calls to the table and the bucket that fail, in every way in which they can.

Faults are injected where botocore sends a request, so retries, errors and their decoding are those
of a real client. Each call is recorded with the place in the code that made it.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError
from urllib3 import HTTPResponse

from chalicelib.platform import bucket, table

ROOT = Path(__file__).resolve().parents[4]
ANNOTATIONS = str(ROOT / "chalicelib" / "annotations")
PLATFORM = str(ROOT / "chalicelib" / "platform")

#: File below `annotations`, function, and what it called, for example `table.commit`.
Site = tuple[str, str, str]
Answer = Callable[[Any], AWSResponse | None]


class Died(BaseException):
    """The process ends here: nothing may catch this."""


class Call:
    """One request. `writes`: how many writes a transaction has, 0 for any other request."""

    def __init__(self, service: str, request: Any, send: Answer) -> None:
        self.service = service
        self.request = request
        self.send = send
        target = request.headers.get("X-Amz-Target", b"")
        target = target.decode() if isinstance(target, bytes) else target
        self.operation = target.partition(".")[2] or request.method
        self.writes = 0
        if self.operation == "TransactWriteItems":
            self.writes = len(json.loads(request.body)["TransactItems"])

    def defuse(self) -> None:
        """Make it harmless: botocore lets every handler see a request, whatever one answers."""
        if self.service == "dynamodb":
            self.request.headers["X-Amz-Target"] = "DynamoDB_20120810.ListTables"
            self.request.body = b"{}"
        else:
            self.request.method = "HEAD"

    def fails(self, status: int, code: str, **more: Any) -> AWSResponse:
        """The answer of a service that refuses the call."""
        if self.service == "dynamodb":
            body = json.dumps({"__type": f"com.amazonaws#{code}", "message": code, **more})
        else:
            body = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>"
        raw: Any = HTTPResponse(body=io.BytesIO(body.encode()), preload_content=False)
        headers: Any = {}
        return AWSResponse(self.request.url, status, headers, raw)


#: Calls that have a condition which may fail.
CONDITIONAL = {"TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem"}
#: What happens to a call: an answer in place of the service's, or None to let the call through.
Fault = Callable[[Call], AWSResponse | None]


def dies_before(_: Call) -> None:
    raise Died


def dies_after(call: Call) -> None:
    call.send(call.request)
    raise Died


def answer_is_lost(call: Call) -> None:
    """The service does what it was asked to, and the client does not hear of it."""
    call.send(call.request)
    raise ConnectionClosedError(endpoint_url=call.request.url)


def is_stored_and_refused(call: Call) -> AWSResponse | None:
    """A repetition inside the client library meets what its own first attempt has written."""
    if not call.writes:
        return None
    call.send(call.request)
    return loses("ConditionalCheckFailed", 0)(call)


def is_throttled(call: Call) -> AWSResponse:
    if call.service == "s3":
        return call.fails(503, "SlowDown")
    if call.writes:
        return call.fails(400, "ThrottlingException")
    return call.fails(400, "ProvisionedThroughputExceededException")


def loses(code: str, index: int) -> Fault:
    """A conditional write is refused; of a transaction, write number `index` is."""

    def refused(call: Call) -> AWSResponse | None:
        if call.writes:
            reasons = [{"Code": "None"} for _ in range(call.writes)]
            reasons[index % call.writes] = {"Code": code}
            return call.fails(400, "TransactionCanceledException", CancellationReasons=reasons)
        if call.operation in CONDITIONAL:
            return call.fails(400, f"{code}Exception")
        return None

    return refused


class Injector:
    """Counts calls, remembers where they came from, and strikes at planned ones."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self._answers = answers
        self.calls: list[str] = []
        self.sites: set[Site] = set()
        self._planned: dict[int, Fault] = {}
        self._paused = False

    def plan(self, number: int, fault: Fault, times: int = 1) -> None:
        """Strike at the call `number` from now, counted from 0, and at the next `times` - 1."""
        start = len(self.calls)
        self._planned |= {start + number + k: fault for k in range(times)}

    def stop(self) -> None:
        self._planned = {}

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Calls are neither counted nor struck meanwhile."""
        before, self._paused = self._paused, True
        yield
        self._paused = before

    def on_call(self, service: str, request: Any) -> AWSResponse | None:
        if self._paused:
            return None
        fault = self._planned.pop(len(self.calls), None)
        call = Call(service, request, self._answers[service])
        self.calls.append(call.operation)
        self.sites |= {site for site in (_site(),) if site}
        answer = fault(call) if fault else None
        if answer is not None:
            call.defuse()
        return answer

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Let the injector see every call of this process."""

        def to_table(request: Any, **_: Any) -> Any:
            return self.on_call("dynamodb", request)

        def to_bucket(request: Any, **_: Any) -> Any:
            return self.on_call("s3", request)

        events, objects = table.connection().client.meta.events, bucket.client().meta.events
        events.register_first("before-send.dynamodb.*", to_table)
        objects.register_first("before-send.s3.*", to_bucket)
        try:
            yield
        finally:
            events.unregister("before-send.dynamodb.*", to_table)
            objects.unregister("before-send.s3.*", to_bucket)


def _site() -> Site | None:
    """Where the annotation package called the platform for this request."""
    frame: FrameType | None = sys._getframe()
    below = ""
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(PLATFORM):
            below = f"{Path(name).stem}.{frame.f_code.co_name}"
        elif name.startswith(ANNOTATIONS):
            function = frame.f_code.co_qualname.partition(".")[0]
            return name.removeprefix(ANNOTATIONS + "/"), function, below
        frame = frame.f_back
    return None
