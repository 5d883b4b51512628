"""Step Functions executions and synchronous calls of worker functions."""

from __future__ import annotations

import hashlib
from functools import cache, partial
from typing import Any

import botocore.session
import msgspec
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from chalicelib.platform.config import settings

#: Seconds that a call waits for its answer: API Gateway gives up after 29.
PATIENCE = 28.0


class WorkerFailed(Exception):
    """A worker function raised. `message` is its own text."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


class WorkerBusy(Exception):
    """As many copies of a function run as may."""


@cache
def _machines() -> Any:
    return botocore.session.get_session().create_client(
        "stepfunctions", region_name=settings().region
    )


@cache
def _functions() -> Any:
    # No second attempt: botocore would call again a function that is still at work.
    config = Config(
        read_timeout=PATIENCE, max_pool_connections=50, retries={"total_max_attempts": 1}
    )
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


def send(function: str, payload: dict[str, Any]) -> None:
    """Have a worker function called (`fold`, …) without waiting for it.

    Raises:
        BotoCoreError, ClientError: it could not be asked.
    """
    _functions().invoke(
        FunctionName=f"{settings().function_prefix}{function}",
        InvocationType="Event",
        Payload=msgspec.json.encode(payload),
    )


def invoke(function: str, payload: dict[str, Any]) -> Any:
    """Call a worker function (`frames`, …) and wait for its answer.

    Raises:
        WorkerFailed: the function raised.
        ReadTimeoutError: it is still at work after `PATIENCE`.
        WorkerBusy: too many run already.
    """
    call = partial(
        _functions().invoke,
        FunctionName=f"{settings().function_prefix}{function}",
        Payload=msgspec.json.encode(payload),
    )
    try:
        try:
            answer = call()
        except ConnectionClosedError:
            # A connection that had been idle for too long: nothing was called.
            answer = call()
    except ClientError as error:
        if error.response["Error"]["Code"] == "TooManyRequestsException":
            raise WorkerBusy from error
        raise
    body = msgspec.json.decode(answer["Payload"].read() or b"null")
    if answer.get("FunctionError"):
        body = body if isinstance(body, dict) else {}
        raise WorkerFailed(str(body.get("errorType", "")), str(body.get("errorMessage", "")))
    return body
