"""Folds in the background: asked for once, harmless to repeat, and made up for when they fail."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib.annotations import store
from chalicelib.annotations.model.document import Objects, Shape
from chalicelib.annotations.revisions import folding, reading, repaging
from chalicelib.annotations.revisions.changes import Change, replacement
from chalicelib.annotations.store import Save
from chalicelib.platform import workflows
from functions.fold import handler
from infra.local.proxy_event import LambdaContext
from tests.unit.annotations.revisions.conftest import forget

CONTEXT: Any = LambdaContext("test", 60)
Asked = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def asked(emulator: None, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What is asked of functions, which do nothing."""
    monkeypatch.setattr(folding, "SHORT_TAIL", 8)
    calls: Asked = []
    monkeypatch.setattr(workflows, "send", lambda name, payload: calls.append((name, payload)))
    return calls


def _add(frame: int = 0) -> None:
    shape = Shape(type="rectangle", frame=frame, label_id=1, points=[1.0, 2.0, 3.0, 4.0])
    store.save(Save(job_id=1, change=Change(create=Objects(shapes=[shape]))))


def _head() -> Any:
    return reading.look_at(1).head


def test_a_fold_is_asked_for_once(asked: Asked) -> None:
    for n in range(15):
        _add(n)
    assert asked == [("fold", {"job_id": 1})]
    assert _head().base == 0


def test_who_saves_folds_what_nobody_folds(asked: Asked) -> None:
    for n in range(20):
        _add(n)
    assert (_head().base, _head().tail) == (16, 4)
    forget()
    assert len(store.read_job(1).shapes) == 20


def test_who_saves_folds_if_nobody_can_be_asked(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str, payload: dict[str, Any]) -> None:
        raise EndpointConnectionError(endpoint_url="nowhere")

    monkeypatch.setattr(workflows, "send", refuse)
    for n in range(9):
        _add(n)
    assert (_head().base, _head().tail) == (8, 1)


def test_the_function_folds_what_is_due_and_nothing_else(asked: Asked) -> None:
    for n in range(9):
        _add(n)
    forget()
    assert handler.handle({"job_id": 1}, CONTEXT) == {"folded": True}
    assert (_head().base, _head().tail) == (9, 0)
    before = _head()
    assert handler.handle({"job_id": 1}, CONTEXT) == {"folded": False}
    assert handler.handle({"job_id": 77}, CONTEXT) == {"folded": False}
    assert _head() == before


def test_a_fold_holds_though_others_save_meanwhile(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(10):
        _add(n)
    make = repaging.repaged

    def slowly(*args: Any, **options: Any) -> Any:
        made = make(*args, **options)
        _in_another_process(lambda: list(map(_add, (20, 21))))
        return made

    monkeypatch.setattr(folding, "repaged", slowly)
    folding.fold(1, reading.look_at(1))
    head = _head()
    assert (head.base, head.revision, head.tail) == (10, 12, 2)
    assert 0 < head.tail_bytes < 2_000
    for _ in range(2):
        assert [s.frame for s in store.read_job(1).shapes] == [*range(10), 20, 21]
        forget()


def test_a_fold_gives_way_to_a_replacement(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(10):
        _add(n)
    make = repaging.repaged

    def slowly(*args: Any, **options: Any) -> Any:
        made = make(*args, **options)
        _in_another_process(lambda: store.save(Save(job_id=1, change=replacement(Objects()))))
        return made

    monkeypatch.setattr(folding, "repaged", slowly)
    assert handler.handle({"job_id": 1}, CONTEXT) == {"folded": False}
    assert (_head().base, _head().base_key) == (11, "REV#000000000011")
    assert store.read_job(1).is_empty


def test_two_folds_at_once_make_one_base(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(10):
        _add(n)
    make = repaging.repaged
    calls: list[int] = []

    def twice(*args: Any, **options: Any) -> Any:
        made = make(*args, **options)
        calls.append(1)
        if len(calls) == 1:
            _in_another_process(lambda: store.fold_if_due(1))
        return made

    monkeypatch.setattr(folding, "repaged", twice)
    assert handler.handle({"job_id": 1}, CONTEXT) == {"folded": False}
    assert len(calls) == 2
    assert _head().base == 10
    forget()
    assert len(store.read_job(1).shapes) == 10


def _in_another_process(action: Any) -> None:
    """In a thread, which takes turns of its own with nobody here, and remembers nothing."""
    forget()
    thread = threading.Thread(target=action)
    thread.start()
    thread.join()
    forget()
