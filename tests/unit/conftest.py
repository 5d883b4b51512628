"""The table and the bucket of unit tests: MiniStack's own handlers, called in this process.

No socket is opened: botocore hands each signed request to `_answer`, so serialisation, conditions,
transactions and errors are those of a real client.
"""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, unquote, urlsplit

import hypothesis
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from ministack.services import dynamodb, s3
from urllib3 import HTTPResponse

from chalicelib.accounts import authentication, recognition, users
from chalicelib.activity import requests
from chalicelib.platform import bucket as bucket_module
from chalicelib.platform import ids, workflows
from chalicelib.platform import table as table_module
from chalicelib.platform.config import settings
from chalicelib.projects import store as projects

# How long an example takes says more of the machine's load than of the code.
hypothesis.settings.register_profile("unhurried", deadline=None)
# `make check` tries a few examples of each property, `make test` all of them.
hypothesis.settings.register_profile("quick", deadline=None, max_examples=8)
hypothesis.settings.load_profile(os.environ.get("PROPERTIES", "unhurried"))

#: What a handler of MiniStack returns: status, headers, body.
Answer = tuple[int, dict[str, Any], bytes | str]


def _finish(coroutine: Coroutine[Any, Any, Answer]) -> Answer:
    """Run a coroutine that never waits for anything."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        answer: Answer = done.value
        return answer
    raise AssertionError("the emulator waited for something outside this process")


def _body(request: AWSPreparedRequest) -> bytes:
    body: Any = request.body
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    return bytes(body) if isinstance(body, bytes | bytearray) else bytes(body.read())


def _answer(handler: Callable[..., Any]) -> Callable[..., Any]:
    # The emulator serves one request at a time; tests have threads.
    lock = threading.RLock()

    def send(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        url = urlsplit(request.url)
        headers = {
            name.lower(): value.decode() if isinstance(value, bytes) else str(value)
            for name, value in dict[str, Any](request.headers).items()
        }
        headers.setdefault("host", url.netloc)
        query = parse_qs(url.query, keep_blank_values=True)
        with lock:
            status, answer_headers, body = _finish(
                handler(request.method, unquote(url.path), headers, _body(request), query)
            )
        raw = HTTPResponse(
            body=io.BytesIO(body.encode() if isinstance(body, str) else body),
            preload_content=False,
        )
        return AWSResponse(request.url, status, cast(Any, answer_headers), raw)

    return send


@pytest.fixture(scope="session")
def _emulated_table() -> None:
    client = table_module.connection().client
    client.meta.events.register("before-send.dynamodb", _answer(dynamodb.handle_request))


@pytest.fixture(scope="session")
def _idle_functions() -> None:
    """Worker functions take calls that nobody waits for, and do nothing."""

    def accept(request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
        headers = dict[str, Any](request.headers)
        if headers.get("X-Amz-Invocation-Type") not in {"Event", b"Event"}:
            return None
        raw = HTTPResponse(body=io.BytesIO(b""), preload_content=False)
        return AWSResponse(request.url, 202, cast(Any, {}), raw)

    workflows._functions().meta.events.register("before-send.lambda.Invoke", accept)


@pytest.fixture
def table(_emulated_table: None, _idle_functions: None) -> None:
    """An empty table behind `platform.table`."""
    dynamodb.reset()
    _forget()
    table_module.create_table()


def _forget() -> None:
    """Drop what the process remembers of the table of an earlier test."""
    ids._blocks.clear()
    users.forget()
    recognition.forget_all()
    authentication._basic_known.clear()
    requests._reported.clear()
    projects._project_of_task.clear()


@pytest.fixture(scope="session")
def _emulated_bucket() -> None:
    client = bucket_module.client()
    client.meta.events.register("before-send.s3", _answer(s3.handle_request))


@pytest.fixture
def bucket(_emulated_bucket: None) -> None:
    """An empty bucket behind `platform.bucket`."""
    s3.reset()
    bucket_module.client().create_bucket(Bucket=settings().bucket)


#: Fixtures that start services of other companies, which `make check` does without.
SERVICES = {"s3_service", "service"}


#: What stores much, decodes much, or tries every kind of damage: `make test` runs it, `make check`
#: would take minutes over it.
SLOW = (
    "annotations/bulk", "annotations/history", "annotations/merging", "annotations/revisions",
    "annotations/saving", "annotations/statistics", "annotations/streaming", "annotations/upkeep",
    "backups", "costs", "formats/coco/test_memory.py", "formats/datumaro_format/test_memory.py",
    "formats/exporting", "formats/importing", "formats/text/test_json_items.py", "local",
    "media/archives", "media/every_source", "media/frames", "media/images", "media/ingest",
    "media/sources", "media/storages", "media/uploads", "media/video",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what needs other services, and what takes long."""
    here = Path(__file__).parent
    slow = [here / name for name in SLOW]
    assert all(path.exists() for path in slow)
    for item in items:
        services = SERVICES & set(getattr(item, "fixturenames", ()))
        if services or any(item.path.is_relative_to(path) for path in slow):
            item.add_marker(pytest.mark.slow)
