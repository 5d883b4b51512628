"""A request as handlers see it."""

from __future__ import annotations

from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from chalice.app import Request as ChaliceRequest

from chalicelib.platform.bodies import decode_json
from chalicelib.platform.config import settings
from chalicelib.platform.errors import Invalid, Unauthorized

T = TypeVar("T")


class Principal(msgspec.Struct, frozen=True):
    """Who is asking."""

    id: int
    username: str
    #: Global groups: `admin`, `user`, `worker`. Empty: none.
    groups: tuple[str, ...]
    #: How the request was authenticated: `session`, `token`, `access_token`, `basic`.
    method: str
    #: Read-only access tokens may only view and export.
    read_only: bool = False
    #: Digest of the session or token used, for signing out.
    credential: str = ""

    @property
    def is_admin(self) -> bool:
        return "admin" in self.groups


class Workspace(msgspec.Struct, frozen=True):
    """Which organization the client asked for.

    `any` (no header): everything that the user can see. `personal`: objects without organization.
    `organization`: those of one.
    """

    scope: str = "any"
    organization_id: int | None = None


class Request:
    """One API request."""

    def __init__(self, raw: ChaliceRequest) -> None:
        self.raw = raw
        self.method: str = raw.method
        self.headers = raw.headers
        self.path: str = raw.to_original_event().get("path") or raw.path
        self._principal: Principal | None = None
        self.workspace = Workspace()
        self._query: dict[str, list[str]] = (
            {}
            if raw.query_params is None
            else {name: raw.query_params.getlist(name) for name in raw.query_params}
        )

    @property
    def principal(self) -> Principal:
        """The signed-in user. Raises Unauthorized if there is none."""
        if self._principal is None:
            raise Unauthorized
        return self._principal

    @principal.setter
    def principal(self, value: Principal | None) -> None:
        self._principal = value

    @property
    def is_anonymous(self) -> bool:
        return self._principal is None

    def query(self, name: str, default: str | None = None) -> str | None:
        """The last value of a query parameter."""
        values = self._query.get(name)
        return values[-1] if values else default

    def query_all(self, name: str) -> list[str]:
        return self._query.get(name, [])

    @property
    def query_names(self) -> set[str]:
        return set(self._query)

    def query_flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean in any spelling of the clients. Raises Invalid."""
        value = self.query(name)
        if value is None or value == "":
            return default
        if value.lower() in {"true", "1", "yes"}:
            return True
        if value.lower() in {"false", "0", "no"}:
            return False
        raise Invalid(**{name: "Must be a valid boolean."})

    def query_int(self, name: str, default: int | None = None) -> int | None:
        """An integer query parameter. Raises Invalid."""
        value = self.query(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except ValueError:
            raise Invalid(**{name: "A valid integer is required."}) from None

    def header(self, name: str) -> str | None:
        value = self.headers.get(name)
        return None if value is None else str(value)

    @property
    def body(self) -> bytes:
        """The body's bytes."""
        raw = self.raw.raw_body
        return raw.encode() if isinstance(raw, str) else raw

    def json(self, struct: type[T]) -> T:
        """The body as a struct, from JSON or a URL-encoded form. Raises Invalid."""
        content_type = (self.header("content-type") or "application/json").lower()
        if content_type.startswith("application/x-www-form-urlencoded"):
            # A form that is not UTF-8 must end in an answer about a field, not in an exception.
            fields = dict(parse_qsl(self.body.decode(errors="replace")))
            return decode_json(msgspec.json.encode(fields), struct)
        return decode_json(self.body or b"{}", struct)

    @property
    def cookies(self) -> dict[str, str]:
        pairs = (part.strip().partition("=") for part in (self.header("cookie") or "").split(";"))
        return {name: value for name, _, value in pairs if name}

    @property
    def base_url(self) -> str:
        """Scheme and host that the client used, without a trailing slash.

        Derived from the forwarded headers or `Host`, never from `Origin`: token clients send none.
        """
        fixed = settings().public_url
        if fixed:
            return fixed.rstrip("/")
        proto = self.header("cloudfront-forwarded-proto") or self.header("x-forwarded-proto")
        host = self.header("x-forwarded-host") or self.header("host") or "localhost"
        return f"{proto or 'http'}://{host}"

    @property
    def client_address(self) -> str:
        """IP address of the client, for throttling. On AWS the edge names it: API Gateway sees
        CloudFront's own address."""
        if settings().stage == "aws" and self.header("x-viewer-address"):
            return self.header("x-viewer-address") or ""
        identity: dict[str, Any] = self.raw.context.get("identity") or {}
        return str(identity.get("sourceIp", ""))
