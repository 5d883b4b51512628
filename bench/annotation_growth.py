"""What a save and a read cost as a job and a task grow: one shape in a job of 100 and of 100,000,
memory beside the size of the JSON, and a task of a million objects in fifty jobs.
"""

from __future__ import annotations

import ctypes
import gc
import json
import random
import statistics
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench import annotation_bodies as bodies
from bench import annotation_million
from bench.in_process import Traffic, apart, cpu, machine, watched
from bench.report import Row

SMALL, LARGE = 100, 100_000
#: Saves of each kind that are measured; more of them would be folded in between.
ROUNDS = 40
ACTIONS = ("create", "update", "delete")


def run() -> Iterator[Row]:
    seen: dict[str, Any] = apart("bench.annotation_growth")
    for action in ACTIONS:
        small, large = seen["patch"][str(SMALL)][action], seen["patch"][str(LARGE)][action]
        yield Row(
            f"PATCH that {action}s 1 shape: CPU in a job of 100,000 over a job of 100",
            large["cpu"] / small["cpu"], 1.5, False,
            detail=f"{large['cpu'] * 1000:.2f} and {small['cpu'] * 1000:.2f} ms",
        )  # fmt: skip
        yield Row(
            f"PATCH that {action}s 1 shape: bytes written likewise",
            large["bytes"] / small["bytes"], 1.5, False,
            detail=f"{large['bytes']:.0f} and {small['bytes']:.0f}",
        )  # fmt: skip
        yield Row(
            f"PATCH that {action}s 1 shape in a job of 100,000: calls of the store",
            large["calls"], 3, False, "",
            "at most, of those that are not folding; access to the job takes one more",
        )  # fmt: skip
    for what, key in (("PUT", "put"), ("GET", "get")):
        yield Row(
            f"{what} of 100,000 mixed shapes: memory at its peak over the JSON's size",
            seen["memory"][key] / seen["memory"]["json"], 10, False,
            detail=f"{seen['memory'][key] / 2**20:.0f} MiB, with the emulated services; JSON "
            f"{seen['memory']['json'] / 2**20:.0f} MiB",
        )  # fmt: skip
    yield from annotation_million.rows()


def _measure() -> dict[str, Any]:
    memory = _memory()
    patches = {str(count): _patches(job, count) for job, count in ((2, SMALL), (3, LARGE))}
    return {"memory": memory, "patch": patches}


def _labels() -> Any:
    from chalicelib.annotations.model.vocabulary import vocabulary_of
    from chalicelib.projects.models import Attribute, Label

    parked = Attribute(
        id=bodies.PARKED, name="parked", input_type="checkbox", mutable=True, default_value="false"
    )
    car = Label(id=bodies.CAR, name="car", attributes=[parked])
    return vocabulary_of([Label(id=bodies.PLAIN, name="thing"), car])


def _put(job_id: int, text: bytes) -> None:
    from chalicelib.annotations import saving, store
    from chalicelib.annotations.bodies import LabeledDataRequest
    from chalicelib.annotations.store import Save
    from chalicelib.platform.bodies import decode_json, encode_json

    change = saving.replaced(decode_json(text, LabeledDataRequest), _labels())
    [saved] = store.save(Save(job_id=job_id, change=change, author=1))
    encode_json(saved.change.create)


def _memory() -> dict[str, float]:
    """Growth of the process at its peak, bytes."""
    from chalicelib.annotations import store
    from chalicelib.annotations.revisions.cache import views
    from chalicelib.platform.bodies import encode_json

    _put(1, bodies.mixed(1_000))
    text = bodies.mixed(LARGE)
    gc.collect()
    before = _status("VmRSS")
    put = _peak(lambda: _put(1, text)) - before
    views.clear()
    gc.collect()
    # What the process keeps to itself after it has freed it is not growth of a read.
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    before = _status("VmRSS")
    get = _peak(lambda: encode_json(store.read_job(1))) - before
    return {"json": len(text), "put": put, "get": get}


def _peak(action: Callable[[], Any]) -> float:
    # Writing 5 to it makes the kernel forget earlier peaks of this process.
    Path("/proc/self/clear_refs").write_text("5")
    action()
    return _status("VmHWM")


def _status(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    line = next(line for line in lines if line.startswith(field))
    return float(line.split()[1]) * 1024


def _patches(job_id: int, count: int) -> dict[str, dict[str, float]]:
    from chalicelib.annotations import store

    _put(job_id, bodies.mixed(count))
    known = store.read_job(job_id).shapes
    draw = random.Random(3)
    chosen = draw.sample(known, min(2 * ROUNDS, count))
    figures = {}
    for action in ACTIONS:
        seen: list[tuple[float, Traffic]] = []
        for turn in range(ROUNDS + 5):
            shape = chosen[turn % len(chosen)]
            if action == "delete":
                shape = chosen[-1 - turn]
            with watched() as traffic:
                seconds = cpu(lambda shape=shape, action=action: _patch(job_id, action, shape))  # type: ignore[misc]
            seen.append((seconds, traffic))
        measured = seen[5:]
        figures[action] = {
            "cpu": statistics.median(seconds for seconds, _ in measured),
            "bytes": statistics.median(traffic.sent for _, traffic in measured),
            "calls": statistics.median(traffic.calls.total() for _, traffic in measured),
        }
    return figures


def _patch(job_id: int, action: str, shape: Any) -> None:
    """What the API does with a PATCH of one shape, as the SDK sends it."""
    import msgspec

    from chalicelib.annotations import saving, store
    from chalicelib.annotations.bodies import PatchedLabeledDataRequest
    from chalicelib.annotations.store import Save
    from chalicelib.platform.bodies import decode_json, encode_json

    fields = msgspec.to_builtins(shape) | {"z_order": random.randrange(100)}
    if action == "create":
        fields["id"] = None
    body = decode_json(json.dumps({"shapes": [fields]}).encode(), PatchedLabeledDataRequest)
    if action == "delete":
        change = saving.deleted(body)
    else:
        change = (saving.created if action == "create" else saving.updated)(body, _LABELS)
    [saved] = store.save(Save(job_id=job_id, change=change, author=1))
    if not saved.moved:
        raise RuntimeError(f"nothing was there to {action}")
    encode_json(saved.change)


_LABELS: Any = None


def main(directory: str) -> None:
    """Measure, and print the figures as JSON."""
    global _LABELS
    with machine(directory):
        _LABELS = _labels()
        print(json.dumps(_measure()))


if __name__ == "__main__":
    main(sys.argv[1])
