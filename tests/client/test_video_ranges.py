"""Whoever may see one job of a video reads that part of its file, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from cvat_sdk import Client
from cvat_sdk.api_client import models

from tests.client.datasets import VIDEO
from tests.client.people import administrator, newcomer
from tests.client.test_frame_caching import Http
from tests.support.server import Server

SEGMENT = 100


class Video:
    """A video of several jobs, one of which has an annotator."""

    def __init__(self, owner: Client, annotator: Client) -> None:
        user, _ = annotator.api_client.users_api.retrieve_self()
        spec = models.TaskWriteRequest(
            name="bikes", segment_size=SEGMENT, overlap=0, labels=[{"name": "bike"}]
        )
        task = owner.tasks.create_from_data(spec, [VIDEO])
        self.task_id = task.id
        self.jobs = sorted(task.get_jobs(), key=lambda job: job.start_frame)
        self.jobs[1].update(models.PatchedJobWriteRequest(assignee=user.id))
        self.owner, self.annotator = Http(owner), Http(annotator)


@pytest.fixture(scope="module")
def video(server: Server) -> Iterator[Video]:
    with administrator(server) as owner, newcomer(server) as annotator:
        owner.config.status_check_period = 0.05
        yield Video(owner, annotator)


def index(http: Http, kind: str, number: int) -> tuple[int, Any]:
    return http.json(f"/api/{kind}/{number}/data/index")


def test_the_file_itself_is_for_those_who_may_see_all_of_it(video: Video) -> None:
    status, source = index(video.owner, "jobs", video.jobs[1].id)
    assert status == 200
    assert source["video_url"]
    assert not source["ranges_url"]
    assert index(video.annotator, "tasks", video.task_id)[0] == 403
    assert index(video.annotator, "jobs", video.jobs[0].id)[0] == 403
    status, source = index(video.annotator, "jobs", video.jobs[1].id)
    assert status == 200
    assert not source["video_url"]
    assert source["ranges_url"].endswith(f"/api/jobs/{video.jobs[1].id}/data/range")


def allowed(video: Video) -> tuple[int, int]:
    """The first and the last byte of the file that the annotator's job gives out."""

    def status(first: int, last: int) -> int:
        path = f"/api/jobs/{video.jobs[1].id}/data/range?first={first}&last={last}"
        return video.annotator.get(path)[0]

    size = VIDEO.stat().st_size
    middle = size // 2
    assert status(middle, middle) == 302
    first, last = bisect(0, middle, lambda at: status(at, at) == 302), middle
    last = bisect(middle, size, lambda at: status(at, at) != 302) - 1
    return first, last


def bisect(low: int, high: int, holds: Any) -> int:
    """The first number of `low..high` for which something holds, and holds from there on."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def test_a_link_opens_the_range_that_it_was_asked_for(video: Video) -> None:
    first, last = allowed(video)
    content = VIDEO.read_bytes()
    assert 0 < first < last < len(content) - 1
    path = f"/api/jobs/{video.jobs[1].id}/data/range"
    status, headers, _ = video.annotator.get(f"{path}?first={first}&last={last}")
    assert status == 302
    link = headers["location"]
    status, _, body = video.annotator.get(link, Range=f"bytes={first}-{last}")
    assert (status, body) == (206, content[first : last + 1])
    for other in ("bytes=0-99", f"bytes={first}-{last + 1}", ""):
        status, _, _ = video.annotator.get(link, **({"Range": other} if other else {}))
        assert status == 403, other


@pytest.mark.parametrize(
    "query", ["first=0&last=9", "first=9", "", "first=a&last=b", "first=9&last=1"]
)
def test_other_ranges_are_refused(video: Video, query: str) -> None:
    path = f"/api/jobs/{video.jobs[1].id}/data/range"
    assert video.annotator.get(f"{path}?{query}")[0] == 400
    assert video.annotator.get(f"/api/jobs/{video.jobs[0].id}/data/range?{query}")[0] == 403
