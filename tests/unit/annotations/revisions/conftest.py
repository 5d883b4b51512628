"""The log of jobs on two independent implementations of the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from chalicelib.annotations.revisions.cache import views
from chalicelib.platform import bucket, ids, table
from tests.unit.annotations.saving.emulators import Emulator, MiniStack, Moto


class Traffic:
    """Calls by operation, and the ranges that were read of files, as (key, bytes)."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.ranges: list[tuple[str, int]] = []

    @property
    def fetched(self) -> int:
        """Bytes of files."""
        return sum(size for _, size in self.ranges)

    def call(self, model: Any, **_: Any) -> None:
        self.calls[model.name] += 1

    def ask(self, params: dict[str, Any], **_: Any) -> None:
        asked = params.get("Range")
        if asked:
            first, _dash, last = asked.removeprefix("bytes=").partition("-")
            self.ranges.append((params["Key"], int(last) - int(first) + 1))


Watch = Callable[[], AbstractContextManager[Traffic]]


@pytest.fixture(
    params=[
        pytest.param(MiniStack, id="ministack"),
        pytest.param(Moto, id="moto", marks=pytest.mark.slow),
    ]
)
def emulator(
    request: pytest.FixtureRequest,
    _emulated_table: None,
    _emulated_bucket: None,
    _idle_functions: None,
) -> Iterator[Emulator]:
    """An empty log of all jobs."""
    chosen: Emulator = request.param()
    with chosen.serving():
        chosen.reset()
        forget()
        yield chosen
        forget()


def forget() -> None:
    """What a new process knows."""
    views.clear()
    ids._blocks.clear()


@pytest.fixture
def watched() -> Watch:
    """Counts what is asked of the table and the bucket."""

    @contextmanager
    def watch() -> Iterator[Traffic]:
        traffic = Traffic()
        events, objects = table.connection().client.meta.events, bucket.client().meta.events
        events.register("before-call.dynamodb", traffic.call)
        objects.register("before-call.s3", traffic.call)
        objects.register("provide-client-params.s3", traffic.ask)
        try:
            yield traffic
        finally:
            events.unregister("before-call.dynamodb", traffic.call)
            objects.unregister("before-call.s3", traffic.call)
            objects.unregister("provide-client-params.s3", traffic.ask)

    return watch
