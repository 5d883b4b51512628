"""The API without a server: requests become API Gateway events, as on one machine and on AWS."""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any, Self
from urllib.parse import quote, urlencode

import msgspec

from chalicelib.platform.http import App, Router
from infra.local.proxy_event import LambdaContext, build_event, read_answer
from infra.local.routes import RouteTable


class Answer:
    """What came back."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self.status = status
        self.body = body
        self._headers = [(name.decode(), value.decode()) for name, value in headers]

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    def header(self, name: str) -> str | None:
        return next(iter(self.headers(name)), None)

    def headers(self, name: str) -> list[str]:
        return [value for key, value in self._headers if key == name.lower()]

    @property
    def cookies(self) -> dict[str, str]:
        """Cookies as the SDK reads them: `Set-Cookie` headers joined by a comma."""
        jar = SimpleCookie(", ".join(self.headers("set-cookie")))
        return {name: morsel.value for name, morsel in jar.items()}

    def __repr__(self) -> str:
        return f"<{self.status} {self.body[:300]!r}>"


class _PartialApp(App):
    """An application of some blueprints, which other applications of this process have, too."""

    def _register_route(
        self, name: str, user_handler: Callable[..., Any], kwargs: Any, **unused: Any
    ) -> None:
        # Chalice empties what a blueprint registered: the next application would get less.
        copied = {**kwargs, "kwargs": dict(kwargs["kwargs"])}
        super()._register_route(name, user_handler, copied, **unused)


class Api:
    """Calls an application as one client; `headers` are sent with each request."""

    def __init__(self, app: App, headers: dict[str, str] | None = None) -> None:
        self._app: Any = app
        self._routes = RouteTable(app.routes)
        self.headers = headers or {}

    @classmethod
    def of(cls, *blueprints: Router) -> Self:
        """An application of some blueprints only."""
        app = _PartialApp(app_name="test")
        for blueprint in blueprints:
            app.register_blueprint(blueprint)
        return cls(app)

    def with_headers(self, **headers: str) -> Api:
        """The same application, called with other headers; `_` in names stands for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Api(self._app, {**self.headers, **named})

    def sign_in(self, username: str, password: str) -> Api:
        """The same application, called with the cookies of a new session."""
        answer = self.post("/api/auth/login", {"username": username, "password": password})
        assert answer.status == 200, answer
        jar = answer.cookies
        cookie = "; ".join(f"{name}={value}" for name, value in jar.items())
        return self.with_headers(cookie=cookie, x_csrftoken=jar["csrftoken"])

    def get(self, path: str, **query: Any) -> Answer:
        return self.call("GET", path, query=query)

    def post(self, path: str, body: Any = None, **query: Any) -> Answer:
        return self.call("POST", path, body, query=query)

    def put(self, path: str, body: Any = None, **query: Any) -> Answer:
        return self.call("PUT", path, body, query=query)

    def patch(self, path: str, body: Any = None, **query: Any) -> Answer:
        return self.call("PATCH", path, body, query=query)

    def delete(self, path: str, **query: Any) -> Answer:
        return self.call("DELETE", path, query=query)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        address: str = "127.0.0.1",
    ) -> Answer:
        """One request. A body of bytes is sent as it is, anything else as JSON."""
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else msgspec.json.encode(body)
        )
        sent = {"host": "localhost:8080", "content-type": "application/json", **self.headers}
        sent |= headers or {}
        scope = {
            "scheme": "http",
            "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
            "query_string": urlencode(query or {}, doseq=True).encode(),
            "client": (address, 50000),
        }
        raw_path = quote(path, safe="/%")
        match = self._routes.match(raw_path)
        assert match is not None, f"no route for {path}"
        assert method in match.methods, f"{path} has no {method}"
        event = build_event(scope, raw_path, method, match, raw, "test")
        return Answer(*read_answer(self._app(event, LambdaContext("test", 29.0))))
