"""What a trivial authenticated GET costs beside a bare Starlette route under the same uvicorn."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from bench.load import Load, measure
from bench.report import Row
from bench.servers import bare_starlette, skylabel

ROUNDS = 5
SECONDS = 2.0
CLIENTS = 10


def run() -> Iterator[Row]:
    ours: list[Load] = []
    bare: list[Load] = []
    with bare_starlette() as limit, skylabel() as server:
        for _ in range(ROUNDS):
            bare.append(measure(f"{limit}/api/server/plugins", clients=CLIENTS, seconds=SECONDS))
            ours.append(
                measure(
                    f"{server.url}/api/server/plugins",
                    clients=CLIENTS,
                    seconds=SECONDS,
                    headers=server.headers,
                )
            )
    rate = statistics.median(o.rate / b.rate for o, b in zip(ours, bare, strict=True))
    p50 = statistics.median(b.p50 / o.p50 for o, b in zip(ours, bare, strict=True))
    detail = f"median of {ROUNDS}: ours {ours[-1].text}; Starlette {bare[-1].text}"
    yield Row("authenticated GET, 10 clients, requests/s beside Starlette", rate, 0.2, True,
              detail=detail)  # fmt: skip
    yield Row("the same, p50 (Starlette's over ours)", p50, 0.2, True, detail=detail)
