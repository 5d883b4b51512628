"""Reports stay with the request whose they are."""

from __future__ import annotations

import pytest

from chalicelib.activity import requests
from chalicelib.formats import report_store
from chalicelib.formats.report import Report
from chalicelib.platform import workflows
from chalicelib.platform.requests import Principal


@pytest.fixture
def request_(table: None, bucket: None, monkeypatch: pytest.MonkeyPatch) -> requests.Request:
    monkeypatch.setattr(workflows, "start", lambda *_: None)
    return begin()


def begin() -> requests.Request:
    requests.start(
        "import",
        request_id="action=import&target=task&target_id=7",
        owner=Principal(1, "marie", ("user",), "session"),
        operation=requests.Operation(type="import:annotations", target="task", task_id=7),
        machine="import",
        inputs={},
    )
    found = requests.load("action=import&target=task&target_id=7")
    assert found is not None
    return found


def test_a_report_is_read_as_it_was_kept(request_: requests.Request) -> None:
    report = Report(frames=2)
    report.took("rectangle", 3)
    with report.of_file("labels/a.txt"):
        report.unmatched("horse", "line 4")
        report.convert("ellipse became a polygon", "line 5")
    report_store.save(request_, report, "Imported", "YOLO 1.1")
    found = report_store.load(request_)
    assert found is not None
    assert (found.verb, found.format, found.frames, found.objects) == ("Imported", "YOLO 1.1", 2, 3)
    assert found.kinds == {"rectangle": 3}
    assert found.labels == {"horse": 1}
    assert found.skipped == {"no label of that name": 1}
    assert found.converted == {"ellipse became a polygon": 1}
    assert found.examples["no label of that name"] == ["horse (line 4)"]
    assert found.files["labels/a.txt"].skipped == 1


def test_another_request_of_the_id_has_its_own(request_: requests.Request) -> None:
    report_store.save(request_, Report(objects=1), "Imported", "COCO 1.0")
    requests.fail(request_, "It was cancelled.")
    assert report_store.load(begin()) is None
    assert report_store.load(request_) is not None
