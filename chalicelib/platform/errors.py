"""Errors that the API answers, in the shapes that CVAT's clients expect."""

from __future__ import annotations

from typing import Any

#: What a client is told whose write lost to others again and again.
BUSY = "Others are changing this at the same time. Try again."


class ApiError(Exception):
    """An answer other than success. `body` is what the client gets, as JSON."""

    status = 500

    def __init__(self, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(str(body))
        self.body = body
        self.headers = headers or {}


class DetailError(ApiError):
    """An error whose body is `{"detail": message}`."""

    message = "Something went wrong."

    def __init__(self, message: str | None = None, headers: dict[str, str] | None = None) -> None:
        super().__init__({"detail": message or self.message}, headers)


class Invalid(ApiError):
    """400. `Invalid("text")` → `["text"]`; `Invalid(field="text")` → `{"field": ["text"]}`."""

    status = 400

    def __init__(self, message: str | None = None, **fields: str | list[Any] | dict[str, Any]):
        if message is not None:
            super().__init__([message])
        else:
            super().__init__({k: [v] if isinstance(v, str) else v for k, v in fields.items()})


class Unauthorized(DetailError):
    status = 401
    message = "Authentication credentials were not provided."

    def __init__(self, message: str | None = None, headers: dict[str, str] | None = None) -> None:
        # Not `Basic`: a browser would ask for the password in a dialog of its own.
        super().__init__(message, {"WWW-Authenticate": "Token", **(headers or {})})


class Forbidden(DetailError):
    status = 403
    message = "You do not have permission to perform this action."


class NotFound(DetailError):
    status = 404
    message = "Not found."


class Conflict(ApiError):
    """409 with a body of the caller's own, for example `{"rq_id": ...}`."""

    status = 409


class Gone(DetailError):
    status = 410
    message = "This endpoint is no longer supported."


class TooLarge(DetailError):
    status = 413
    message = "The request is too large."


class UnsupportedMediaType(DetailError):
    status = 415
    message = "Unsupported media type in request."


class Throttled(DetailError):
    """429. `retry_after` in seconds."""

    status = 429
    message = "Request was throttled."

    def __init__(self, retry_after: int, message: str | None = None) -> None:
        super().__init__(
            message or f"Request was throttled. Expected available in {retry_after} seconds.",
            {"Retry-After": str(retry_after)},
        )


class Busy(DetailError):
    """503: what the server needs has no capacity left. CVAT's clients repeat what may be."""

    status = 503
    message = "The server is busy. Try again in a moment."

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message, {"Retry-After": "1"})
