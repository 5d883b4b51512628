"""What is over is removed, on one machine as by the rules of a bucket on AWS."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.platform import bucket as storage
from infra.local import expiry, sweeping

#: Keys, and the days after which they are gone.
WRITTEN = {
    "exports/r/1/street.zip": 1.05,
    "uploads/1_a/file": 2.0,
    "storages/7/preview-a": 7.0,
    "tasks/1/raw/a.jpg": float("inf"),
    "annotations/1/page": float("inf"),
}


class Later(datetime):
    """Now is some days later."""

    days = 0.0

    @classmethod
    def now(cls, tz: object = None) -> Later:
        return cls.fromtimestamp((datetime.now(UTC) + timedelta(days=cls.days)).timestamp(), UTC)


@pytest.mark.usefixtures("table", "bucket")
@pytest.mark.parametrize("days", [0.0, 1.0, 1.1, 1.9, 2.1, 6.9, 7.1, 1000.0])
def test_files_go_when_their_time_is_over(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    monkeypatch.setattr(expiry, "datetime", Later)
    monkeypatch.setattr(Later, "days", days)
    for key in WRITTEN:
        storage.put(key, b"content")
    kept = {key for key, end in WRITTEN.items() if days < end}
    assert expiry.drop_expired() == len(WRITTEN) - len(kept)
    assert {key for key, _ in storage.listing("")} == kept


@pytest.mark.usefixtures("table", "bucket")
def test_one_machine_does_it_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiry, "datetime", Later)
    monkeypatch.setattr(Later, "days", 3.0)
    storage.put("uploads/1_a/file", b"content")
    stopped, done = threading.Event(), threading.Event()
    drop = expiry.drop_expired

    def dropped() -> int:
        try:
            return drop()
        finally:
            stopped.set()
            done.set()

    monkeypatch.setattr(expiry, "drop_expired", dropped)
    sweeping.keep_sweeping(stopped)
    assert done.wait(60)
    assert not list(storage.listing("uploads/"))
