"""Ten thousand rectangles in one job, stored and read, beside a bare loop over the same bytes; and
ten people who save one shape each into one job.

The parts of the API that decode, check, store, read and encode are called in a process of their
own, with this machine's table and bucket in it. Its CPU seconds count everything: the client
library, the emulated table and its journal too.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import zstandard

from bench.report import Row

ROUNDS = 9
RECTANGLES = 10_000
CLIENTS = 10
SAVES = 60
#: Requests per second that CVAT reaches when ten clients save a shape each.
CVAT_PATCH = 20.0
LABEL = 1


def run() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run(
            [sys.executable, "-m", "bench.annotations", directory],
            capture_output=True,
            text=True,
            check=True,
        )
    seen: dict[str, float] = json.loads(done.stdout)
    limit = seen["limit"]
    for what, key in (
        ("PUT and GET of 10,000 rectangles", "both"),
        ("the same, GET in a process that remembers nothing", "both_cold"),
    ):
        yield Row(
            f"{what}: CPU over msgspec decode + encode + zstd", seen[key] / limit, 5, False,
            detail=f"median of {ROUNDS}: {seen[key] * 1000:.0f} ms of CPU (PUT "
            f"{seen['put'] * 1000:.0f}), limit {limit * 1000:.0f} ms",
        )  # fmt: skip
    yield Row(
        f"saves of one shape, {CLIENTS} threads on one job: per second over CVAT's",
        seen["saves"] / CVAT_PATCH, 5, True,
        detail=f"{seen['saves']:.0f}/s, {seen['save_cpu'] * 1000:.2f} ms of CPU each; CVAT "
        f"{CVAT_PATCH:.0f}/s",
    )  # fmt: skip


def body() -> bytes:
    """What a client sends: boxes of a 1280×720 video."""
    draw = random.Random(1)
    shapes = []
    for number in range(RECTANGLES):
        x, y = draw.uniform(0, 1200), draw.uniform(0, 650)
        shapes.append(
            {
                "type": "rectangle", "frame": number // 10, "label_id": LABEL, "group": 0,
                "source": "manual", "occluded": False, "outside": False, "z_order": 0,
                "rotation": 0.0, "points": [round(x, 2), round(y, 2), round(x + 60, 2),
                round(y + 50, 2)], "attributes": [], "elements": [],
            }
        )  # fmt: skip
    return json.dumps({"version": 0, "tags": [], "shapes": shapes, "tracks": []}).encode()


def cpu(action: Callable[[], Any]) -> float:
    """CPU seconds of all threads of this process."""
    before = time.process_time()
    action()
    return time.process_time() - before


def _measure() -> dict[str, float]:
    from chalicelib.annotations import saving, store
    from chalicelib.annotations.bodies import LabeledDataRequest
    from chalicelib.annotations.model.completion import complete
    from chalicelib.annotations.model.document import Document, Objects, Shape
    from chalicelib.annotations.model.vocabulary import vocabulary_of
    from chalicelib.annotations.revisions.cache import views
    from chalicelib.annotations.revisions.changes import Change
    from chalicelib.annotations.store import Save
    from chalicelib.platform.bodies import decode_json, encode_json
    from chalicelib.projects.models import Label

    text = body()
    labels = vocabulary_of([Label(id=LABEL, name="car")])
    decoder = msgspec.json.Decoder(Document)

    def limit() -> None:
        # Without the garbage collector, which is not msgspec's.
        gc.disable()
        zstandard.ZstdCompressor().compress(msgspec.json.encode(decoder.decode(text)))
        gc.enable()

    def put() -> None:
        change = saving.replaced(decode_json(text, LabeledDataRequest), labels)
        [saved] = store.save(Save(job_id=1, change=change, author=1))
        encode_json(saved.change.create)

    def get() -> None:
        document = store.read_job(1)
        complete(document, labels)
        assert len(encode_json(document)) > len(text) // 2

    def cold() -> None:
        views.clear()
        get()

    put()
    rounds = [(cpu(limit), cpu(put), cpu(get), cpu(cold)) for _ in range(ROUNDS)]
    limits, puts, gets, colds = zip(*rounds, strict=True)
    rate, each = _saves(
        lambda frame: store.save(
            Save(
                job_id=2,
                change=Change(
                    create=Objects(
                        shapes=[
                            Shape(type="rectangle", frame=frame, label_id=1, points=[1, 2, 3, 4])
                        ]
                    )
                ),
            )
        )
    )
    stored = len(store.read_job(2).shapes)
    if stored != CLIENTS * SAVES:
        raise RuntimeError(f"{CLIENTS * SAVES} saves were acknowledged, {stored} are stored")
    return {
        "limit": statistics.median(limits),
        "put": statistics.median(puts),
        "both": statistics.median(p + g for p, g in zip(puts, gets, strict=True)),
        "both_cold": statistics.median(p + c for p, c in zip(puts, colds, strict=True)),
        "saves": rate,
        "save_cpu": each,
    }


def _saves(save: Callable[[int], Any]) -> tuple[float, float]:
    """Saves per second, and CPU seconds of each."""
    threads = [
        threading.Thread(target=lambda: [save(turn) for turn in range(SAVES)])
        for _ in range(CLIENTS)
    ]
    start, before = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    count = CLIENTS * SAVES
    seconds = time.perf_counter() - start
    return count / seconds, (time.process_time() - before) / count


def main(directory: str) -> None:
    """Measure, and print the figures as JSON."""
    from infra.local.data_dir import DataDirectory

    data = DataDirectory(Path(directory))
    emulator = importlib.import_module("infra.local.emulator").Emulator(data)
    try:
        provisioning = importlib.import_module("infra.local.provisioning")
        os.environ |= provisioning.environment("bench-media", "bench", "bench-")
        provisioning.provision("bench", "bench-media", "bench-")
        importlib.import_module("app")  # the whole API, as in the process that serves it
        print(json.dumps(_measure()))
    finally:
        emulator.stop()
        data.close()


if __name__ == "__main__":
    main(sys.argv[1])
