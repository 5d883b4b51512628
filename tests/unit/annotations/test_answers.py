"""Answers that are too large for Lambda are fetched from the bucket."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec
import pytest

from chalicelib.annotations import answers
from chalicelib.platform import bucket, config
from tests.support.api import Answer, Api
from tests.unit.annotations.conftest import Annotated, rectangle


@pytest.fixture
def _limited(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(answers, "LARGEST", 5_000)
    monkeypatch.setenv("SKYLABEL_LAMBDA_LIMITS", "1")
    config.settings.cache_clear()
    yield
    monkeypatch.undo()
    config.settings.cache_clear()


def _fetched(answer: Answer) -> dict[str, object]:
    location = answer.header("location")
    assert location is not None
    path = urlsplit(location).path
    body = bucket.get(path.removeprefix(f"/{config.settings().bucket}/"))
    assert body is not None
    decoded: dict[str, object] = msgspec.json.decode(body)
    return decoded


@pytest.mark.usefixtures("_limited")
def test_large_documents_are_read_elsewhere(api: Api, task: Annotated) -> None:
    body = {"shapes": [rectangle(frame) for frame in range(60)]}
    for url in (task.job_urls[0], task.url):
        stored, read = api.put(url, body), api.get(url)
        # 303 so that the client follows with GET; 302 is what clients know of downloads.
        assert (stored.status, read.status) == (303, 302)
        assert _fetched(stored)["shapes"] == _fetched(read)["shapes"]


@pytest.mark.usefixtures("_limited")
def test_small_documents_come_at_once(api: Api, task: Annotated) -> None:
    assert api.put(task.url, {"shapes": [rectangle()]}).status == 200
    assert api.get(task.url).status == 200


def test_without_a_limit_everything_comes_at_once(
    api: Api, task: Annotated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "LARGEST", 5)
    assert api.put(task.url, {"shapes": [rectangle()]}).status == 200
    assert api.get(task.url).status == 200
