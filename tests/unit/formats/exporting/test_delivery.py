"""Archives that go to an S3 that is really there, in however many calls."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib.activity import requests
from chalicelib.projects.models import Task
from functions.export import delivery, delivery_in_parts
from tests.services import s3
from tests.services.s3 import KEY, S3, SECRET_KEY
from tests.support import state_machine
from tests.support.connected import connect, loopback_allowed

from .conftest import Clock, Export, files, inputs_of, uploads

BUCKET = "datasets"
MEGABYTE = 1 << 20
#: Together six parts.
PICTURES = [bytes([number]) * (5 * MEGABYTE) for number in range(5)]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    with s3.running(tmp_path_factory.mktemp("s3")) as running:
        running.fill(BUCKET, {"readme.txt": b"ours"})
        yield running


@pytest.fixture
def storage_id(
    table: None, bucket: None, service: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[int]:
    """A connected storage that takes parts of the least size."""
    monkeypatch.setattr(delivery, "AT_ONCE", MEGABYTE)
    monkeypatch.setattr(delivery_in_parts, "PART", 5 * MEGABYTE)
    monkeypatch.setattr(delivery_in_parts, "SIDE_BY_SIDE", 2)
    with loopback_allowed(tmp_path):
        yield connect(service.url, BUCKET)


@pytest.fixture
def export(storage_id: int, pictures: Callable[..., Task]) -> Export:
    return Export(inputs_of(pictures(PICTURES), cloud_storage_id=storage_id))


@pytest.fixture
def there(service: S3) -> Any:
    """A client of the storage."""
    return boto3.client(
        "s3",
        endpoint_url=service.url,
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET_KEY,
        region_name="us-east-1",
    )


def unfinished(there: Any) -> list[Any]:
    return list(there.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []))


def check(service: S3) -> None:
    with zipfile.ZipFile(io.BytesIO(service.get(BUCKET, "pets.zip"))) as archive:
        assert archive.testzip() is None
        assert archive.read("images/4.jpg") == PICTURES[4]


@pytest.mark.parametrize("steps", [1_000_000, 0])
def test_an_archive_is_delivered_in_however_many_calls(
    export: Export, service: S3, there: Any, steps: int
) -> None:
    """Also if no call has any time: each sends two parts and leaves the rest to the next."""
    states = export.run(lambda: Clock(steps))
    assert states.count("deliver") == (1 if steps else 3)
    assert export.status == ("finished", "Exported 0 objects on 0 frames.")
    check(service)
    assert unfinished(there) == []
    assert not [name for name in files() if not name.endswith("report")]
    assert uploads() == []


def test_the_state_machine_calls_until_it_is_there(export: Export, service: S3) -> None:
    def call(event: dict[str, Any]) -> Any:
        more = {name: event[name] for name in event.keys() - {"step", "request_id", "run"}}
        return export.step(event["step"], Clock(0), **more)

    given = {"request_id": export.id, "run": export.request.run}
    assert state_machine.run("export", given, call).state == "Over"
    assert export.status[0] == "finished"
    check(service)


def test_a_killed_delivery_goes_on(
    export: Export, service: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = export.run_until("deliver")["message"]
    sent: list[int] = []
    original = delivery_in_parts._send

    def send(copy: Any, state: Any, number: int) -> str:
        if len(sent) == 3:
            raise SystemExit
        sent.append(number)
        return original(copy, state, number)

    monkeypatch.setattr(delivery_in_parts, "_send", send)
    with pytest.raises(SystemExit):
        export.step("deliver", message=message)
    again = requests.requeue(export.id)
    assert again is not None
    sent.clear()

    def resend(copy: Any, state: Any, number: int) -> str:
        sent.append(number)
        return original(copy, state, number)

    monkeypatch.setattr(delivery_in_parts, "_send", resend)
    export.step("deliver", message=message)
    assert sorted(sent) == [2, 3, 4, 5]
    check(service)


def test_what_a_storage_has_lost_is_sent_anew(export: Export, service: S3, there: Any) -> None:
    message = export.run_until("deliver")["message"]
    export.step("deliver", Clock(0), message=message)
    (upload,) = unfinished(there)
    there.abort_multipart_upload(Bucket=BUCKET, Key=upload["Key"], UploadId=upload["UploadId"])
    with pytest.raises(RuntimeError, match="lost"):
        export.step("deliver", message=message)
    assert export.step("deliver", message=message) == {"state": "over"}
    check(service)


def test_a_cancelled_delivery_leaves_nothing(export: Export, there: Any) -> None:
    message = export.run_until("deliver")["message"]
    assert export.step("deliver", Clock(0), message=message)["state"] == "deliver"
    assert unfinished(there)
    requests.fail(export.request, "Cancelled by the user.")
    assert export.step("deliver", message=message) == {"state": "over"}
    assert unfinished(there) == []
    assert files() == {}


def test_a_bucket_that_is_not_there_is_said(
    storage_id: int, service: S3, pictures: Callable[..., Task]
) -> None:
    missing = connect(service.url, "gone", 6)
    export = Export(inputs_of(pictures(PICTURES), cloud_storage_id=missing))
    assert export.run()[-1] == "over"
    assert export.status == (
        "failed",
        "The export cannot be stored: The resource gone not found. It may have been deleted.",
    )
    assert files() == {}


def test_small_archives_are_sent_at_once(
    storage_id: int, service: S3, pictures: Callable[..., Task]
) -> None:
    export = Export(inputs_of(pictures([b"small"]), cloud_storage_id=storage_id))
    assert export.run(lambda: Clock(0)).count("deliver") == 1
    with zipfile.ZipFile(io.BytesIO(service.get(BUCKET, "pets.zip"))) as archive:
        assert archive.read("images/0.jpg") == b"small"
