"""Whatever was saved: every revision can be read, compared, restored, and counted in order."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.support.api import Api
from tests.unit.annotations.conftest import Annotated
from tests.unit.annotations.history.conftest import without_version
from tests.unit.annotations.history.drawn import SAVES, Editor

Json = dict[str, Any]
Saves = list[tuple[str, int, Random]]

#: Each example has tasks of its own.
EXAMPLES = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
#: Jobs that all share frames; jobs of which only those in the middle do; and a job alone.
TASKS = [[(0, 9), (8, 19), (17, 25)], [(0, 5), (6, 12), (11, 19), (20, 25)], [(0, 25)]]


def by_id(document: Json) -> dict[int, Json]:
    """Objects as a difference shows them."""
    kinds = {"tags": "tag", "shapes": "shape", "tracks": "track"}
    return {
        item["id"]: {"kind": kind, **item}
        for name, kind in kinds.items()
        for item in document[name]
    }


def applied(found: Json, objects: dict[int, Json]) -> dict[int, Json]:
    """What a difference makes of objects. It must fit them."""
    after = dict(objects)
    for item in found["deleted"]:
        assert after.pop(item["id"]) == item
    for update in found["updated"]:
        assert after[update["id"]] == update["before"] != update["after"]
        assert update["kind"] == update["after"]["kind"]
        after[update["id"]] = update["after"]
    for item in found["created"]:
        assert item["id"] not in after
        after[item["id"]] = item
    return after


def recorded(api: Api, path: str, editor: Editor, saves: Saves) -> dict[int, Json]:
    """Documents by version, as they were read while saves were made."""
    seen: dict[int, Json] = {}
    for save in [None, *saves]:
        if save is not None:
            editor.save(*save)
        document = api.get(path).json
        known = seen.setdefault(document["version"], document)
        assert known == document
    return seen


def check_history(api: Api, path: str, seen: dict[int, Json]) -> None:
    """Everything that was seen can be read again, compared with the rest, and restored."""
    last = max(seen)
    assert sorted(seen) == list(range(last + 1))
    rows = api.get(f"{path}/history", page_size="all").json
    assert [row["revision"] for row in rows["results"]] == list(range(last, 0, -1))
    for number, document in seen.items():
        assert api.get(f"{path}/history/{number}").json == document
    for number, document in seen.items():
        for against in {max(0, number - 1), last}:
            answer = api.get(f"{path}/history/{number}/diff", against=against)
            assert applied(answer.json, by_id(seen[against])) == by_id(document)


def check_restoring(api: Api, path: str, seen: dict[int, Json], numbers: list[int]) -> None:
    for number in numbers:
        before = api.get(path).json["version"]
        answer = api.post(f"{path}/history/{number}/restore")
        assert answer.status == 200, answer
        now = api.get(path).json
        assert without_version(now) == without_version(seen[number])
        assert answer.json["version"] == now["version"]
        changes = answer.json["created"] + answer.json["updated"] + answer.json["deleted"]
        assert (now["version"] > before) is bool(changes)
    for number, document in seen.items():
        assert api.get(f"{path}/history/{number}").json == document


@EXAMPLES
@given(SAVES)
def test_a_job(api: Api, make_task: Callable[..., Annotated], saves: Saves) -> None:
    task = make_task((0, 9))
    path = task.job_urls[0]
    seen = recorded(api, path, Editor(api, task, [(0, 9)]), saves)
    check_history(api, path, seen)
    check_restoring(api, path, seen, [0, max(seen), *seen])


@pytest.mark.slow
@EXAMPLES
@given(SAVES)
def test_a_task(api: Api, make_task: Callable[..., Annotated], saves: Saves) -> None:
    for spans in TASKS:
        task = make_task(*spans)
        seen = recorded(api, task.url, Editor(api, task, spans), saves)
        check_history(api, task.url, seen)
        check_restoring(api, task.url, seen, [max(seen) // 2, max(seen)])


@pytest.mark.slow
@EXAMPLES
@given(SAVES)
def test_saves_of_a_task_are_those_of_its_jobs_in_order(
    api: Api, make_task: Callable[..., Annotated], saves: Saves
) -> None:
    spans = TASKS[0]
    task = make_task(*spans)
    editor = Editor(api, task, spans)
    made: list[tuple[int, int]] = []
    for save in saves:
        before = [api.get(url).json["version"] for url in task.job_urls]
        editor.save(*save)
        after = [api.get(url).json["version"] for url in task.job_urls]
        made += [
            (job, new) for job, old, new in zip(task.jobs, before, after, strict=True) if new != old
        ]
    rows = api.get(f"{task.url}/history", page_size="all").json["results"]
    assert [(row["job_id"], row["job_revision"]) for row in reversed(rows)] == made
    for size in (1, 2, 3):
        paged = []
        for page in range(1, -(-len(made) // size) + 1):
            found = api.get(f"{task.url}/history", page_size=size, page=page).json
            assert found["count"] == len(made)
            paged += found["results"]
        assert paged == rows
    for row in rows:
        listed = api.get(f"/api/jobs/{row['job_id']}/annotations/history", page_size="all").json
        [same] = [one for one in listed["results"] if one["revision"] == row["job_revision"]]
        assert {**row, "revision": row["job_revision"]} == {
            **same, "job_id": row["job_id"], "job_revision": row["job_revision"]
        }  # fmt: skip


@pytest.mark.slow
@EXAMPLES
@given(SAVES)
def test_objects_of_a_task_and_what_became_of_them(
    api: Api, make_task: Callable[..., Annotated], saves: Saves
) -> None:
    spans = TASKS[0]
    task = make_task(*spans)
    editor = Editor(api, task, spans)
    states: dict[tuple[int, int], dict[int, Json]] = {(job, 0): {} for job in task.jobs}
    for save in saves:
        editor.save(*save)
        for job, url in zip(task.jobs, task.job_urls, strict=True):
            document = api.get(url).json
            states[job, document["version"]] = by_id(document)
    rows = api.get(f"{task.url}/history", page_size="all").json["results"]
    for object_id in {one for state in states.values() for one in state}:
        expected = []
        for row in rows:
            job, revision = row["job_id"], row["job_revision"]
            before = states[job, revision - 1].get(object_id)
            after = states[job, revision].get(object_id)
            if before != after:
                action = "created" if not before else "updated" if after else "deleted"
                expected.append({**row, "action": action, "object": after})
        path = f"{task.url}/history"
        found = api.get(path, object=object_id, page_size="all").json["results"]
        # A save may put an object in the place of one that is the same.
        changing = [
            row for row in found
            if row["action"] != "updated"
            or states[row["job_id"], row["job_revision"] - 1][object_id] != row["object"]
        ]  # fmt: skip
        assert changing == expected
        jobs = {row["job_id"] for row in found}
        of_job = [
            row["revision"]
            for job in jobs
            for row in api.get(
                f"/api/jobs/{job}/annotations/history", object=object_id, page_size="all"
            ).json["results"]
        ]
        assert of_job == [row["job_revision"] for row in found]
