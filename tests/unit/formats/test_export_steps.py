"""Steps of an export against a real table and bucket: the file appears complete or not at all."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from chalicelib.activity import requests
from chalicelib.annotations.model.document import Document, Shape
from chalicelib.formats import request_files
from chalicelib.formats.exporting.requested import ExportInputs
from chalicelib.formats.exporting.source import Frame, Source
from chalicelib.platform import bucket as storage
from chalicelib.platform import workflows
from chalicelib.platform.requests import Principal
from functions.export import handler, upload
from functions.export.source import Gone
from tests.unit.formats.datasets import CAT, DOG, NOW, TaskPart, part, photos

REQUEST = "action=export&target=task&target_id=7"
INPUTS = ExportInputs(
    target="task",
    target_id=7,
    format="CVAT for images 1.1",
    save_images=True,
    filename="pets.zip",
    signature="",
    base_url="http://localhost",
)
FRAMES = photos([f"{number}.jpg" for number in range(20)])
DOCUMENT = Document(shapes=[Shape(type="points", frame=3, points=[1, 2], label_id=DOG.id)])


class BigPart(TaskPart):
    """Images of a megabyte each, and a note of those that were asked for."""

    read: list[int] = msgspec.field(default_factory=list)

    def images(self, frames: Sequence[Frame]) -> Iterator[tuple[Frame, bytes]]:
        for frame in frames:
            self.read.append(frame.number)
            yield frame, bytes([frame.number]) * (1 << 20)


class Clock:
    """Milliseconds that a call of the function has left: enough for some frames."""

    def __init__(self, frames: int) -> None:
        self.frames = frames

    def __call__(self) -> int:
        self.frames -= 1
        return 0 if self.frames < 0 else handler.MARGIN


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> BigPart:
    small = part(FRAMES, DOCUMENT)
    big = BigPart(small.meta, small.all_frames, small.content)
    whole = Source("task", (CAT, DOG), [big], True, NOW)
    monkeypatch.setattr(handler, "open_source", lambda _: whole)
    return big


@pytest.fixture
def request_id(table: None, bucket: None, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(workflows, "start", lambda *_: None)
    monkeypatch.setattr(upload, "PART", 5 << 20)
    return begin()


def begin() -> str:
    return requests.start(
        "export",
        request_id=REQUEST,
        owner=Principal(1, "marie", ("user",), "session"),
        operation=requests.Operation(type="export:dataset", target="task", task_id=7),
        machine="export",
        inputs=msgspec.to_builtins(INPUTS),
    )


def step(name: str, clock: Clock | None = None, **more: Any) -> dict[str, Any]:
    context = SimpleNamespace(
        function_name="export",
        memory_limit_in_mb=1769,
        invoked_function_arn="arn",
        aws_request_id="1",
        get_remaining_time_in_millis=clock or Clock(1000),
    )
    event = {"step": name, "request_id": REQUEST, "run": loaded().run, **more}
    answer: dict[str, Any] = handler.handle(event, context)
    return answer


def loaded() -> requests.Request:
    request = requests.load(REQUEST)
    assert request is not None
    return request


def uploads() -> list[Any]:
    answer = storage.client().list_multipart_uploads(Bucket="skylabel-test")
    return list(answer.get("Uploads", []))


def status() -> tuple[str, str]:
    return loaded().status, loaded().message


@pytest.mark.parametrize("frames_a_call", [1000, 7, 1])
def test_an_export_is_the_same_in_however_many_calls(
    request_id: str, source: BigPart, frames_a_call: int
) -> None:
    assert step("prepare") == {"state": "write"}
    calls = 1
    while (answer := step("write", Clock(frames_a_call)))["state"] == "write":
        calls += 1
        assert storage.get(request_files.own_prefix(loaded()) + "pets.zip") is None
    assert (calls > 1) == (frames_a_call < len(FRAMES))
    step("finish", message=answer["message"])
    assert status() == ("finished", "Exported 1 object on 1 frame.")
    # No frame is read twice.
    assert source.read == list(range(20))
    written = dict(storage.listing("exports/"))
    assert list(written) == [request_files.own_prefix(loaded()) + "pets.zip"]
    body = storage.get(next(iter(written)))
    assert body is not None
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 22
        assert archive.read("images/19.jpg") == b"\x13" * (1 << 20)
    assert uploads() == []


def test_a_cancelled_export_leaves_nothing(request_id: str, source: BigPart) -> None:
    step("prepare")
    step("write", Clock(7))
    requests.fail(loaded(), "Cancelled by the user.")
    assert step("write") == {"state": "over"}
    assert step("fail", error={"Error": "States.Timeout"}) == {"state": "over"}
    assert status() == ("failed", "Cancelled by the user.")
    assert list(storage.listing("exports/")) == []
    assert uploads() == []


def test_an_overtaken_export_leaves_its_successor_alone(request_id: str, source: BigPart) -> None:
    step("prepare")
    overtaken = loaded()
    requests.fail(overtaken, "It was cancelled,")
    begin()  # and asked for again.
    step("prepare")
    step("write", Clock(7))
    for name in ("write", "finish", "fail"):
        assert step(name, run=overtaken.run, message="") == {"state": "over"}
    assert status()[0] == "started"
    step("finish", message=step("write")["message"])
    assert status()[0] == "finished"
    assert len(dict(storage.listing("exports/"))) == 1


def test_what_is_gone_is_said(
    request_id: str, source: BigPart, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: ExportInputs) -> Source:
        raise Gone("The task has been deleted.")

    step("prepare")
    step("write", Clock(7))
    monkeypatch.setattr(handler, "open_source", gone)
    assert step("write") == {"state": "over"}
    assert status() == ("failed", "The task has been deleted.")
    assert list(storage.listing("exports/")) == []
    assert uploads() == []


def test_a_broken_step_fails_the_request_and_cleans_up(request_id: str, source: BigPart) -> None:
    step("prepare")
    step("write", Clock(9))
    assert uploads()
    step("fail", error={"Error": "OSError", "Cause": '{"errorMessage": "disk full"}'})
    assert status() == ("failed", "The export could not be written: disk full")
    assert list(storage.listing("exports/")) == []
    assert uploads() == []


def test_starting_again_drops_what_was_begun(request_id: str, source: BigPart) -> None:
    step("prepare")
    step("write", Clock(9))
    step("prepare")
    assert uploads() == []
    assert step("write")["state"] == "finish"
    assert source.read == [*range(9), *range(20)]


def test_steps_may_be_repeated_after_the_end(request_id: str, source: BigPart) -> None:
    step("prepare")
    message = step("write")["message"]
    step("finish", message=message)
    for name in ("prepare", "write", "finish", "fail"):
        assert step(name, message=message) == {"state": "over"}
    assert status()[0] == "finished"
    assert len(dict(storage.listing("exports/"))) == 1
