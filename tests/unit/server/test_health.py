"""Whether the server can do its work: anyone may ask."""

from __future__ import annotations

import pytest

from chalicelib.platform import table
from chalicelib.server.routes import routes
from tests.support.api import Api


def test_who_asks_learns_nothing_of_the_account(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: str) -> None:
        raise RuntimeError("arn:aws:sts::123456789012:assumed-role/api is not authorized")

    monkeypatch.setattr(table, "load", refuse)
    answer = Api.of(routes).get("/api/server/health")
    assert (answer.status, answer.json) == (500, {"DynamoDB": "unavailable"})
    assert "123456789012" in caplog.text
