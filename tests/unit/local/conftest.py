"""A small Chalice application behind the gateway, served over real HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chalice.app import MultiDict, Response

from chalicelib.platform.http import App
from infra.local.api_gateway import ApiGateway
from infra.local.gateway import Gateway
from infra.local.http_server import ThreadServer, listening_socket
from infra.local.lambda_limits import LambdaLimits
from infra.local.object_door import ObjectDoor
from infra.local.pages import Pages
from infra.local.stored_body import StoredBody

Serve = Callable[..., str]


class NoObjects:
    """A bucket that says what reached it."""

    def answer(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> tuple[int, dict[str, str], bytes | StoredBody]:
        seen = f"{method} {path} {sorted(headers)} {len(body)}"
        return 200, {"Content-Type": "text/plain", "ETag": '"1"'}, seen.encode()


def sample_app() -> App:
    app = App(app_name="sample")
    app.api.binary_types += ["application/offset+octet-stream", "multipart/form-data"]

    @app.route("/api/who/{name}")
    def who(name: str) -> dict[str, Any]:
        barrier = threading.Event()
        barrier.wait(0.002)  # lets other threads' requests come between
        request = app.current_request
        query = request.query_params or MultiDict(None)
        return {
            "name": name,
            "token": request.headers["authorization"],
            "path": request.to_dict()["context"]["path"],
            "query": {k: query.getlist(k) for k in query},
        }

    @app.route("/api/fixed/special")
    def special() -> str:
        return "special"

    @app.route("/api/fixed/{name}")
    def fixed(name: str) -> str:
        return f"any {name}"

    @app.route("/api/size", methods=["POST", "PATCH", "PUT"], content_types=["*/*"])
    def size() -> dict[str, int]:
        return {"size": len(app.current_request.raw_body)}

    @app.route("/api/cookies")
    def cookies() -> Response:
        headers: Any = {"Set-Cookie": ["csrftoken=1; Path=/", "sessionid=2; HttpOnly; Path=/"]}
        return Response({}, headers=headers)

    @app.route("/api/bytes")
    def give_bytes() -> Response:
        headers: Any = {"Content-Type": "application/octet-stream"}
        return Response(bytes(range(256)), headers=headers)

    @app.route("/api/upload", methods=["HEAD"])
    def offset() -> Response:
        return Response("", headers={"Upload-Offset": "5"}, status_code=200)

    @app.route("/api/large")
    def large() -> str:
        return "x" * 7_000_000

    @app.route("/api/slow")
    def slow() -> str:
        threading.Event().wait(1.0)
        return "done"

    return app


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("pages") / "dist"
    (root / "assets").mkdir(parents=True)
    (root / "index.html").write_text("<title>Skylabel</title>")
    (root / "favicon.svg").write_text("<svg/>")
    (root / "assets" / "main-3f2a.js").write_text("export {};")
    (root / "assets" / "main-3f2a.js.gz").write_bytes(b"packed")
    (root.parent / "secret.txt").write_text("secret")
    return root


@pytest.fixture(scope="module")
def serve(pages: Path) -> Iterator[Serve]:
    """Start a gateway; call it for the base URL. `limits` turns Lambda's limits on."""
    running: list[tuple[ThreadServer, ApiGateway]] = []

    def start(limits: LambdaLimits | None = None) -> str:
        api = ApiGateway(sample_app(), limits=limits)
        objects: Any = NoObjects()
        gateway = Gateway(api, ObjectDoor(objects), Pages(pages), "media")
        listener = listening_socket("127.0.0.1", 0)
        server = ThreadServer(gateway, listener)
        server.start()
        running.append((server, api))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for server, api in running:
        server.stop()
        api.close()


@pytest.fixture(scope="module")
def url(serve: Serve) -> str:
    return serve()
