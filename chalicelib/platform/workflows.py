"""Step Functions executions and synchronous calls of worker functions."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

import botocore.session
import msgspec
from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.platform.config import settings


class WorkerFailed(Exception):
    """A worker function raised. `message` is its own text."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


@cache
def _machines() -> Any:
    return botocore.session.get_session().create_client(
        "stepfunctions", region_name=settings().region
    )


@cache
def _functions() -> Any:
    # API Gateway gives up after 29 s, so a synchronous call must not wait longer.
    config = Config(read_timeout=28, max_pool_connections=50, retries={"max_attempts": 1})
    return botocore.session.get_session().create_client(
        "lambda", region_name=settings().region, config=config
    )


def start(machine: str, request_id: str, run: str) -> None:
    """Start a state machine for a background request, once per run.

    Args:
        machine: name without prefix: `ingest`, `export` or `import`.
        run: what tells this run of the request from earlier ones; a repeated call with the same
            value starts nothing.
    """
    digest = hashlib.sha256(f"{request_id}#{run}".encode()).hexdigest()[:40]
    try:
        _machines().start_execution(
            stateMachineArn=f"{settings().state_machine_prefix}{settings().function_prefix}{machine}",
            name=f"{machine}-{digest}",
            input=msgspec.json.encode({"request_id": request_id, "run": run}).decode(),
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
            raise


def invoke(function: str, payload: dict[str, Any]) -> Any:
    """Call a worker function (`frames`, …) and wait for its answer.

    Raises:
        WorkerFailed: the function raised.
    """
    answer = _functions().invoke(
        FunctionName=f"{settings().function_prefix}{function}",
        Payload=msgspec.json.encode(payload),
    )
    body = msgspec.json.decode(answer["Payload"].read() or b"null")
    if answer.get("FunctionError"):
        body = body if isinstance(body, dict) else {}
        raise WorkerFailed(str(body.get("errorType", "")), str(body.get("errorMessage", "")))
    return body
