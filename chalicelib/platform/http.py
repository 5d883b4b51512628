"""Routes: a thin layer over Chalice's blueprints that authenticates, decodes, encodes and records
what the OpenAPI document says.

A handler takes a `Request`, then its path parameters in order, then (if the route names a body)
the decoded body as `body=`. It returns a struct, a dict, a list or a ready `Response`.
"""

from __future__ import annotations

import inspect
import logging
import threading
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from chalice.app import Blueprint, Chalice, Response
from chalice.app import Request as ChaliceRequest

from chalicelib.platform.errors import BUSY, ApiError, Busy, NotFound
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import empty, json_answer
from chalicelib.platform.table import Lost
from chalicelib.platform.throttling import is_throttling

Handler = Callable[..., Any]
Authenticator = Callable[[Request, bool], None]

log = logging.getLogger("skylabel.api")


class Route(msgspec.Struct, frozen=True):
    """What the OpenAPI document says of a route."""

    method: str
    path: str
    handler: Handler
    tag: str
    body: Any
    response: Any
    status: int
    query: tuple[str, ...]
    public: bool

    @property
    def summary(self) -> str:
        """The first line of the handler's docstring."""
        return (inspect.getdoc(self.handler) or self.handler.__name__).partition("\n")[0]


#: Every route of the application, filled when the blueprints are imported.
ROUTES: list[Route] = []


class _Hooks:
    authenticate: Authenticator | None = None


def set_authenticator(authenticator: Authenticator) -> None:
    """Install the function that sets `request.principal` and `request.workspace`.

    It is called with the request and whether the route is public, and raises for bad credentials.
    """
    _Hooks.authenticate = authenticator


class App(Chalice):
    """A Chalice application that several threads may call at once.

    Chalice keeps the current request on the application; here each thread keeps its own.
    """

    _per_thread = threading.local()

    @property
    def current_request(self) -> ChaliceRequest:
        request: ChaliceRequest = self._per_thread.request
        return request

    @current_request.setter
    def current_request(self, value: ChaliceRequest) -> None:
        self._per_thread.request = value

    @property
    def lambda_context(self) -> Any:
        return getattr(self._per_thread, "context", None)

    @lambda_context.setter
    def lambda_context(self, value: Any) -> None:
        self._per_thread.context = value


class Router(Blueprint):
    """Routes of one domain.

    Paths are written without a trailing slash; both spellings are answered, because the slash is
    dropped before the request arrives (CloudFront function, local gateway).
    """

    def __init__(self, import_name: str, tag: str) -> None:
        super().__init__(import_name)
        self._tag = tag
        self._views: list[tuple[str, str, Handler]] = []

    def register(self, app: Chalice, options: dict[str, Any]) -> None:
        """Add the routes to an application; several may have them, one after the other."""
        super().register(app, options)
        for method, path, view in self._views:
            app.route(path, methods=[method], content_types=["*/*"], name=view.__name__)(view)

    def get(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("GET", path, **options)

    def post(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("POST", path, **options)

    def put(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("DELETE", path, **{"status": 204, **options})

    def head(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("HEAD", path, **options)

    def options(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("OPTIONS", path, **{"status": 204, **options})

    def _route(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        read: Callable[[Request, Any], Any] = Request.json,
        response: Any = None,
        status: int = 200,
        query: Sequence[str] = (),
        public: bool = False,
    ) -> Callable[[Handler], Handler]:
        """`read` takes the request and the type of `body`, where that may come in other forms."""

        def register(handler: Handler) -> Handler:
            ROUTES.append(
                Route(
                    method, path, handler, self._tag, body, response, status,
                    tuple(query), public,
                )
            )  # fmt: skip
            view = self._view(handler, body, read, status, public)
            view.__name__ = f"{method.lower()}_{handler.__module__.replace('.', '_')}_" + (
                handler.__name__
            )
            self._views.append((method, path, view))
            return handler

        return register

    def _view(
        self,
        handler: Handler,
        body: Any,
        read: Callable[[Request, Any], Any],
        status: int,
        public: bool,
    ) -> Handler:
        casts = _path_casts(handler, body is not None)

        def view(**path: str) -> Response:
            request = Request(self.current_request)
            try:
                if _Hooks.authenticate is not None:
                    _Hooks.authenticate(request, public)
                if not public:
                    _ = request.principal
                arguments = [cast(value) for cast, value in zip(casts, path.values(), strict=True)]
                if body is None:
                    answer = handler(request, *arguments)
                else:
                    answer = handler(request, *arguments, body=read(request, body))
                return _finish(answer, status)
            except ApiError as error:
                return json_answer(error.body, error.status, error.headers)
            except Lost:
                return json_answer({"detail": BUSY}, 409)
            except Exception as error:
                if is_throttling(error):
                    busy = Busy()
                    return json_answer(busy.body, busy.status, busy.headers)
                # The path without its query, where a client may have put a secret.
                log.exception(
                    "%s %s failed (request %s)",
                    request.method,
                    request.path,
                    request.raw.context.get("requestId"),
                )
                return json_answer({"detail": "Internal server error."}, 500)

        return view


def _finish(answer: Any, status: int) -> Response:
    if isinstance(answer, Response):
        return answer
    if answer is None:
        return empty(status)
    return json_answer(answer, status)


def _integer(value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise NotFound
    return int(value)


def _path_casts(handler: Handler, has_body: bool) -> list[Callable[[str], Any]]:
    """One conversion per path parameter, from the handler's annotations."""
    code = handler.__code__
    names = code.co_varnames[1 : code.co_argcount]
    if has_body:
        names = tuple(name for name in names if name != "body")
    # Annotations are text where a module postpones their evaluation. `inspect.signature` would
    # cost a cold start several milliseconds.
    return [_integer if handler.__annotations__.get(n) in (int, "int") else str for n in names]
