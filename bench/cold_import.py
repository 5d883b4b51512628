"""How long the API function takes to import, beside boto3, Chalice and PynamoDB alone."""

from __future__ import annotations

import compileall
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator

from bench.report import Row
from bench.servers import ROOT

ROUNDS = 15
LIMIT = "import boto3, chalice, pynamodb.models, pynamodb.indexes, pynamodb.transactions"
OURS = "import app"
CLOCK = "import time; t = time.process_time(); {}; print(time.process_time() - t)"


def _seconds(statement: str) -> float:
    env = os.environ | {"AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run(
        [sys.executable, "-c", CLOCK.format(statement)],
        cwd=ROOT, env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(done.stdout)


def run() -> Iterator[Row]:
    # As packages are: what was changed since it ran last must not be compiled in every round.
    compileall.compile_dir(ROOT / "chalicelib", quiet=1)
    compileall.compile_file(ROOT / "app.py", quiet=1)
    _seconds(OURS), _seconds(LIMIT)
    pairs = [(_seconds(OURS), _seconds(LIMIT)) for _ in range(ROUNDS)]
    ours = statistics.median(pair[0] for pair in pairs)
    limit = statistics.median(pair[1] for pair in pairs)
    yield Row(
        "cold import of the API function beside boto3 + Chalice + PynamoDB, CPU",
        ours / limit, 1.2, False, detail=f"median of {ROUNDS}: {ours:.3f} s; {limit:.3f} s",
    )  # fmt: skip
