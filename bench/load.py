"""A load generator that costs little: raw HTTP/1.1 over kept-alive sockets, in its own process.

Run as a program it sends one prepared request from `clients` connections for `seconds` and prints
the latencies as JSON, so that its own CPU is not the server's.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Load:
    """What a run saw: requests per second and the median latency in milliseconds."""

    rate: float
    p50: float
    requests: int
    statuses: dict[int, int]

    @property
    def text(self) -> str:
        return f"{self.rate:.0f} requests/s, p50 {self.p50:.1f} ms"


def measure(
    url: str,
    *,
    clients: int,
    seconds: float,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: str = "",
) -> Load:
    """Send the same request from several connections. Raises if any answer is not 2xx."""
    order = {"url": url, "clients": clients, "seconds": seconds, "method": method,
             "headers": headers or {}, "body": body}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(order), capture_output=True, text=True, check=True,
    )  # fmt: skip
    seen = json.loads(done.stdout)
    latencies: list[float] = seen["latencies"]
    statuses = {int(code): count for code, count in seen["statuses"].items()}
    if any(not 200 <= code < 300 for code in statuses):
        raise RuntimeError(f"{method} {url} answered {statuses}")
    return Load(
        rate=len(latencies) / seen["elapsed"],
        p50=statistics.median(latencies) * 1000,
        requests=len(latencies),
        statuses=statuses,
    )


async def _client(
    host: str, port: int, request: bytes, until: float, latencies: list[float], seen: dict[int, int]
) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    while time.monotonic() < until:
        start = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if length:
            await reader.readexactly(length)
        latencies.append(time.perf_counter() - start)
        status = int(head[9:12])
        seen[status] = seen.get(status, 0) + 1
    writer.close()


async def _run(order: dict[str, Any]) -> dict[str, object]:
    url = urlsplit(str(order["url"]))
    body = str(order["body"]).encode()
    headers = {"Host": url.netloc, "Content-Length": str(len(body))}
    headers |= order["headers"]
    path = url.path + (f"?{url.query}" if url.query else "")
    lines = [f"{order['method']} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
    request = "\r\n".join([*lines, "", ""]).encode() + body
    latencies: list[float] = []
    statuses: dict[int, int] = {}
    start = time.monotonic()
    until = start + float(str(order["seconds"]))
    await asyncio.gather(
        *(
            _client(url.hostname or "", url.port or 80, request, until, latencies, statuses)
            for _ in range(int(str(order["clients"])))
        )
    )
    return {
        "latencies": latencies, "statuses": statuses, "elapsed": time.monotonic() - start
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_run(json.load(sys.stdin)))))
