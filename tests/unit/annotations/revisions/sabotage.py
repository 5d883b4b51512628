"""Processes that die, and others that write, between any two calls to the table or the bucket."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ministack.services import dynamodb, s3

from chalicelib.annotations.revisions import committing
from chalicelib.annotations.revisions.cache import views
from chalicelib.platform import bucket, ids, table
from tests.unit.conftest import _answer

Deed = Callable[[], None]


class Died(BaseException):
    """The process ends here: nothing may catch this."""


class Saboteur:
    """Counts calls and strikes at one of them."""

    def __init__(self) -> None:
        self._left = -1
        self._deed: Deed | None = None
        self._after = False
        self._answers = {
            "dynamodb": _answer(dynamodb.handle_request), "s3": _answer(s3.handle_request)
        }  # fmt: skip

    def plan(self, call: int, deed: Deed, *, after: bool) -> None:
        """Do something before or after the call number `call`, counted from 0."""
        self._left, self._deed, self._after = call, deed, after

    def stop(self) -> None:
        self._left, self._deed = -1, None

    def on_call(self, service: str, request: Any) -> Any:
        """botocore's `before-send`: None lets the call through."""
        self._left -= 1
        if self._left != -1 or self._deed is None:
            return None
        deed, self._deed = self._deed, None
        if not self._after:
            deed()
            return None
        answer = self._answers[service](request)
        deed()
        return answer


def die() -> None:
    raise Died


def restart() -> None:
    """A new process remembers nothing."""
    views.clear()
    ids._blocks.clear()


@contextmanager
def another_process() -> Iterator[None]:
    """What is done here shares no memory with the rest."""
    remembered, blocks = dict(views._views), dict(ids._blocks)
    turns, lock = committing._turns, ids._lock
    committing._turns, ids._lock = [threading.Lock() for _ in turns], threading.Lock()
    restart()
    yield
    restart()
    committing._turns, ids._lock = turns, lock
    for job_id, view in remembered.items():
        views.keep(job_id, view)
    ids._blocks.update(blocks)


@contextmanager
def sabotaged(saboteur: Saboteur) -> Iterator[None]:
    """Let the saboteur see every call of this process."""

    def to_table(request: Any, **_: Any) -> Any:
        return saboteur.on_call("dynamodb", request)

    def to_bucket(request: Any, **_: Any) -> Any:
        return saboteur.on_call("s3", request)

    events, objects = table.connection().client.meta.events, bucket.client().meta.events
    events.register_first("before-send.dynamodb", to_table)
    objects.register_first("before-send.s3", to_bucket)
    try:
        yield
    finally:
        events.unregister("before-send.dynamodb", to_table)
        objects.unregister("before-send.s3", to_bucket)
