"""How long clients may follow the redirect to a preview without asking again."""

from __future__ import annotations

import re

from chalicelib.media.frames.previews import REDIRECT_KEEP
from chalicelib.platform.bucket import LINK_LIFETIME
from chalicelib.projects import store

from ..conftest import World, package_file


def test_a_redirect_is_kept_less_long_than_its_link_lives(world: World) -> None:
    task_id = world.made({"a.jpg": package_file("skimage", "data", "rocket.jpg").read_bytes()})
    job = store.task_jobs(task_id)[0]
    for path in (f"/api/tasks/{task_id}/preview", f"/api/jobs/{job.id}/preview"):
        answer = world.api.get(path)
        assert answer.status == 302
        assert answer.headers("cache-control") == [f"private, max-age={REDIRECT_KEEP}"]
        assert "Cookie" in (answer.header("vary") or "")
        [lifetime] = re.findall(r"X-Amz-Expires=(\d+)", answer.header("location") or "")
        assert int(lifetime) == LINK_LIFETIME > REDIRECT_KEEP


def test_what_may_change_soon_is_not_kept(world: World) -> None:
    path = f"/api/tasks/{world.task()}/preview"
    missing = world.api.get(path)
    preferred = world.api.call("GET", path, headers={"Prefer": "handling=empty"})
    assert (missing.status, preferred.status) == (404, 204)
    for answer in (missing, preferred, world.stranger.get(path)):
        assert "max-age" not in (answer.header("cache-control") or "")
