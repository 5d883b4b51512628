"""Looking back costs as many calls of AWS in a large job as in a small one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from chalicelib.annotations.revisions import folding, reading
from chalicelib.annotations.revisions.cache import views
from chalicelib.annotations.statistics import routes as statistics
from chalicelib.platform import bucket, table
from tests.support.api import Api
from tests.unit.annotations.conftest import OWNER, Annotated, rectangle
from tests.unit.annotations.history.conftest import create

SMALL, LARGE = 20, 4_000
#: Frames that several jobs of the task have.
SHARED = (8, 9, 18, 19)


@contextmanager
def counting() -> Iterator[Counter[str]]:
    calls: Counter[str] = Counter()

    def count(model: Any, **_: Any) -> None:
        calls[model.name] += 1

    services = [(table.connection().client, "dynamodb"), (bucket.client(), "s3")]
    for client, name in services:
        client.meta.events.register(f"before-call.{name}", count)
    try:
        yield calls
    finally:
        for client, name in services:
            client.meta.events.unregister(f"before-call.{name}", count)


def asked(api: Api, path: str, **query: Any) -> Counter[str]:
    """Calls that a new process makes to answer."""
    api.get(path, **query)  # what is remembered of people and labels
    views.clear()
    with counting() as calls:
        answer = api.get(path, **query)
    assert answer.status == 200, answer
    return calls


def annotate(api: Api, task: Annotated, count: int) -> None:
    """Many objects, folded, and a few saves of one object after that; nothing on shared frames."""
    frames = [frame for frame in range(30) if frame not in SHARED]
    many = [rectangle(frames[number % len(frames)]) for number in range(count)]
    create(api, task.url, shapes=many)
    for job_id in task.jobs:
        folding.try_fold(job_id, reading.look_at(job_id))
    for url in task.job_urls:
        [shape, *_] = api.get(url).json["shapes"]
        api.patch(url, {"shapes": [{**shape, "occluded": True}]}, action="update")


@pytest.fixture
def tasks(api: Api, make_task: Callable[..., Annotated]) -> list[Annotated]:
    """A small and a large task of three jobs that share frames."""
    made = []
    for count in (SMALL, LARGE):
        made.append(make_task((0, 9), (8, 19), (18, 29)))
        annotate(api, made[-1], count)
    return made


@pytest.fixture
def counts() -> Api:
    return Api.of(statistics.jobs, statistics.tasks).with_headers(user=str(OWNER))


def paths(small: Annotated, large: Annotated) -> list[tuple[str, str]]:
    """A job of each, and each as a whole."""
    return [(small.job_urls[0], large.job_urls[0]), (small.url, large.url)]


def test_lists(api: Api, tasks: list[Annotated]) -> None:
    small, large = tasks
    for path, same in paths(small, large):
        calls = asked(api, f"{path}/history")
        assert asked(api, f"{same}/history") == calls
        assert calls["Query"] <= 1
        assert calls.total() <= 5


def test_earlier_documents(api: Api, tasks: list[Annotated]) -> None:
    small, large = tasks
    for number in (1, 2):
        calls = [asked(api, f"{t.job_urls[0]}/history/{number}").total() for t in (small, large)]
        # What is too large for the table is one file.
        assert calls[1] <= calls[0] + 1 <= 7
    calls = [asked(api, f"{task.url}/history/6").total() for task in (small, large)]
    assert calls[1] <= calls[0] + 3


def test_differences_of_small_changes(api: Api, tasks: list[Annotated]) -> None:
    small, large = tasks
    calls = [asked(api, f"{t.job_urls[0]}/history/2/diff").total() for t in (small, large)]
    # Where the object is, and the page that it is in.
    assert calls[1] <= calls[0] + 2 <= 8


def test_statistics(api: Api, counts: Api, tasks: list[Annotated]) -> None:
    small, large = tasks
    for path, same in paths(small, large):
        calls = asked(counts, f"{path}/statistics")
        assert asked(counts, f"{same}/statistics") == calls
        assert calls["GetObject"] == 0
    assert calls.total() <= 8


def test_the_newest_saves_of_fifty_jobs(api: Api, make_task: Callable[..., Annotated]) -> None:
    task = make_task(*((frame, frame) for frame in range(50)))
    api.put(task.url, {"shapes": [rectangle(frame) for frame in range(50)]})
    for frame in range(12):
        create(api, task.job_urls[frame % 3], shapes=[rectangle(frame % 3)])
    calls = asked(api, f"{task.url}/history")
    assert calls.total() <= 6, calls
