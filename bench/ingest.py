"""What a worker needs to index photographs that are in the bucket already, by their number."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import skimage

from bench.report import Row
from bench.servers import ROOT, free_port, started, wait_for_port

COUNTS = (1_000, 10_000, 100_000)
PHOTOGRAPH = Path(skimage.__file__).parent / "data" / "rocket.jpg"
MIB = 1 << 20


def run() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as data, started(Path(data)), objects() as endpoint:
        used = {count: _worker(count, Path(data), endpoint) for count in COUNTS}
    few, many = used[COUNTS[0]], used[COUNTS[-1]]
    steps = ("plan", "index", "finish")
    speeds = {count: count / sum(one[step] for step in steps) for count, one in used.items()}
    detail = "; ".join(f"{count:,}: {speed:,.0f}" for count, speed in speeds.items())
    yield Row(
        "JPEGs in the bucket indexed per second of the worker's own CPU", speeds[COUNTS[-1]],
        1000, True, "files/s",
        f"{detail}. Of 100,000: plan {many['plan']:.1f} s, index {many['index']:.1f} s in"
        f" {many['parts']} parts, finish {many['finish']:.1f} s; all requests for objects answered"
        f" by a server of one photograph under many keys",
    )  # fmt: skip
    yield Row(
        "memory of that worker, 100,000 files against 1,000", many["peak"] / few["peak"], 1.2,
        False, detail="; ".join(f"{n:,}: {one['peak'] / MIB:.0f} MiB" for n, one in used.items()),
    )  # fmt: skip
    yield Row(
        "a frame of 100,000 found by a process that has not read their list",
        1000 * many["first_frame"], 20, False, "ms",
        f"of 1,000: {1000 * few['first_frame']:.1f} ms",
    )  # fmt: skip


@contextlib.contextmanager
def objects() -> Iterator[str]:
    """A server of objects in a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "bench.object_server", str(port), str(PHOTOGRAPH)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_for_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _worker(count: int, data: Path, endpoint: str) -> dict[str, Any]:
    env = os.environ | {
        "AWS_ENDPOINT_URL": (data / "aws-endpoint").read_text(),
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_ACCESS_KEY_ID": "000000000000",
        "AWS_SECRET_ACCESS_KEY": (data / "signing-secret").read_text(),
        "AWS_REGION": "us-east-1",
        "AWS_LAMBDA_FUNCTION_NAME": "skylabel-ingest",
        "SKYLABEL_STAGE": "local",
        "SKYLABEL_SHARE": "share/",
    }
    command = [sys.executable, "-m", "bench.ingest_worker", str(count)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
