"""What clients may keep, and how they ask whether it is still good."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.media.frames import freshness, meta_routes
from chalicelib.platform import config, workflows
from chalicelib.platform.bucket import LINK_LIFETIME
from chalicelib.projects import store
from tests.support.api import Answer

from ..conftest import World
from ..pictures import photographs

ASKED = [
    {"type": "chunk", "number": 0, "quality": "original"},
    {"type": "chunk", "number": 0},
    {"type": "frame", "number": 0, "quality": "original"},
    {"type": "frame", "number": 1, "quality": "original"},
    {"type": "frame", "number": 2},
]


def conditional(world: World, path: str, etag: str | None, **query: Any) -> Answer:
    return world.api.call("GET", path, query=query, headers={"If-None-Match": etag or ""})


@pytest.mark.parametrize("query", ASKED)
def test_a_redirect_may_be_followed_again_for_as_long_as_it_surely_leads_there(
    world: World, query: dict[str, Any]
) -> None:
    path = f"/api/tasks/{world.made(photographs())}/data"
    first, again = world.api.get(path, **query), world.api.get(path, **query)
    (kept,) = re.findall(r"^private, max-age=(\d+)$", first.header("cache-control") or "")
    assert freshness.SAME_LINK + int(kept) < LINK_LIFETIME
    assert "Cookie" in (first.header("vary") or "")
    # A browser knows what it has by its address.
    assert again.header("location") == first.header("location")
    signed = parse_qs(urlsplit(first.header("location") or "").query)
    assert signed["response-cache-control"] == ["private, max-age=86400, immutable"]


@pytest.mark.parametrize("query", ASKED)
def test_who_has_it_is_told_so(
    world: World, query: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/api/tasks/{world.made(photographs())}/data"
    first = world.api.get(path, **query)
    etag = first.header("etag")
    assert etag
    monkeypatch.setattr(workflows, "invoke", pytest.fail)
    same = conditional(world, path, f'"other", W/{etag}', **query)
    assert (same.status, same.body, same.header("etag")) == (304, b"", etag)
    # A cache that keeps the redirect renews the signed address in it.
    assert same.header("location") == first.header("location")
    assert conditional(world, path, '"other"', **query).status == 302


def test_what_is_not_built_is_not_said_to_be_known(world: World) -> None:
    path = f"/api/tasks/{world.made(photographs())}/data"
    assert conditional(world, path, "*", type="chunk", number=0).status == 302


def test_the_list_of_frames_is_validated(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    task_id = world.made(photographs(), fields={"segment_size": 3})
    first, second = store.task_jobs(task_id)
    paths = [f"/api/tasks/{task_id}/data/meta", *(
        f"/api/jobs/{job.id}/data/meta" for job in (first, second)
    )]  # fmt: skip
    tags = [world.api.get(path).header("etag") for path in paths]
    assert len(set(tags)) == 3
    for path, etag in zip(paths, tags, strict=True):
        answer = conditional(world, path, etag)
        assert (answer.status, answer.body) == (304, b"")
        assert world.api.get(path).header("cache-control") == "private, no-cache"
    world.api.patch(paths[0], {"deleted_frames": [4]})
    assert [conditional(world, path, etag).status for path, etag in zip(paths, tags, strict=True)] \
        == [200, 304, 200]  # fmt: skip
    world.api.patch(paths[0], {"deleted_frames": []})
    assert world.api.get(paths[0]).header("etag") == tags[0]


@given(st.lists(st.integers(), max_size=4), st.lists(st.integers(), max_size=4))
def test_tags_tell_apart(one: list[int], other: list[int]) -> None:
    assert (freshness.tag_of(*one) == freshness.tag_of(*other)) == (one == other)


def test_a_list_too_large_for_lambda_is_fetched_from_the_bucket(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = world.made(photographs())
    path = f"/api/tasks/{task_id}/data/meta"
    whole = world.api.get(path).json
    monkeypatch.setenv("SKYLABEL_LAMBDA_LIMITS", "1")
    monkeypatch.setattr(meta_routes, "LARGEST", 200)
    config.settings.cache_clear()
    try:
        answer = world.api.get(path)
        assert (answer.status, answer.header("cache-control")) == (302, "no-store")
        assert msgspec.json.decode(world.stored(answer)) == whole
        assert world.api.patch(path, {"deleted_frames": [1]}).status == 303
    finally:
        monkeypatch.undo()
        config.settings.cache_clear()
