"""Bytes that arrive in pieces become an object, or nothing."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from chalicelib.media.sources.landing import PARALLEL, PART, Landing
from chalicelib.platform import bucket as bucket_module
from chalicelib.platform.config import settings as configured


def uploads() -> list[Any]:
    """Multipart uploads that were neither completed nor given up."""
    found = bucket_module.client().list_multipart_uploads(Bucket=configured().bucket)
    return list(found.get("Uploads", []))


@pytest.mark.parametrize(
    "sizes",
    [[], [0], [1], [PART], [PART + 1], [PART - 1, 2], [3, 2 * PART], [PART // 3] * 7, [3 * PART]],
)
@pytest.mark.parametrize("again", [False, True])
def test_pieces_of_any_size_arrive_in_order(bucket: None, sizes: list[int], again: bool) -> None:
    whole = Landing("a")
    pieces = [bytes([number]) * size for number, size in enumerate(sizes, 1)]
    for _ in range(1 + again):
        whole.restart()
        for piece in pieces:
            whole.write(piece)
    assert whole.size == sum(sizes)
    whole.finish()
    assert bucket_module.get("a") == b"".join(pieces)
    assert uploads() == []


def test_what_is_given_up_leaves_nothing(bucket: None) -> None:
    whole = Landing("a")
    whole.write(bytes(3 * PART + 1))
    assert len(uploads()) == 1
    whole.abandon()
    assert uploads() == []
    assert bucket_module.get("a") is None


class Slow:
    """The bucket's client, whose parts wait until they are let go."""

    def __init__(self) -> None:
        self._client = bucket_module.client()
        self.go = threading.Event()
        self.begun = 0

    def upload_part(self, **options: Any) -> Any:
        self.begun += 1
        self.go.wait(10)
        return self._client.upload_part(**options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


def test_few_parts_are_held_while_the_bucket_is_slow(
    bucket: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow()
    monkeypatch.setattr(bucket_module, "client", lambda: slow)
    whole = Landing("a")
    written: list[int] = []

    def write() -> None:
        for number in range(6):
            whole.write(bytes([number]) * PART)
            written.append(number)
        whole.finish()

    writer = threading.Thread(target=write)
    writer.start()
    deadline = time.monotonic() + 5
    while slow.begun < PARALLEL and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    assert slow.begun == PARALLEL
    assert len(written) == PARALLEL  # the next one waits
    slow.go.set()
    writer.join()
    body = bucket_module.get("a")
    assert body is not None
    assert body[::PART] == bytes(range(6))


def test_a_part_that_fails_fails_the_whole(bucket: None, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Landing("a")
    real = bucket_module.client()

    class Broken:
        def upload_part(self, **_: Any) -> Any:
            raise ConnectionError("the bucket is away")

        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

    monkeypatch.setattr(bucket_module, "client", Broken)
    with pytest.raises(ConnectionError):
        whole.write(bytes((PARALLEL + 1) * PART))
    whole.abandon()
    monkeypatch.undo()
    assert uploads() == []
