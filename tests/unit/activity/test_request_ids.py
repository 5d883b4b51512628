"""Ids of requests survive a URL and say what they are about."""

from __future__ import annotations

from urllib.parse import quote, unquote

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.activity import request_ids


def test_ids_have_the_form_that_clients_know() -> None:
    assert request_ids.create(1) == "action=create&target=task&target_id=1"
    assert request_ids.export("task", 1, 2, "dataset", "COCO 1.0") == (
        "action=export&target=task&target_id=1&user_id=2&subresource=dataset&format=COCO_1~0"
    )
    assert request_ids.import_("job", 3, "annotations") == (
        "action=import&target=job&target_id=3&subresource=annotations"
    )
    assert request_ids.restore("project", "u-1") == (
        "action=import&target=project&id=u-1&subresource=backup"
    )


@given(st.integers(1), st.integers(1), st.from_regex(r"[A-Za-z0-9 .]{1,40}", fullmatch=True))
def test_an_id_survives_percent_encoding_once_or_never(task: int, user: int, name: str) -> None:
    request_id = request_ids.export("task", task, user, "annotations", name)
    assert unquote(quote(request_id, safe="")) == unquote(request_id) == request_id
    assert request_ids.parts(request_id)["target_id"] == str(task)


@given(st.text())
def test_any_text_has_parts_or_none(text: str) -> None:
    assert isinstance(request_ids.parts(text), dict)
