"""Which requests are taken for repetitions, where several processes serve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.annotations.revisions.cache import View, views
from tests.support.api import Api
from tests.unit.annotations.conftest import Annotated, rectangle

Body = dict[str, Any]


@pytest.fixture
def shared(make_task: Callable[..., Annotated]) -> Annotated:
    """A task of two jobs."""
    return make_task((0, 9), (10, 19))


def _remembered(task: Annotated) -> list[View]:
    return [view for job in task.jobs if (view := views.get(job)) is not None]


@pytest.mark.parametrize("whole", [True, False], ids=["task", "job"])
def test_the_same_document_again_after_something_else_is_no_repetition(
    api: Api, shared: Annotated, whole: bool
) -> None:
    """Whatever the process that serves it remembers of the jobs."""
    url = shared.url if whole else shared.job_urls[0]
    wanted: Body = {"shapes": [rectangle(3), rectangle(4)]}
    api.patch(url, {"shapes": [rectangle(1), rectangle(11)][: 1 + whole]}, action="create")
    old = _remembered(shared)
    assert api.put(url, wanted).status == 200
    api.patch(url, {"shapes": [rectangle(5)]}, action="create")
    views.clear()
    for job, view in zip(shared.jobs, old, strict=False):
        views.keep(job, view)
    assert api.put(url, wanted).status == 200
    assert [shape["frame"] for shape in api.get(url).json["shapes"]] == [3, 4]


@pytest.mark.parametrize("key", [True, False], ids=["key", "blind"])
def test_a_repeated_replacement_that_names_a_version_is_no_conflict_with_itself(
    api: Api, shared: Annotated, key: bool
) -> None:
    for url in (shared.url, shared.job_urls[0]):
        api.patch(url, {"shapes": [rectangle(1)]}, action="create")
        version = api.get(url).json["version"]
        wanted: Body = {"version": version, "shapes": [rectangle(3)]}
        if url == shared.url:
            wanted["shapes"].append(rectangle(12))
        headers = {"idempotency-key": f"replace {url}"} if key else {}
        first = api.call("PUT", url, wanted, headers=headers)
        again = api.call("PUT", url, wanted, headers=headers)
        assert (first.status, again.status) == (200, 200), again
        assert again.json["shapes"] == first.json["shapes"]
        assert api.get(url).json["version"] == first.json["version"]


@pytest.mark.parametrize("whole", [True, False], ids=["task", "job"])
def test_a_request_that_had_nothing_to_do_does_nothing_when_it_is_repeated(
    api: Api, shared: Annotated, whole: bool
) -> None:
    """Even where there is something to do for it meanwhile, because somebody has drawn."""
    url = shared.url if whole else shared.job_urls[0]
    headers = {"idempotency-key": "clear"}
    assert api.call("PUT", url, {"shapes": []}, headers=headers).status == 200
    api.patch(url, {"shapes": [rectangle(1)]}, action="create")
    views.clear()
    again = api.call("PUT", url, {"shapes": []}, headers=headers)
    assert (again.status, again.json["shapes"]) == (200, [])
    assert [shape["frame"] for shape in api.get(url).json["shapes"]] == [1]
    other = api.call("PUT", url, {"shapes": [rectangle(2)]}, headers=headers)
    assert other.status == 400
