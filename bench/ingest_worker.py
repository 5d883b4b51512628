"""`python -m bench.ingest_worker COUNT`: every step of making a task of COUNT photographs.

In one process, one step after another, where there would be many side by side. Prints what each
used as JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

from chalicelib.activity import request_ids, store
from chalicelib.activity.models import Operation, Request
from chalicelib.media import frame_list
from chalicelib.media.ingest import parameters
from chalicelib.media.ingest.parameters import DataRequest
from chalicelib.platform import bucket, clock, ids, table
from chalicelib.platform.table import Create
from chalicelib.projects import store as tasks
from chalicelib.projects.indexing import task_record
from chalicelib.projects.models import Task
from functions.ingest.handler import handle
from infra.local.proxy_event import LambdaContext


def main(count: int) -> dict[str, Any]:
    request = _request(count)
    event = {"request_id": request.id, "run": request.run}
    usage: dict[str, Any] = {}
    plan = _measured(usage, "plan", {**event, "step": "probe"})
    assert plan["state"] == "index", plan
    usage["parts"] = len(plan["parts"])
    for part in plan["parts"]:
        index = {**event, "step": "index", "part": part, "total": plan["total"]}
        _measured(usage, "index", index)
    done = _measured(usage, "finish", {**event, "step": "finish"})
    assert done == {"state": "finished"}, (done, store.load(request.id))
    task_id = int(request.inputs["task_id"])
    task = tasks.load_task(task_id)
    assert task is not None
    assert task.size == count
    usage["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    usage["first_frame"] = _cold_frame(task_id, count)
    return usage


def _measured(usage: dict[str, Any], name: str, event: dict[str, Any]) -> Any:
    before = time.process_time()
    answer: Any = handle(event, LambdaContext("bench", 900))
    usage[name] = usage.get(name, 0.0) + time.process_time() - before
    return answer


def _request(count: int) -> Request:
    """A queued request without a state machine."""
    task_id = ids.allocate("task").start
    moment = clock.iso()
    task = Task(id=task_id, name="bench", owner_id=1, created_date=moment, updated_date=moment)
    table.commit(Create(task_record(task)))
    parameters.keep(task_id, DataRequest(server_files=[f"{count}/"]))
    now = time.time()
    request = Request(
        id=request_ids.create(task_id),
        kind="create",
        owner_id=1,
        owner_name="admin",
        operation=Operation(type="create:task", target="task", task_id=task_id),
        machine="ingest",
        attempt="bench",
        inputs={"task_id": task_id},
        created=now,
        alive=now,
    )
    store.put(request)
    return request


def _cold_frame(task_id: int, count: int) -> float:
    """Seconds to find a frame in the middle of a list that this process has not read."""
    bucket.size("nothing")  # the connection is there
    frame_list.load.cache_clear()
    before = time.perf_counter()
    assert frame_list.load(task_id, 1).images[count // 2].width
    return time.perf_counter() - before


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
