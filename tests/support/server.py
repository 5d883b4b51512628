"""A whole server for tests: `python -m infra.local` in a process group of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import boto3
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[2]
USERNAME = "admin"
PASSWORD = "correct-horse-battery-staple"
_READY = re.compile(r"^Skylabel is ready at (http://\S+)$", re.MULTILINE)


def clean_environment() -> dict[str, str]:
    """This process's environment without what other tests say to the API in it."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("SKYLABEL_", "AWS_"))}


class NotStarted(Exception):
    """The server ended before it was ready. The message is what it printed."""


class Server:
    """A server on a free port, whose data directory outlives it."""

    username = USERNAME
    password = PASSWORD

    def __init__(self, data_dir: Path, **environment: str) -> None:
        """`environment` is added to the process's own, for example `PORT="8080"`."""
        self.data_dir = data_dir
        #: Where it serves, for example `http://localhost:41234`.
        self.url = ""
        #: Seconds that the last start took.
        self.started_in = 0.0
        self._environment = {
            **clean_environment(),
            "PORT": "0",
            "SKYLABEL_DATA_DIR": str(data_dir),
            "SKYLABEL_ADMIN_USERNAME": USERNAME,
            "SKYLABEL_ADMIN_PASSWORD": PASSWORD,
            **environment,
        }
        self._log = data_dir.with_name(f"{data_dir.name}.log")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """Everything that the latest run printed."""
        return self._log.read_text()

    def aws(self, service: str) -> Any:
        """A boto3 client of the server's own AWS services."""
        session: Any = boto3.Session()
        return session.client(
            service,
            endpoint_url=(self.data_dir / "aws-endpoint").read_text(),
            region_name="us-east-1",
            aws_access_key_id="000000000000",
            aws_secret_access_key=(self.data_dir / "signing-secret").read_text(),
            config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
        )

    def start(self, timeout: float = 60.0) -> Self:
        """Return when it is ready. Raises NotStarted if it ends before, or is not in time."""
        began = time.monotonic()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "infra.local"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        while True:
            ready = _READY.search(self.log)
            if ready:
                break
            if self._process.poll() is not None:
                raise NotStarted(self.log)
            if time.monotonic() - began > timeout:
                self.kill()
                raise NotStarted(f"not ready after {timeout} s:\n{self.log}")
            time.sleep(0.02)
        self.url = ready[1]
        self._environment["PORT"] = self.url.rpartition(":")[2]  # the next start keeps it
        self.started_in = time.monotonic() - began
        return self

    def kill(self) -> None:
        """`kill -9` of the whole process group: no part gets to tidy up."""
        self._signal_group(signal.SIGKILL)
        self._wait()

    def kill_alone(self) -> None:
        """`kill -9` of the server's own process; its workers live on."""
        os.kill(self.pid, signal.SIGKILL)
        self._wait()

    def restart(self) -> Self:
        """Kill it at once and start it again on the same data."""
        self.kill()
        return self.start()

    def stop(self, kind: signal.Signals = signal.SIGTERM) -> int:
        """Stop it as Ctrl-C or a service manager does. Returns the exit code."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(kind)
        return self._wait()

    def _signal_group(self, kind: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, kind)

    def _wait(self) -> int:
        if self._process is None:
            return 0
        try:
            return self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=5)
            raise

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
