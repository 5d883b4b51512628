"""What a browser keeps of frames: seen with nothing between, on a running server."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from cvat_sdk import Client

from tests.client.datasets import photo_task
from tests.client.people import newcomer
from tests.support.server import Server


class Http:
    """Requests that follow no redirect, with a user's credentials unless the host is told off."""

    def __init__(self, client: Client) -> None:
        self._origin = urlsplit(client.api_map.host)
        cookies = client.api_client.cookies
        self._cookie = "; ".join(f"{name}={one.value}" for name, one in cookies.items())

    def get(self, url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        split = urlsplit(url)
        connection = http.client.HTTPConnection(self._origin.netloc, timeout=60)
        try:
            own = {} if split.netloc else {"Cookie": self._cookie}
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("GET", f"{split.path}?{split.query}", headers=own | sent)
            answer = connection.getresponse()
            received = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, received, answer.read()
        finally:
            connection.close()

    def json(self, path: str) -> tuple[int, Any]:
        """Status and content of an answer in JSON."""
        status, _, body = self.get(path)
        return status, json.loads(body)


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with newcomer(server) as signed_in:
        signed_in.config.status_check_period = 0.05
        yield signed_in


@pytest.mark.parametrize(
    "query", ["type=chunk&number=0", "type=frame&number=0&quality=original", "type=preview"]
)
def test_nothing_that_never_changes_is_asked_for_twice(client: Client, query: str) -> None:
    task, browser = photo_task(client), Http(client)
    path = f"/api/tasks/{task.id}/data/?{query}"
    status, redirect, _ = browser.get(path)
    assert status == 302
    status, stored, body = browser.get(redirect["location"])
    assert (status, len(body)) == (200, int(stored["content-length"]))
    assert stored["cache-control"] == "private, max-age=86400, immutable"
    if query == "type=preview":  # of whichever frame is the first
        assert redirect["cache-control"] == "no-store"
    else:
        assert re.fullmatch(r"private, max-age=\d+", redirect["cache-control"])
        assert browser.get(path)[1]["location"] == redirect["location"]
    # Both the application and the store know what the client has.
    status, known, body = browser.get(path, If_None_Match=redirect["etag"])
    assert (status, body) == (304, b"")
    assert known["etag"] == redirect["etag"]
    status, _, body = browser.get(redirect["location"], If_None_Match=stored["etag"])
    assert (status, body) == (304, b"")


def test_the_list_of_frames_is_sent_again_only_when_it_changed(client: Client) -> None:
    task, browser = photo_task(client), Http(client)
    path = f"/api/tasks/{task.id}/data/meta"
    _, headers, body = browser.get(path)
    assert body
    assert browser.get(path, If_None_Match=headers["etag"])[0] == 304
    task.remove_frames_by_ids([2])
    assert browser.get(path, If_None_Match=headers["etag"])[0] == 200
