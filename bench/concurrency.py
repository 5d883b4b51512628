"""Twenty people save one job at the same time, beside a bare conditional update of one item.

The clients are threads of several processes that share nothing but the emulated table, as
functions of AWS do. Each save is a whole PATCH of one shape through the API; the bare limit is a
read and a conditional write of one item, tried again when it is lost. Both by the same client
library.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.in_process import apart, machine
from bench.report import Row

PROCESSES, THREADS, SAVES = 4, 5, 50
TASK, JOB, LABEL = 7_000_001, 7_000_002, 7_000_003
ROUNDS = 1
_BARE = ("BENCH", "COUNTER")


def run() -> Iterator[Row]:
    seen: dict[str, Any] = apart("bench.concurrency")
    saves, bare = seen["saves"], seen["bare"]
    yield Row(
        "20 clients save one job 50 times each: saves/s beside a bare conditional update",
        saves / bare, 0.3, True, detail=f"{saves:.0f} and {bare:.0f} a second",
    )  # fmt: skip
    yield Row(
        "the same: saves that are acknowledged and not in the history once, or the reverse",
        seen["wrong"], 0, False, "saves", f"of {seen['acknowledged']}",
    )  # fmt: skip


def _measure() -> dict[str, Any]:
    _prepare()
    rates: dict[str, list[float]] = {"bare": [], "saves": []}
    acknowledged: list[int] = []
    for turn in range(ROUNDS):
        for kind, found in rates.items():
            rate, revisions = _together(kind, turn)
            found.append(rate)
            acknowledged += revisions if kind == "saves" else []
    listed = _history()
    middle = {kind: sorted(found)[ROUNDS // 2] for kind, found in rates.items()}
    wrong = set(acknowledged).symmetric_difference(listed)
    twice = len(acknowledged) - len(set(acknowledged))
    return {**middle, "acknowledged": len(acknowledged), "wrong": len(wrong) + twice}


def _prepare() -> None:
    """A task of one job, and the item of the bare limit."""
    from chalicelib.platform import clock, keys, table
    from chalicelib.platform.table import Create, Record
    from chalicelib.projects import store
    from chalicelib.projects.indexing import task_record
    from chalicelib.projects.models import Label, Task, TaskData
    from chalicelib.projects.segments import Segment
    from chalicelib.projects.tasks import finish_data

    now = clock.iso()
    task = Task(id=TASK, name="shared", owner_id=1, created_date=now, updated_date=now)
    labels = Record(keys.task(TASK), keys.LABELS)
    labels.blob = store.pack_labels([Label(id=LABEL, name="thing")])
    table.commit(Create(task_record(task)), Create(labels), Create(Record(*_BARE)))
    data = TaskData(size=100, mode="annotation", stop_frame=99, chunk_size=36,
                    chunks_updated_date=now)  # fmt: skip
    finish_data(TASK, data, [Segment(0, 99)])


def _together(kind: str, turn: int) -> tuple[float, list[int]]:
    """Operations a second of all processes, and the revisions that they were told."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.concurrency", "worker", kind, f"{turn}-{number}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for number in range(PROCESSES)
    ]  # fmt: skip
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()
    start = time.perf_counter()
    revisions: list[int] = []
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        text, _ = worker.communicate()
        revisions += json.loads(text)
    assert all(worker.returncode == 0 for worker in workers)
    return PROCESSES * THREADS * SAVES / (time.perf_counter() - start), revisions


def _history() -> list[int]:
    from chalicelib.annotations import store
    from chalicelib.projects import store as projects

    [job] = projects.task_jobs(TASK)
    return [one.number for one in store.revisions(job.id, limit=1_000_000)]


def _work(kind: str, name: str) -> None:
    """One process of clients: says that it is ready, waits, works, prints revisions."""
    act = _api() if kind == "saves" else _bare
    # The first one, while nothing is measured.
    told = [act(f"{name}-first")]
    print("ready", flush=True)
    sys.stdin.readline()

    def client(number: int) -> None:
        for turn in range(SAVES):
            told.append(act(f"{name}-{number}-{turn}"))  # noqa: PERF401  by several threads

    threads = [threading.Thread(target=client, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(told))


def _bare(_: str) -> int:
    """Read an item and write it if nobody else has; until it succeeds."""
    from chalicelib.platform import table
    from chalicelib.platform.table import Lost, Update

    for attempt in range(10_000):
        record = table.load(*_BARE)
        assert record is not None
        record.doc = b"{}"
        try:
            table.commit(Update(record))
        except Lost:
            time.sleep(random.random() * min(500, 10 << attempt) / 1000)
        else:
            return 0
    raise AssertionError("a bare update never succeeds")


def _api() -> Callable[[str], int]:
    """A function that draws one shape by the API, in this process."""
    from app import app
    from chalicelib.platform import http
    from chalicelib.platform.requests import Principal
    from chalicelib.projects import store as projects
    from infra.local.proxy_event import LambdaContext, build_event, read_answer
    from infra.local.routes import RouteTable

    def believe(request: Any, _public: bool) -> None:
        request.principal = Principal(1, "admin", ("admin",), "session")

    http.set_authenticator(believe)
    [job] = projects.task_jobs(TASK)
    path = f"/api/jobs/{job.id}/annotations"
    match = RouteTable(app.routes).match(path)
    assert match is not None

    def draw(_: str) -> int:
        points = [random.random() * 900 for _ in range(4)]
        shape = {"type": "rectangle", "frame": 0, "label_id": LABEL, "points": points}
        scope = {
            "scheme": "http",
            "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
            "query_string": b"action=create",
            "client": ("127.0.0.1", 1),
        }  # fmt: skip
        body = json.dumps({"shapes": [shape]}).encode()
        event = build_event(scope, path, "PATCH", match, body, "bench")
        while True:
            status, _headers, answer = read_answer(app(event, LambdaContext("bench", 29.0)))
            if status == 200:
                return int(json.loads(answer)["version"])
            assert status in {409, 503}, answer

    return draw


if __name__ == "__main__":
    if sys.argv[1] == "worker":
        os.environ.setdefault("SKYLABEL_STAGE", "local")
        _work(sys.argv[2], sys.argv[3])
    else:
        with machine(sys.argv[1]):
            print(json.dumps(_measure()))
