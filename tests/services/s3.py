"""An S3 of its own: MiniStack behind a guard that demands signed requests, as S3 does.

`python -m tests.services.s3` serves it; `Bucket` is how tests fill it.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from tests.services.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
KEY, SECRET_KEY = "000000000000", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00"


class S3:
    """A running service."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=url,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET_KEY,
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}),
        )

    def fill(self, bucket: str, objects: dict[str, bytes]) -> None:
        """A bucket with these objects."""
        self._client.create_bucket(Bucket=bucket)
        for key, body in objects.items():
            self._client.put_object(Bucket=bucket, Key=key, Body=body)

    def put(self, bucket: str, key: str, body: bytes) -> None:
        """One more object."""
        self._client.put_object(Bucket=bucket, Key=key, Body=body)

    def get(self, bucket: str, key: str) -> bytes:
        """The bytes of an object."""
        body: bytes = self._client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return body

    def empty(self, bucket: str) -> None:
        """Delete a bucket with all that is in it."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        for page in pages:
            for found in page.get("Contents", []):
                self._client.delete_object(Bucket=bucket, Key=found["Key"])
        self._client.delete_bucket(Bucket=bucket)


@contextmanager
def running(folder: Path) -> Iterator[S3]:
    """Start it, and end it with the block."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_DEFAULT_REGION": "us-east-1",
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "AUTH": "false",
        "PERSIST_STATE": "0",
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(folder),
        "DOCKER_HOST": f"unix://{folder}/no-docker.sock",
    }
    command = [sys.executable, "-m", "tests.services.s3"]
    with Service(command, "S3 at ", environment=environment, folder=folder) as service:
        yield S3(service.said.removeprefix("S3 at "))


def serve() -> None:
    http_server = importlib.import_module("infra.local.http_server")
    listener = http_server.listening_socket("127.0.0.1", 0)
    port = listener.getsockname()[1]
    os.environ["GATEWAY_PORT"] = str(port)
    ministack = importlib.import_module("ministack.app")
    guard = importlib.import_module("infra.local.guard")
    http_server.ThreadServer(guard.Guard(ministack.app, SECRET_KEY), listener).start()
    print(f"S3 at http://127.0.0.1:{port}", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    serve()
