"""Servers that the benchmarks measure, each in a process of its own."""

from __future__ import annotations

import contextlib
import http.cookiejar
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "benchmark-password"

BARE = """
import sys
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
import uvicorn
from infra.local.http_server import configuration, listening_socket

async def plugins(request):
    off = ("GIT_INTEGRATION", "ANALYTICS", "MODELS", "PREDICT")
    return JSONResponse(dict.fromkeys(off, False))

app = Starlette(routes=[Route("/api/server/plugins", plugins)])
uvicorn.Server(configuration(app)).run(sockets=[listening_socket("127.0.0.1", int(sys.argv[1]))])
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def bare_starlette() -> Iterator[str]:
    """The limit: one Starlette route under the same uvicorn configuration."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", BARE, str(port)], cwd=ROOT)
    try:
        _wait(f"http://127.0.0.1:{port}/api/server/plugins")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@dataclass
class Server:
    """A running Skylabel with a signed-in administrator."""

    url: str
    process: subprocess.Popen[str]
    headers: dict[str, str] = field(default_factory=dict)
    #: Seconds from the command to the first healthy answer.
    started_in: float = 0.0

    def sign_in(self) -> None:
        jar = http.cookiejar.CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        body = json.dumps({"username": "admin", "password": PASSWORD}).encode()
        opener.open(
            urllib.request.Request(
                f"{self.url}/api/auth/login", body, {"Content-Type": "application/json"}
            )
        ).read()
        cookies = {cookie.name: cookie.value or "" for cookie in jar}
        self.headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": cookies["csrftoken"],
            "Content-Type": "application/json",
        }

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """A JSON call; the decoded answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data, self.headers, method=method)
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def resident(self) -> dict[int, int]:
        """Resident bytes of the launcher and its children, by process."""
        pids = [self.process.pid]
        for pid in pids:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            pids += [int(child) for child in children]
        page = os.sysconf("SC_PAGE_SIZE")
        return {pid: int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * page for pid in pids}

    def cpu_seconds(self) -> float:
        """CPU time of the launcher and of its children so far."""
        total = 0
        for pid in self.resident():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(int(fields[i]) for i in (11, 12, 13, 14))
        return total / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def skylabel() -> Iterator[Server]:
    """A fresh server on a free port with an empty data directory, signed in."""
    with tempfile.TemporaryDirectory() as data, started(Path(data)) as server:
        server.sign_in()
        yield server


@contextlib.contextmanager
def started(data: Path, *, offline: bool = False) -> Iterator[Server]:
    """A server on a free port. `offline`: every way out leads to a closed port."""
    port = free_port()
    env = os.environ | {
        "PORT": str(port),
        "SKYLABEL_DATA_DIR": str(data),
        "SKYLABEL_ADMIN_PASSWORD": PASSWORD,
    }
    if offline:
        env |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.local"], cwd=ROOT, env=env, text=True,
        stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        server = Server(f"http://127.0.0.1:{port}", process)
        _wait(f"{server.url}/api/server/health")
        server.started_in = time.perf_counter() - start
        yield server
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def wait_for_port(port: int, seconds: float = 30) -> None:
    """Return when something listens there."""
    until = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def _wait(url: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
