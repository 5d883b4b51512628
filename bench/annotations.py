"""Shapes of one job, stored and read, beside a bare loop over the same bytes; and ten people who
save one shape each into one job.

The parts of the API that decode, check, store, read and encode are called in a process of their
own, with this machine's table and bucket in it.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import zstandard

from bench import annotation_bodies as bodies
from bench.in_process import apart, cpu, machine
from bench.report import Row

ROUNDS = 9
#: Shapes of one job, and rounds that measure so many.
SIZES = {10_000: ROUNDS, 100_000: 3}
CLIENTS = 10
SAVES = 60
#: Requests per second that CVAT reaches when ten clients save a shape each.
CVAT_PATCH = 20.0


def run() -> Iterator[Row]:
    seen: dict[str, dict[str, float]] = apart("bench.annotations")
    small, large, boxes = seen["10000"], seen["100000"], seen["rectangles"]
    yield Row(
        "PUT of 10,000 mixed shapes: CPU over msgspec validation + encode + zstd",
        small["put"] / small["limit"], 3, False,
        detail=f"median of {ROUNDS}: {small['put'] * 1000:.0f} ms of CPU, limit "
        f"{small['limit'] * 1000:.0f} ms",
    )  # fmt: skip
    for what, key in (("", "get"), (" in a process that remembers nothing", "cold")):
        yield Row(
            f"GET of the same{what}, over the same", small[key] / small["limit"], 2, False,
            detail=f"{small[key] * 1000:.0f} ms of CPU",
        )  # fmt: skip
    for what, key in (("PUT", "put"), ("GET", "cold")):
        for at_least, bound in ((False, 1.2), (True, 0.8)):
            yield Row(
                f"{what} of 100,000 over ten times that of 10,000",
                large[key] / small[key] / 10, bound, at_least,
                detail=f"{large[key]:.2f} s of CPU",
            )  # fmt: skip
    yield Row(
        "10,000 rectangles, PUT and cold GET: CPU over msgspec decode + encode + zstd",
        (boxes["put"] + boxes["cold"]) / boxes["limit"], 5, False,
        detail=f"PUT {boxes['put'] * 1000:.0f} ms, GET {boxes['cold'] * 1000:.0f} ms, limit "
        f"{boxes['limit'] * 1000:.0f} ms",
    )  # fmt: skip
    saves = seen["saves"]
    yield Row(
        f"saves of one shape, {CLIENTS} threads on one job: per second over CVAT's",
        saves["rate"] / CVAT_PATCH, 5, True,
        detail=f"{saves['rate']:.0f}/s, {saves['cpu'] * 1000:.2f} ms of CPU each; CVAT "
        f"{CVAT_PATCH:.0f}/s",
    )  # fmt: skip


def _measure() -> dict[str, dict[str, float]]:
    figures = {
        str(count): _whole(job, bodies.mixed(count), rounds)
        for job, (count, rounds) in enumerate(SIZES.items(), 1)
    }
    figures["rectangles"] = _whole(8, bodies.rectangles(10_000), ROUNDS)
    rate, each = _saves(_save_one)
    return figures | {"saves": {"rate": rate, "cpu": each}}


def _whole(job_id: int, text: bytes, rounds: int) -> dict[str, float]:
    """CPU seconds of storing and reading a whole document."""
    from chalicelib.annotations import saving, store
    from chalicelib.annotations.bodies import LabeledDataRequest
    from chalicelib.annotations.model.completion import complete
    from chalicelib.annotations.model.document import Document
    from chalicelib.annotations.model.vocabulary import vocabulary_of
    from chalicelib.annotations.revisions.cache import views
    from chalicelib.annotations.store import Save
    from chalicelib.platform.bodies import decode_json, encode_json
    from chalicelib.projects.models import Attribute, Label

    parked = Attribute(
        id=bodies.PARKED, name="parked", input_type="checkbox", mutable=True, default_value="false"
    )
    labels = vocabulary_of(
        [
            Label(id=bodies.PLAIN, name="thing"),
            Label(id=bodies.CAR, name="car", attributes=[parked]),
        ]
    )
    decoder = msgspec.json.Decoder(Document)
    frames = range(10**6)

    def limit() -> None:
        # Without the garbage collector, which is not msgspec's.
        gc.disable()
        zstandard.ZstdCompressor().compress(msgspec.json.encode(decoder.decode(text)))
        gc.enable()

    def put() -> None:
        change = saving.replaced(decode_json(text, LabeledDataRequest), labels)
        saving.warnings_of(change.create, frames, labels)
        [saved] = store.save(Save(job_id=job_id, change=change, author=1))
        encode_json(saved.change.create)

    def get() -> None:
        document = store.read_job(job_id)
        complete(document, labels)
        if len(encode_json(document)) < len(text) // 2:
            raise RuntimeError("less was read than was stored")

    def cold() -> float:
        views.clear()
        return cpu(get)

    put()
    seen = [(cpu(limit), cpu(put), cpu(get), cold()) for _ in range(rounds)]
    names = ("limit", "put", "get", "cold")
    return dict(zip(names, map(statistics.median, zip(*seen, strict=True)), strict=True))


def _save_one(frame: int) -> None:
    from chalicelib.annotations import store
    from chalicelib.annotations.model.document import Objects, Shape
    from chalicelib.annotations.revisions.changes import Change
    from chalicelib.annotations.store import Save

    shape = Shape(type="rectangle", frame=frame, label_id=bodies.PLAIN, points=[1, 2, 3, 4])
    store.save(Save(job_id=9, change=Change(create=Objects(shapes=[shape]))))


def _saves(save: Callable[[int], Any]) -> tuple[float, float]:
    """Saves per second, and CPU seconds of each."""
    from chalicelib.annotations import store

    threads = [
        threading.Thread(target=lambda: [save(turn) for turn in range(SAVES)])
        for _ in range(CLIENTS)
    ]
    start, before = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds, used = time.perf_counter() - start, time.process_time() - before
    count = CLIENTS * SAVES
    stored = len(store.read_job(9).shapes)
    if stored != count:
        raise RuntimeError(f"{count} saves were acknowledged, {stored} are stored")
    return count / seconds, used / count


def main(directory: str) -> None:
    """Measure, and print the figures as JSON."""
    with machine(directory):
        print(json.dumps(_measure()))


if __name__ == "__main__":
    main(sys.argv[1])
