"""Steps of an export: the file appears complete or not at all, however often it is begun."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from chalicelib.activity import requests
from chalicelib.annotations.model.document import Objects, Shape
from chalicelib.formats import report_store, request_files
from chalicelib.formats.exporting.source import Frame
from chalicelib.platform import bucket as storage
from chalicelib.projects.models import Task
from chalicelib.projects.trash import deleting
from functions.export import frames as frame_bodies
from functions.export import joining, plan, upload
from tests.unit.formats.conftest import Person

from .conftest import Clock, Export, annotate, files, inputs_of, label_ids, uploads

COUNT = 20
#: Together larger than a part of an upload, so that there are unfinished ones.
LARGE = [bytes([number]) * 400_000 for number in range(COUNT)]


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "PART", 5 << 20)


@pytest.fixture
def task(pictures: Callable[..., Task]) -> Task:
    made = pictures(LARGE, size=10)
    shape = Shape(type="points", frame=3, points=[1, 2], label_id=label_ids(made)[1])
    annotate(made, Objects(shapes=[shape]))
    return made


@pytest.fixture
def export(task: Task) -> Export:
    return Export(inputs_of(task))


@pytest.fixture
def split(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large exports begin at 7 images."""
    monkeypatch.setattr(plan, "WITH_IMAGES", 6)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Frames whose pictures were read."""
    found: list[int] = []
    original = frame_bodies.original_frames

    def noting(
        task_id: int, revision: int, frames: Sequence[Frame]
    ) -> Iterator[tuple[Frame, bytes]]:
        for frame, body in original(task_id, revision, frames):
            found.append(frame.number)
            yield frame, body

    monkeypatch.setattr(frame_bodies, "original_frames", noting)
    return found


@pytest.mark.parametrize("frames_a_call", [1000, 7, 1, 0])
def test_an_export_is_the_same_in_however_many_calls(
    export: Export, frames_a_call: int, read: list[int]
) -> None:
    states = export.run(lambda: Clock(frames_a_call))
    assert ("write" in states) == (frames_a_call < COUNT)
    assert export.status == ("finished", "Exported 1 object on 1 frame.")
    # No frame is read twice.
    assert read == list(range(COUNT))
    check_archive(export.body())
    check_nothing_left(export)


@pytest.mark.parametrize("frames_a_call", [1000, 4, 1, 0])
def test_a_large_export_is_written_in_pieces(
    export: Export, split: None, frames_a_call: int, read: list[int]
) -> None:
    states = export.run(lambda: Clock(frames_a_call))
    assert states[0] == "split"
    assert ("piece" in states) == (frames_a_call < 6)
    assert export.status == ("finished", "Exported 1 object on 1 frame.")
    assert read == list(range(COUNT))
    check_archive(export.body())
    check_nothing_left(export)


def test_pieces_make_the_same_archive(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.export.source.iso", lambda: "2026-01-02T03:04:05Z")
    whole = Export(inputs_of(task, filename="whole.zip"))
    whole.run()
    body = whole.body()
    for size in (1, 6, 19):
        monkeypatch.setattr(plan, "WITH_IMAGES", size)
        parts = Export(inputs_of(task))
        assert parts.run()[0] == "split"
        assert parts.body() == body


def test_small_pieces_are_passed_through(
    pictures: Callable[..., Task], monkeypatch: pytest.MonkeyPatch, split: None
) -> None:
    monkeypatch.setattr(joining, "LEAST", 5 << 20)
    export = Export(inputs_of(pictures([b"%d" % number for number in range(50)])))
    export.run()
    with zipfile.ZipFile(io.BytesIO(export.body())) as archive:
        assert archive.testzip() is None
        assert archive.read("images/49.jpg") == b"49"


def test_what_is_saved_meanwhile_is_not_exported(export: Export, task: Task, split: None) -> None:
    first = export.step("prepare")
    more = Shape(type="points", frame=0, points=[3, 4], label_id=label_ids(task)[0])
    annotate(task, Objects(shapes=[more]))
    for piece in first["pieces"]:
        export.step("piece", piece=piece)
    export.step("finish", message=export.step("join")["message"])
    assert export.status == ("finished", "Exported 1 object on 1 frame.")


@pytest.mark.parametrize("pieces_before", [1, 3, 5])
def test_an_export_goes_on_after_its_processes_were_killed(
    export: Export, split: None, read: list[int], pieces_before: int
) -> None:
    first = export.step("prepare")
    for piece in first["pieces"][:pieces_before]:
        export.step("piece", piece=piece)
    if pieces_before < 5:
        # Killed within a piece, after and before it has noted where it stands.
        export.step("piece", Clock(2), piece=pieces_before)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(storage, "put", _killed)
            with pytest.raises(SystemExit):
                export.step("piece", Clock(1), piece=pieces_before)
    again = requests.requeue(export.id)
    assert again is not None
    states = export.run()
    assert states[0] == "split"
    check_archive(export.body())
    check_nothing_left(export)
    assert len(read) <= COUNT + 2


def test_every_step_may_be_delivered_twice(export: Export, split: None) -> None:
    def twice(name: str, **more: Any) -> dict[str, Any]:
        first = export.step(name, **more)
        assert export.step(name, **more) == first
        return first

    for piece in twice("prepare")["pieces"]:
        twice("piece", piece=piece)
    message = twice("join")["message"]
    export.step("finish", message=message)
    for name in ("prepare", "piece", "join", "finish", "fail"):
        assert export.step(name, message=message, piece=1) == {"state": "over"}
    assert export.status[0] == "finished"
    check_archive(export.body())


def test_an_overtaken_call_that_goes_on_harms_nothing(export: Export, split: None) -> None:
    """Two processes write the same piece, begun where the same call stopped."""
    (whole, first, *others) = export.step("prepare")["pieces"]
    export.step("piece", Clock(3), piece=first)
    note = storage.get(f"{request_files.work_prefix(export.request)}{first}.unfinished")
    assert note is not None
    export.step("piece", piece=first)
    storage.delete(f"{request_files.work_prefix(export.request)}{first}.done")
    assert export.step("piece", piece=first) == {"state": "done"}
    for piece in (whole, *others):
        export.step("piece", piece=piece)
    export.step("finish", message=export.step("join")["message"])
    check_archive(export.body())


def test_a_cancelled_export_leaves_nothing(export: Export) -> None:
    export.step("prepare", Clock(17))
    assert uploads()
    requests.fail(export.request, "Cancelled by the user.")
    assert export.step("write") == {"state": "over"}
    assert export.step("fail", error={"Error": "States.Timeout"}) == {"state": "over"}
    assert export.status == ("failed", "Cancelled by the user.")
    assert files() == {}
    assert uploads() == []


def test_a_cancelled_large_export_leaves_nothing(export: Export, split: None) -> None:
    first = export.step("prepare")
    export.step("piece", piece=0)
    export.step("piece", Clock(5), piece=1)
    requests.fail(export.request, "Cancelled by the user.")
    for piece in first["pieces"]:
        assert export.step("piece", piece=piece) == {"state": "over"}
    assert export.step("join") == {"state": "over"}
    assert files() == {}
    assert uploads() == []


def test_cancelling_is_seen_within_a_piece(
    export: Export, split: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.export.progress.SPLIT_SECONDS", 0.0)
    export.step("prepare")
    monkeypatch.setattr(requests, "progress", lambda *_: False)
    assert export.step("piece", piece=1) == {"state": "over"}
    assert files() == {}


def test_an_overtaken_export_leaves_its_successor_alone(export: Export) -> None:
    export.step("prepare", Clock(17))
    overtaken = export.request
    requests.fail(overtaken, "It was cancelled,")
    export.begin()  # and asked for again.
    export.step("prepare", Clock(17))
    for name in ("prepare", "write", "finish", "fail"):
        assert export.step(name, run=overtaken.run, message="") == {"state": "over"}
    assert export.status[0] == "started"
    export.step("finish", message=export.step("write")["message"])
    assert export.status[0] == "finished"
    check_nothing_left(export)


def test_what_is_gone_is_said(export: Export, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    export.step("prepare", Clock(17))
    deleting.delete_task(task.id)

    def missing(*_: Any) -> Any:
        raise KeyError("tasks/7/raw/0.jpg")

    monkeypatch.setattr(frame_bodies, "original_frames", missing)
    assert export.step("write") == {"state": "over"}
    assert export.status == ("failed", "The task has been deleted.")
    assert files() == {}
    assert uploads() == []


def test_a_picture_that_is_missing_is_named(export: Export, task: Task) -> None:
    storage.delete(f"tasks/{task.id}/raw/3.jpg")
    assert export.step("prepare") == {"state": "over"}
    assert export.status == ("failed", "3.jpg is not where it was when the task was made.")
    assert files() == {}


def test_a_broken_step_fails_the_request_and_cleans_up(export: Export) -> None:
    export.step("prepare", Clock(17))
    assert uploads()
    export.step("fail", error={"Error": "OSError", "Cause": '{"errorMessage": "disk full"}'})
    assert export.status == ("failed", "The export could not be written: disk full")
    assert files() == {}
    assert uploads() == []


def test_progress_counts_all_pieces(
    export: Export, split: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.export.progress.SPLIT_SECONDS", 0.0)
    told: list[float] = []

    def note(_: Any, fraction: float, message: str = "") -> bool:
        told.append(round(fraction, 2))
        return True

    pieces = export.step("prepare")["pieces"]
    monkeypatch.setattr(requests, "progress", note)
    for piece in pieces:
        export.step("piece", piece=piece)
    # 21 steps: the whole and 20 frames.
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert told[0] == round(1 / 21, 2)


def test_the_report_adds_up_the_pieces(
    pictures: Callable[..., Task], monkeypatch: pytest.MonkeyPatch, split: None
) -> None:
    task = pictures([b"x"] * COUNT)
    cat, dog = label_ids(task)
    shapes = [
        Shape(type="polyline", frame=n, points=[1, 2, 3, 4], label_id=cat) for n in range(COUNT)
    ]
    boxes = [
        Shape(type="rectangle", frame=n, points=[1, 2, 3, 4], label_id=dog) for n in range(COUNT)
    ]
    annotate(task, Objects(shapes=shapes + boxes))
    export = Export(inputs_of(task, format="COCO 1.0"))
    export.run()
    stored = report_store.load(export.request)
    assert stored is not None
    assert (stored.verb, stored.format) == ("Exported", "COCO 1.0")
    assert stored.kinds["rectangle"] == COUNT
    assert sum(stored.skipped.values()) == COUNT
    assert export.status[1] == "Exported 20 objects on 20 frames; 20 left out."


def _killed(*_: Any, **__: Any) -> None:
    raise SystemExit


def check_archive(body: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len(set(names))
        assert {name for name in names if name.startswith("images/")} == {
            f"images/{number}.jpg" for number in range(COUNT)
        }
        assert archive.read("images/19.jpg") == LARGE[19]
        assert archive.read("annotations.xml").count(b"<points") == 1


def check_nothing_left(export: Export) -> None:
    """But the file and its report."""
    prefix = request_files.own_prefix(export.request)
    assert set(files()) == {export.key, f"{prefix}report"}
    assert uploads() == []


def test_tasks_of_a_project_are_written_beside_each_other(
    ann: Person, pictures: Callable[..., Task], split: None
) -> None:
    """However few pictures each has: pieces go through several tasks, and a task's through
    several pieces."""
    project = ann.api.post("/api/projects", {"name": "p", "labels": [{"name": "cat"}]}).json
    sizes = (4, 4, 10)
    for task, size in enumerate(sizes):
        bodies = [b"%d-%d" % (task, number) for number in range(size)]
        last = pictures(bodies, project_id=project["id"])
    export = Export(inputs_of(last, target="project", target_id=project["id"], format="COCO 1.0"))
    first = export.step("prepare")
    # The file of all annotations, and 18 pictures in pieces of at most 6.
    assert first == {"state": "split", "pieces": [0, 1, 2, 3]}
    for piece in reversed(first["pieces"]):
        assert export.step("piece", piece=piece) == {"state": "done"}
    export.step("finish", message=export.step("join")["message"])
    with zipfile.ZipFile(io.BytesIO(export.body())) as archive:
        written = [name for name in archive.namelist() if name.startswith("images/")]
        assert [archive.read(name) for name in written] == [
            b"%d-%d" % (task, number) for task, size in enumerate(sizes) for number in range(size)
        ]
