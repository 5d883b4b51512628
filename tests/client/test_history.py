"""What the unmodified SDK saves is listed, read again, compared and restored.

The SDK has no calls for this: `History` sends them by the SDK's own connection and credentials.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from cvat_sdk import make_client
from cvat_sdk.core.proxies.annotations import AnnotationUpdateAction
from cvat_sdk.models import (
    LabeledDataRequest,
    LabeledShapeRequest,
    LabeledTrackRequest,
    PatchedJobWriteRequest,
    PatchedLabeledDataRequest,
    ShapeType,
    TrackedShapeRequest,
)

from tests.client.datasets import label_ids, photo_task, video_task
from tests.client.people import PASSWORD, administrator, newcomer, register
from tests.support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cvat_sdk import Client
    from cvat_sdk.core.proxies.jobs import Job
    from cvat_sdk.core.proxies.tasks import Task

CREATE = AnnotationUpdateAction.CREATE
KINDS = ("tags", "shapes", "tracks")


class History:
    """The history of a job or a task, as one person sees it."""

    def __init__(self, client: Client, of: Job | Task, kind: str) -> None:
        self._client = client
        self._path = f"/api/{kind}s/{of.id}/annotations"

    def rows(self, **query: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._get("/history", **query)["results"]
        return found

    def at(self, revision: int) -> dict[str, Any]:
        return self._get(f"/history/{revision}")

    def diff(self, revision: int, **query: Any) -> dict[str, Any]:
        return self._get(f"/history/{revision}/diff", **query)

    def now(self) -> dict[str, Any]:
        return self._get("")

    def statistics(self) -> dict[str, Any]:
        return self._get("/statistics")

    def restore(self, revision: int, **body: Any) -> Any:
        return self.call("POST", f"/history/{revision}/restore", body)[1]

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, Any]:
        """Status and JSON of an answer, whatever it is."""
        _, answer = self._client.api_client.call_api(
            self._path + path, method, body=body, query_params=list(query.items()),
            header_params={"Content-Type": "application/json"} if body is not None else {},
            _parse_response=False, _check_status=False,
        )  # fmt: skip
        return answer.status, msgspec.json.decode(answer.data)

    def _get(self, path: str, **query: Any) -> dict[str, Any]:
        status, found = self.call("GET", path, **query)
        assert status == 200, found
        result: dict[str, Any] = found
        return result


def of_job(client: Client, job: Job) -> History:
    return History(client, job, "job")


def of_task(client: Client, task: Task) -> History:
    return History(client, task, "task")


def objects(document: dict[str, Any]) -> dict[str, Any]:
    return {kind: document[kind] for kind in KINDS}


def box(label: int, frame: int = 0, x: float = 10.0) -> LabeledShapeRequest:
    points = [x, 20.0, x + 100, 120.0]
    return LabeledShapeRequest(
        type=ShapeType("rectangle"), frame=frame, label_id=label, points=points
    )


def boxes(label: int, *places: tuple[int, float]) -> LabeledDataRequest:
    return LabeledDataRequest(shapes=[box(label, frame, x) for frame, x in places])


def added(label: int, frame: int, x: float) -> PatchedLabeledDataRequest:
    return PatchedLabeledDataRequest(shapes=[box(label, frame, x)])


def assign(server: Server, person: int, *jobs: Job) -> None:
    """Only an administrator may name people whom they do not know."""
    with administrator(server) as client:
        for job in jobs:
            client.jobs.retrieve(job.id).update(PatchedJobWriteRequest(assignee=person))


@pytest.fixture(scope="module")
def marie(server: Server) -> Iterator[Client]:
    with newcomer(server) as client:
        client.config.status_check_period = 0.1
        yield client


@pytest.fixture(scope="module")
def pierre(server: Server) -> Iterator[Client]:
    with newcomer(server) as client:
        yield client


def test_what_was_overwritten_can_be_had_again(marie: Client, server: Server) -> None:
    task = photo_task(marie)
    face = label_ids(task)["face"]
    [job] = task.get_jobs()
    job.set_annotations(boxes(face, (0, 1.0), (1, 2.0), (2, 3.0)))
    history = of_job(marie, job)
    lost = history.now()
    username = marie.users.retrieve_current_user().username
    with make_client(server.url, credentials=(username, PASSWORD)) as other:
        other.jobs.retrieve(job.id).set_annotations(boxes(face, (0, 9.0)))
    newest, oldest = history.rows()
    assert (newest["overwrote"], newest["created"], newest["deleted"]) == (True, 1, 3)
    assert newest["owner"]["username"] == username
    assert newest["client"].startswith("cvat-sdk/2.80")
    assert not oldest["overwrote"]
    assert history.at(1) == lost
    assert len(history.diff(2)["deleted"]) == 3
    answer = history.restore(1)
    assert (answer["version"], answer["created"], answer["deleted"]) == (3, 3, 1)
    assert objects(history.now()) == objects(lost)
    assert [shape.id for shape in job.get_annotations().shapes] == [s["id"] for s in lost["shapes"]]
    assert history.rows()[0]["message"] == "Restored revision 1"


def test_an_object_and_what_became_of_it(marie: Client) -> None:
    task = photo_task(marie)
    face = label_ids(task)["face"]
    [job] = task.get_jobs()
    job.update_annotations(added(face, 0, 1.0), action=CREATE)
    [shape] = job.get_annotations().shapes
    job.update_annotations(added(face, 1, 1.0), action=CREATE)
    job.remove_annotations(ids=[shape.id])
    history = of_job(marie, job)
    history.restore(2)
    found = [(row["revision"], row["action"]) for row in history.rows(object=shape.id)]
    assert found == [(4, "created"), (3, "deleted"), (1, "created")]


def test_who_may_not_save_may_not_restore(marie: Client, pierre: Client, server: Server) -> None:
    task = photo_task(marie)
    face = label_ids(task)["face"]
    [job] = task.get_jobs()
    job.set_annotations(boxes(face, (0, 1.0)))
    before = of_job(marie, job).now()
    for history in (of_job(pierre, job), of_task(pierre, task)):
        assert history.call("POST", "/history/0/restore", {})[0] == 403
        for path in ("/history", "/history/1", "/history/1/diff", "/statistics"):
            assert history.call("GET", path)[0] == 403
    assert of_job(marie, job).now() == before
    person = pierre.users.retrieve_current_user()
    assign(server, person.id, job)
    assert of_job(pierre, job).restore(0)["deleted"] == 1
    assert of_job(marie, job).rows()[0]["owner"]["username"] == person.username


def test_a_task_of_three_overlapping_jobs_saved_by_two_people(
    marie: Client, pierre: Client, server: Server
) -> None:
    task = video_task(marie, segment_size=5, overlap=2)
    vehicle = label_ids(task)["vehicle"]
    jobs = sorted(task.get_jobs(), key=lambda job: job.start_frame)
    assert [(job.start_frame, job.stop_frame) for job in jobs] == [(0, 4), (3, 7), (6, 9)]
    person = pierre.users.retrieve_current_user()
    assign(server, person.id, *jobs)

    def annotate(client: Client, x: float) -> None:
        for turn in range(4):
            for job in jobs:
                mine = client.jobs.retrieve(job.id)
                mine.update_annotations(added(vehicle, job.start_frame, x + turn), action=CREATE)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(annotate, (marie, pierre), (1.0, 300.0)))
    history = of_task(marie, task)
    rows = history.rows(page_size="all")
    assert [row["revision"] for row in rows] == list(range(24, 0, -1))
    assert history.now()["version"] == 24
    assert [row["created_date"] for row in rows] == sorted(
        (row["created_date"] for row in rows), reverse=True
    )
    people = [row["owner"]["username"] for row in rows]
    assert people.count(person.username) == 12
    for job in jobs:
        mine = [row["job_revision"] for row in rows if row["job_id"] == job.id]
        assert mine == list(range(8, 0, -1))
    middle = history.at(12)
    counted = [row["job_id"] for row in rows if row["revision"] <= 12]
    there = [of_job(marie, job).at(counted.count(job.id))["shapes"] for job in jobs]
    assert [shape for shapes in there for shape in shapes] == middle["shapes"]
    assert len(middle["shapes"]) == 12
    history.restore(12)
    assert objects(history.now()) == objects(middle)
    statistics = history.statistics()
    shown = task.get_annotations().shapes
    assert statistics["total"]["shapes"] == len(shown)
    assert statistics["frames"]["annotated"] == len({shape.frame for shape in shown})


def test_a_track_is_counted_where_it_is_seen(marie: Client) -> None:
    task = video_task(marie, segment_size=6, overlap=2)
    vehicle = label_ids(task)["vehicle"]
    keyframes = [
        TrackedShapeRequest(type=ShapeType("rectangle"), frame=frame, points=[x, 1.0, x + 9, 9.0])
        for frame, x in ((0, 10.0), (9, 100.0))
    ]
    task.set_annotations(
        LabeledDataRequest(
            tracks=[LabeledTrackRequest(frame=0, label_id=vehicle, shapes=keyframes)]
        )
    )
    found = of_task(marie, task).statistics()
    assert found["total"]["tracks"] == 1
    assert found["total"]["keyframes"] + found["total"]["interpolated"] == 10
    assert (found["frames"]["annotated"], found["frames"]["objects"]) == (10, 10)


def test_what_is_asked_for_wrongly(marie: Client) -> None:
    task = photo_task(marie)
    [job] = task.get_jobs()
    job.set_annotations(boxes(label_ids(task)["face"], (0, 1.0)))
    for history in (of_job(marie, job), of_task(marie, task)):
        for path in ("/history/2", "/history/2/diff", "/history/999999999999999999999"):
            status, answer = history.call("GET", path)
            assert (status, list(answer)) == (404, ["detail"])
        for path in ("/history/x", "/history/-1", "/history/1.0/diff", "/history/%20"):
            status, answer = history.call("GET", path)
            assert (status, list(answer)) == (400, ["revision"]), path
        assert history.call("GET", "/history/1/diff", against="x")[0] == 400
        assert history.call("POST", "/history/2/restore", {})[0] == 404
        assert history.call("POST", "/history/0/restore", {"version": "x"})[0] == 400
        assert history.call("POST", "/history/0/restore", {"version": 7})[0] == 400
        assert history.now()["version"] == 1


def test_history_outlives_a_kill(tmp_path: Path) -> None:
    with Server(tmp_path / "state") as server:
        name = register(server)
        with make_client(server.url, credentials=(name, PASSWORD)) as client:
            client.config.status_check_period = 0.1
            task = photo_task(client)
            face = label_ids(task)["face"]
            [job] = task.get_jobs()
            job.set_annotations(boxes(face, (0, 1.0), (1, 2.0)))
            job.set_annotations(boxes(face, (2, 3.0)))
            history = of_job(client, job)
            before = history.rows(), history.at(1), history.diff(2), history.statistics()
        server.kill()
        server.restart()
        with make_client(server.url, credentials=(name, PASSWORD)) as client:
            job = client.jobs.retrieve(job.id)
            history = of_job(client, job)
            assert before == (
                history.rows(), history.at(1), history.diff(2), history.statistics()
            )  # fmt: skip
            assert history.restore(1)["version"] == 3
            restored = history.now()
        server.kill()
        server.restart()
        with make_client(server.url, credentials=(name, PASSWORD)) as client:
            history = of_job(client, client.jobs.retrieve(job.id))
            assert history.now() == restored
            assert objects(restored) == objects(before[1])
