"""Annotations of real photographs and a real video through the unmodified SDK."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from cvat_sdk import make_client
from cvat_sdk.api_client import exceptions
from cvat_sdk.core.proxies.annotations import AnnotationUpdateAction
from cvat_sdk.models import (
    LabeledDataRequest,
    LabeledImageRequest,
    LabeledShapeRequest,
    LabeledTrackRequest,
    PatchedLabeledDataRequest,
    ShapeType,
    TrackedShapeRequest,
)

from tests.client.datasets import label_ids, photo_task, video_task
from tests.client.people import PASSWORD, newcomer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cvat_sdk import Client
    from cvat_sdk.core.proxies.tasks import Task

    from tests.support.server import Server

CREATE, UPDATE = AnnotationUpdateAction.CREATE, AnnotationUpdateAction.UPDATE


@pytest.fixture(scope="module")
def marie(server: Server) -> Iterator[Client]:
    with newcomer(server) as client:
        client.config.status_check_period = 0.1
        yield client


def _box(label: int, frame: int = 0, x: float = 10.0, **more: Any) -> LabeledShapeRequest:
    fields = {"points": [x, 20.0, x + 100, 120.0], **more}
    return LabeledShapeRequest(type=ShapeType("rectangle"), frame=frame, label_id=label, **fields)


def _again(shape: Any, **changed: Any) -> LabeledShapeRequest:
    """What was read, to be sent back."""
    return LabeledShapeRequest(**{**shape.to_dict(), "type": ShapeType("rectangle"), **changed})


def _session(server: Server, client: Client) -> Client:
    """Another session of the same person."""
    username = client.users.retrieve_current_user().username
    return make_client(server.url, credentials=(username, PASSWORD))


def _face(task: Task) -> int:
    return label_ids(task)["face"]


def test_annotations_of_a_job(marie: Client) -> None:
    task = photo_task(marie)
    face = _face(task)
    [job] = task.get_jobs()
    job.set_annotations(
        LabeledDataRequest(
            shapes=[_box(face), _box(face, 1)], tags=[LabeledImageRequest(frame=2, label_id=face)]
        )
    )
    job.update_annotations(PatchedLabeledDataRequest(shapes=[_box(face, 2)]), action=CREATE)
    found = job.get_annotations()
    assert [shape.frame for shape in found.shapes] == [0, 1, 2]
    assert {shape.source for shape in found.shapes} == {"manual"}
    first = found.shapes[0]
    changed = PatchedLabeledDataRequest(shapes=[_again(first, points=[1.0, 2.0, 3.0, 4.0])])
    job.update_annotations(changed, action=UPDATE)
    read = job.get_annotations()
    assert (read.shapes[0].id, read.shapes[0].points) == (first.id, [1, 2, 3, 4])
    job.remove_annotations(ids=[first.id, read.tags[0].id])
    read = job.get_annotations()
    assert ([shape.frame for shape in read.shapes], read.tags) == ([1, 2], [])
    job.remove_annotations()
    read = job.get_annotations()
    assert (read.shapes, read.tags, read.tracks) == ([], [], [])


def test_annotations_of_a_task_with_overlapping_jobs(marie: Client) -> None:
    task = video_task(marie, segment_size=6, overlap=2)
    jobs = sorted(task.get_jobs(), key=lambda job: job.start_frame)
    assert [(job.start_frame, job.stop_frame) for job in jobs] == [(0, 5), (4, 9)]
    label = label_ids(task)["vehicle"]
    keyframes = [
        TrackedShapeRequest(
            type=ShapeType("rectangle"), frame=frame, points=[x, 10.0, x + 40, 50.0]
        )
        for frame, x in ((0, 10.0), (9, 100.0))
    ]
    task.set_annotations(
        LabeledDataRequest(
            shapes=[_box(label, 4), _box(label, 8)],
            tracks=[LabeledTrackRequest(frame=0, label_id=label, shapes=keyframes)],
        )
    )
    left, right = (job.get_annotations() for job in jobs)
    assert [shape.frame for shape in left.shapes] == [4]
    assert [shape.frame for shape in right.shapes] == [4, 8]
    assert [shape.frame for shape in left.tracks[0].shapes] == [0, 5]
    assert right.tracks[0].shapes[0].points[0] == pytest.approx(50)
    whole = task.get_annotations()
    assert [shape.frame for shape in whole.shapes] == [4, 8]
    assert len(whole.tracks) == 1
    task.remove_annotations(ids=[whole.shapes[0].id, whole.tracks[0].id])
    assert [shape.frame for shape in task.get_annotations().shapes] == [8]
    assert [job.get_annotations().tracks for job in jobs] == [[], []]
    task.remove_annotations()
    assert task.get_annotations().shapes == []


def test_a_save_makes_the_task_newer(marie: Client) -> None:
    task = photo_task(marie)
    before = task.updated_date
    task.set_annotations(LabeledDataRequest(shapes=[_box(_face(task))]))
    task.fetch()
    assert task.updated_date > before


def test_two_clients_save_one_job_at_the_same_time(server: Server) -> None:
    """Each adds, moves its own and deletes its own; neither loses anything to the other."""
    with newcomer(server) as marie:
        task = photo_task(marie)
        face = _face(task)
        [job] = task.get_jobs()
        start = Barrier(2)

        def work(number: int) -> set[float]:
            kept = set()
            with _session(server, marie) as client:
                mine = client.jobs.retrieve(job.id)
                start.wait(20)
                for turn in range(12):
                    x = float(1000 * number + turn)
                    group = number + 1
                    mine.update_annotations(
                        PatchedLabeledDataRequest(shapes=[_box(face, x=x, group=group)]),
                        action=CREATE,
                    )
                    kept.add(x)
                    own = [s for s in mine.get_annotations().shapes if s.group == group]
                    assert {shape.points[0] for shape in own} == kept
                    if turn % 4 == 1:
                        mine.remove_annotations(ids=[own[0].id])
                        kept.remove(own[0].points[0])
                    elif turn % 4 == 2:
                        moved = own[-1].points[0] + 0.5
                        points = [moved, *own[-1].points[1:]]
                        mine.update_annotations(
                            PatchedLabeledDataRequest(shapes=[_again(own[-1], points=points)]),
                            action=UPDATE,
                        )
                        kept.remove(own[-1].points[0])
                        kept.add(moved)
            return kept

        with ThreadPoolExecutor(2) as pool:
            kept = list(pool.map(work, range(2)))
        stored = job.get_annotations()
        assert sorted(shape.points[0] for shape in stored.shapes) == sorted(kept[0] | kept[1])
        assert stored.version == 2 * (12 + 3 + 3)


def test_two_clients_replace_one_job_at_the_same_time(server: Server) -> None:
    """CVAT keeps both documents, every object twice."""
    with newcomer(server) as marie:
        task = photo_task(marie)
        face = _face(task)
        [job] = task.get_jobs()
        start = Barrier(2)

        def work(number: int) -> None:
            with _session(server, marie) as client:
                mine = client.jobs.retrieve(job.id)
                start.wait(20)
                shapes = [_box(face, x=float(k), group=number + 1) for k in range(50)]
                mine.set_annotations(LabeledDataRequest(shapes=shapes))

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(work, range(2)))
        stored = job.get_annotations()
        assert len(stored.shapes) == 50
        assert len({shape.group for shape in stored.shapes}) == 1
        assert stored.version == 2


def test_bad_annotations_change_nothing(marie: Client) -> None:
    task = photo_task(marie)
    face = _face(task)
    [job] = task.get_jobs()
    job.set_annotations(LabeledDataRequest(shapes=[_box(face)]))
    before = job.get_annotations()
    foreign = _face(photo_task(marie))
    for bad in (
        _box(foreign),
        _box(face, points=[1.0, 2.0, 3.0]),
        _box(face, x=float("nan")),
        _box(face, id=before.shapes[0].id),
    ):
        for target in (job, task):
            with pytest.raises(exceptions.ApiException) as refused:
                target.set_annotations(LabeledDataRequest(shapes=[bad]))
            assert refused.value.status == 400
            assert refused.value.body
    assert job.get_annotations().to_dict() == before.to_dict()
