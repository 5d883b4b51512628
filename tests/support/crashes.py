"""A process that dies at one of its calls to AWS: before the call, or when it was carried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

from chalicelib.platform import bucket, table

When = Literal["before", "after"]
#: Events of botocore: about to send, and answered.
_EVENTS = {"before": "before-call", "after": "after-call"}


class Crash(BaseException):
    """The process dies here."""


class Calls:
    """What was called, as `service.operation`."""

    def __init__(self) -> None:
        self.made: list[str] = []

    @property
    def count(self) -> int:
        return len(self.made)


@contextmanager
def counted_calls(
    dies_at: int | None = None, when: When = "before", only: Callable[[str], bool] | None = None
) -> Iterator[Calls]:
    """Counts calls to the table and the bucket, and raises `Crash` at the given one, from 0.

    `only` says which calls count, by their names.
    """
    calls = Calls()

    def called(model: Any, **_: Any) -> None:
        name = f"{model.service_model.service_name}.{model.name}"
        if only is not None and not only(name):
            return
        calls.made.append(name)
        if dies_at is not None and calls.count == dies_at + 1:
            raise Crash

    clients = (("dynamodb", table.connection().client), ("s3", bucket.client()))
    for service, client in clients:
        client.meta.events.register(f"{_EVENTS[when]}.{service}", called)
    try:
        yield calls
    finally:
        for service, client in clients:
            client.meta.events.unregister(f"{_EVENTS[when]}.{service}", called)


def each_crash(act: Callable[[], Any], when: When) -> Iterator[int]:
    """Runs `act` to die at its first call, its second, and so on until it lives to its end.

    Yields after each death, for what is then found and repaired; returns with `act` done.
    """
    for number in range(10_000):
        try:
            with counted_calls(number, when) as calls:
                act()
        except Crash:
            yield number
            continue
        if calls.count > number:
            raise AssertionError("a crash was swallowed")
        return
