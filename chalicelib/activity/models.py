"""What the table keeps about a background request."""

from __future__ import annotations

from typing import Any, Literal, Protocol

import msgspec

Status = Literal["queued", "started", "failed", "finished"]
Kind = Literal["create", "export", "import"]


class Owner(Protocol):
    """Who asked: a `User` or the `Principal` of an API request."""

    @property
    def id(self) -> int: ...

    @property
    def username(self) -> str: ...


class Operation(msgspec.Struct, kw_only=True):
    """What is done, and to what. `type` is `create:task`, `export:dataset`, …"""

    type: str
    target: str
    project_id: int | None = None
    task_id: int | None = None
    job_id: int | None = None
    org_id: int | None = None
    format: str | None = None
    function_id: str | None = None
    lightweight: bool | None = None


class Request(msgspec.Struct, kw_only=True):
    """A background request. Times in seconds since 1970.

    Attributes:
        machine: state machine that does it: `ingest`, `export` or `import`.
        inputs: what the worker needs to know, in the domain's own terms.
        attempt: tells this request from earlier ones of the same id.
        restarts: how often its execution was begun again after its process died.
        settling: whether its result is being written: cancelling comes too late.
        alive: when the worker last said anything (or the request was made).
        progress: 0 to 1.
        result_url: where the result is: a path of this server, or absolute.
        result_key: object in the bucket that holds the result.
    """

    id: str
    kind: Kind
    owner_id: int
    owner_name: str
    operation: Operation
    machine: str
    attempt: str
    inputs: dict[str, Any] = {}
    restarts: int = 0
    settling: bool = False
    status: Status = "queued"
    message: str = ""
    progress: float | None = None
    created: float
    started: float | None = None
    finished: float | None = None
    expiry: float | None = None
    alive: float
    result_url: str | None = None
    result_id: int | None = None
    result_key: str | None = None

    @property
    def run(self) -> str:
        """What tells the execution that is at work now from all others of this id."""
        return f"{self.attempt}.{self.restarts}"

    @property
    def is_open(self) -> bool:
        return self.status in {"queued", "started"}
