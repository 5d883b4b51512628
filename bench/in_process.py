"""This machine's table and bucket in the process of a benchmark, without a server.

CPU seconds of such a process count everything: the client library, the emulated table and its
journal, too.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def apart(module: str) -> Any:
    """Run a module in a process of its own. Returns the figures that it prints as JSON."""
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run(
            [sys.executable, "-m", module, directory],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return json.loads(done.stdout)


@contextmanager
def machine(directory: str) -> Iterator[None]:
    """The emulated services, with the whole API imported, as in the process that serves it."""
    from infra.local.data_dir import DataDirectory

    data = DataDirectory(Path(directory))
    emulator = importlib.import_module("infra.local.emulator").Emulator(data)
    try:
        provisioning = importlib.import_module("infra.local.provisioning")
        os.environ |= provisioning.environment("bench-media", "bench", "bench-")
        provisioning.provision("bench", "bench-media", "bench-")
        importlib.import_module("app")
        yield
    finally:
        emulator.stop()
        data.close()


def cpu(action: Callable[[], Any]) -> float:
    """CPU seconds of all threads of this process."""
    before = time.process_time()
    action()
    return time.process_time() - before


class Traffic:
    """Calls to the services, and the bytes of their bodies."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.sent = 0

    def call(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        """botocore's `before-call`: lets the call through."""
        self.calls[model.name] += 1
        body = params["body"]
        if isinstance(body, bytes | bytearray | str):
            self.sent += len(body)
        elif body:
            self.sent += int(params["headers"].get("Content-Length") or 0)


@contextmanager
def watched() -> Iterator[Traffic]:
    """Count the calls that are made meanwhile."""
    from chalicelib.platform import bucket, table, workflows
    from infra.local.transport import TABLE_OPERATIONS

    traffic = Traffic()
    table_client = table.connection().client
    # The emulator answers under the names of operations, which come before those of services.
    places: list[tuple[Any, str]] = [
        (table_client, f"dynamodb.{name}") for name in TABLE_OPERATIONS
    ]
    places += [(bucket.client(), "s3")]
    places += [(workflows._functions(), "lambda")]  # noqa: SLF001  botocore's client has no other door
    for client, name in places:
        client.meta.events.register_first(f"before-call.{name}", traffic.call)
    try:
        yield traffic
    finally:
        for client, name in places:
            client.meta.events.unregister(f"before-call.{name}", traffic.call)
