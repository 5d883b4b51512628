"""Media of a backup is copied several pieces at a time, never many, and not left behind."""

from __future__ import annotations

import secrets
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from chalicelib.backups import undoing
from chalicelib.media.archives import packs
from chalicelib.media.reading import BytesReader
from chalicelib.platform import bucket as storage
from functions.backup import restore_handler
from functions.backup.restoring import archive, copying
from functions.backup.restoring.side_by_side import in_order
from tests.unit.backups import facts
from tests.unit.backups.conftest import World, members, packed
from tests.unit.backups.test_bad_backups import good, left
from tests.unit.media.conftest import clip
from tests.unit.media.pictures import photographs

#: Seconds after which a test gives up waiting for somebody who never comes.
GIVE_UP = 60.0


class Gate:
    """Nobody passes before `wanted` stand in front of it at the same time.

    Attributes:
        most: how many have been inside at a time.
    """

    def __init__(self, wanted: int) -> None:
        self.most = 0
        self._wanted = wanted
        self._inside = 0
        self._changed = threading.Condition()

    @contextmanager
    def pass_through(self) -> Iterator[None]:
        with self._changed:
            self._inside += 1
            self.most = max(self.most, self._inside)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.most >= self._wanted, GIVE_UP)
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1


def through(gate: Gate, work: Callable[..., Any]) -> Any:
    def call(*given: Any) -> Any:
        with gate.pass_through():
            return work(*given)

    return call


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture is a pack, and a video has many pieces."""
    monkeypatch.setattr(archive, "PIECE", 10_000)
    monkeypatch.setattr(packs, "PACK_SIZE", 2_000)


@pytest.mark.usefixtures("small")
def test_several_packs_are_on_their_way_at_a_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = world.task(photographs(9))
    body = world.back_up("task", task_id)
    gate = Gate(copying.PARALLEL)
    monkeypatch.setattr(copying, "_packed", through(gate, copying._packed))
    copy = world.restored("task", body)
    assert gate.most == copying.PARALLEL
    assert facts.of_task(world, copy) == facts.of_task(world, task_id)
    assert facts.frames_of(world, copy) == facts.frames_of(world, task_id)


class GatedReader(BytesReader):
    """Pieces of a member go through a gate; what else is read is smaller."""

    def __init__(self, body: bytes, gate: Gate) -> None:
        super().__init__(body)
        self._gate = gate

    def read(self, offset: int, size: int) -> bytes:
        if size != archive.PIECE:
            return super().read(offset, size)
        with self._gate.pass_through():
            return super().read(offset, size)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_large_file_is_read_ahead_within_bounds(compression: int) -> None:
    film = secrets.token_bytes(20 * archive.PIECE + 17)
    body = packed({"data/film.mp4": film, "data/small.jpg": b"small"}, compression)
    gate = Gate(archive.AHEAD)
    backup = archive.BackupArchive(lambda: GatedReader(body, gate), "mine.zip")
    assert b"".join(backup.pieces("data/film.mp4")) == film
    assert gate.most == archive.AHEAD
    assert b"".join(backup.pieces("data/small.jpg")) == b"small"


@pytest.mark.usefixtures("small")
def test_what_is_under_way_when_one_file_is_damaged_is_not_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = good()
    body = bytearray(packed(content))
    # The first picture is damaged; the others arrive when that is known already.
    body[body.index(content["data/img0.jpg"]) + 600] ^= 1
    known = threading.Event()
    bad = archive.BackupArchive.bad

    def found(self: archive.BackupArchive, *given: Any) -> Any:
        known.set()
        return bad(self, *given)

    def put(key: str, content: Any, **more: Any) -> Any:
        if "/packs/" in key:
            assert known.wait(GIVE_UP)
        return store(key, content, **more)

    store = storage.put
    monkeypatch.setattr(archive.BackupArchive, "bad", found)
    monkeypatch.setattr(storage, "put", put)
    request = world.restore("task", bytes(body))
    assert request.message == "mine.zip/data/img0.jpg: cannot be unpacked: its checksum is wrong"
    assert left() == []


@pytest.mark.usefixtures("small")
def test_a_damaged_video_is_found(world: World) -> None:
    task_id = world.task({"v.mp4": clip("b-frames.mp4")})
    before = left()
    whole = world.back_up("task", task_id)
    body = bytearray(whole)
    body[body.index(members(whole)["data/v.mp4"]) + 30_000] ^= 1
    storage.delete_below("exports/")
    request = world.restore("task", bytes(body))
    assert request.message == "mine.zip/data/v.mp4: cannot be unpacked: its checksum is wrong"
    assert left() == before


@pytest.mark.usefixtures("small")
def test_what_is_under_way_when_nobody_wants_it_any_more_is_not_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped, undone = threading.Event(), threading.Event()
    store, undo = storage.put, undoing.undo
    arrived: list[str] = []

    def put(key: str, content: Any, **more: Any) -> Any:
        if "/packs/" in key and "-000000" not in key:
            assert stopped.wait(GIVE_UP)
            # Whoever does not wait for this one has tidied up before it arrives.
            undone.wait(0.5)
        arrived.append(key)
        return store(key, content, **more)

    def cancel(*_: Any) -> None:
        stopped.set()
        raise restore_handler.Cancelled

    def tidy(*given: Any) -> None:
        undo(*given)
        undone.set()

    monkeypatch.setattr(storage, "put", put)
    monkeypatch.setattr(undoing, "undo", tidy)
    monkeypatch.setattr("functions.backup.restoring.copying.notes.note", cancel)
    world.restore("task", packed(good()))
    assert undone.is_set()
    assert len([key for key in arrived if "/packs/" in key]) > 1
    assert left() == []


def test_whoever_stops_waits_for_what_has_begun() -> None:
    stopped = threading.Event()
    begun: list[int] = []
    ended: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        if number > 4:
            assert stopped.wait(GIVE_UP)
        ended.append(number)
        return number

    found = in_order(work, range(100), 3)
    assert [next(found) for _ in range(5)] == [0, 1, 2, 3, 4]
    stopped.set()
    found.close()
    assert sorted(begun) == sorted(ended)
    assert max(begun) < 5 + 3
