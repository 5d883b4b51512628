"""Counts what goes over the wire to AWS, and which Lambda function is at work meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bench.costs import prices
from bench.costs.usage import Usage
from chalicelib.platform import bucket, table

#: Requests that S3 charges as PUT, as GET, and not at all.
PUTS = frozenset(
    {
        "PutObject", "CopyObject", "CreateMultipartUpload", "UploadPart", "UploadPartCopy",
        "CompleteMultipartUpload", "ListObjectsV2", "ListParts", "ListMultipartUploads",
    }
)  # fmt: skip
GETS = frozenset({"GetObject", "HeadObject"})
FREE = frozenset({"DeleteObject", "DeleteObjects", "AbortMultipartUpload"})
#: What makes an object appear.
CREATING = frozenset({"PutObject", "CopyObject", "CompleteMultipartUpload"})

READS = frozenset({"GetItem", "Query", "BatchGetItem"})
READ_BYTES = 4096


class Meter:
    """Everything used since `reset`."""

    def __init__(self) -> None:
        self.usage = Usage()
        self._on = False
        self._lock = threading.Lock()
        #: Functions at work, each waiting for the next, as [name, seconds].
        self._working: list[list[Any]] = []

    def connect(self) -> None:
        """Listen to the clients of the table and the bucket."""
        for service, client in self._clients():
            client.meta.events.register(f"before-parameter-build.{service}", self._keep_parameters)
            client.meta.events.register(f"after-call.{service}", getattr(self, f"_{service}"))

    def disconnect(self) -> None:
        for service, client in self._clients():
            events = client.meta.events
            events.unregister(f"before-parameter-build.{service}", self._keep_parameters)
            events.unregister(f"after-call.{service}", getattr(self, f"_{service}"))

    @contextmanager
    def counting(self) -> Iterator[Usage]:
        """Count from nothing."""
        self.usage, self._on = Usage(), True
        try:
            yield self.usage
        finally:
            self._on = False

    @contextmanager
    def working(self, function: str) -> Iterator[None]:
        """One call of a Lambda function; one that calls another waits for it."""
        if not self._on:
            yield
            return
        self._working.append([function, prices.OWN_SECONDS[function]])
        try:
            yield
        finally:
            name, seconds = self._working.pop()
            self.usage.calls[name] += 1
            self.usage.seconds[name] += seconds
            if self._working:
                self._working[-1][1] += seconds

    def request(self) -> None:
        """One request of the API."""
        if self._on:
            self.usage.requests += 1

    def transition(self, count: int) -> None:
        """A state machine has gone on."""
        if self._on:
            self.usage.transitions += count

    def _clients(self) -> list[tuple[str, Any]]:
        return [("dynamodb", table.connection().client), ("s3", bucket.client())]

    def _keep_parameters(self, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["parameters"] = params

    def _dynamodb(
        self, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any
    ) -> None:
        if not self._on:
            return
        assert self._working, "only functions reach the table"
        assert "Error" not in parsed, f"{model.name}: {parsed['Error']}"
        with self._lock:
            self._working[-1][1] += prices.TABLE_SECONDS
            self.usage.table_calls += 1
            if model.name in READS:
                self.usage.reads += read_units(model.name, context["parameters"], parsed)
            else:
                self.usage.writes += _written(parsed["ConsumedCapacity"])

    def _s3(self, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        if not self._on:
            return
        assert model.name in PUTS | GETS | FREE, model.name
        with self._lock:
            if self._working:
                self._working[-1][1] += prices.BUCKET_SECONDS
            self.usage.puts += model.name in PUTS
            self.usage.gets += model.name in GETS
            self.usage.events += _events(model.name, context["parameters"])


def _events(operation: str, asked: Mapping[str, Any]) -> int:
    """Objects that came or went."""
    if operation == "DeleteObjects":
        return len(asked["Delete"]["Objects"])
    return int(operation in CREATING or operation == "DeleteObject")


def read_units(operation: str, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    """Read units: 4 KB each, half if the read may be stale; an item that is absent takes one."""
    if operation == "BatchGetItem":
        [wanted] = asked["RequestItems"].values()
        [found] = answer["Responses"].values()
        each = sum(_blocks(item_size(item)) for item in found)
        return _rate(wanted) * (each + len(wanted["Keys"]) - len(found))
    items = answer["Items"] if operation == "Query" else [answer.get("Item", {})]
    return _rate(asked) * _blocks(sum(map(item_size, items)))


def item_size(item: Mapping[str, Mapping[str, Any]]) -> int:
    """Bytes of an item as DynamoDB counts them: names and values."""
    return sum(len(name) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    [(kind, content)] = value.items()
    if kind == "N":
        return (len(content.strip("-0.")) + 1) // 2 + 1
    return len(content.encode() if isinstance(content, str) else content)


def _blocks(size: int) -> int:
    return max(1, -(-size // READ_BYTES))


def _rate(asked: Mapping[str, Any]) -> float:
    return 1.0 if asked.get("ConsistentRead") else 0.5


def _written(consumed: Any) -> float:
    entries = consumed if isinstance(consumed, list) else [consumed]
    return float(sum(entry["CapacityUnits"] for entry in entries))
