"""Which workspace a request asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.accounts.models import User
from tests.support.api import Api
from tests.unit.accounts.conftest import PASSWORD


@pytest.mark.parametrize(
    ("header", "query", "status", "answer"),
    [
        (None, {}, 200, None),
        ("", {}, 200, None),
        ("", {"org": ""}, 200, None),
        (None, {"org": ""}, 200, None),
        (None, {"org_id": ""}, 200, None),
        ("acme", {}, 404, {"detail": "acme organization does not exist."}),
        (None, {"org": "acme"}, 404, {"detail": "acme organization does not exist."}),
        (None, {"org_id": 7}, 404, {"detail": "7 organization does not exist."}),
        ("acme", {"org": "acme"}, 404, {"detail": "acme organization does not exist."}),
        ("acme", {"org": "other"}, 400, None),
        ("", {"org": "acme"}, 400, None),
        ("acme", {"org_id": 7}, 400, None),
        ("", {"org_id": 7}, 400, None),
        (None, {"org": "", "org_id": 7}, 400, None),
    ],
)
def test_the_workspace_asked_for_is_found_or_refused(
    api: Api,
    person: Callable[..., User],
    header: str | None,
    query: dict[str, Any],
    status: int,
    answer: Any,
) -> None:
    person("marie")
    client = api.sign_in("marie", PASSWORD)
    if header is not None:
        client = client.with_headers(x_organization=header)
    got = client.get("/api/users", **query)
    assert got.status == status
    if answer is not None:
        assert got.json == answer
    elif status == 400:
        assert isinstance(got.json, list)
