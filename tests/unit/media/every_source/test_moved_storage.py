"""A task whose files have moved to another cloud storage is told so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.media.storages import connecting
from chalicelib.media.storages import store as storages
from chalicelib.media.storages.models import CloudStorage
from chalicelib.platform import config, table, workflows
from functions.frames import handler as frames_handler
from functions.storages import handler as storages_handler
from infra.local.proxy_event import LambdaContext
from tests.services.s3 import S3
from tests.support.api import Answer

from ..conftest import World, clip, sequential
from ..frames.conftest import frame
from ..pictures import photographs, picture
from .conftest import BUCKET, ask, connected

OTHER = "attic"
HANDLERS = {"frames": frames_handler.handle, "storages": storages_handler.handle}


@pytest.fixture
def service(
    world: World, s3_service: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[S3]:
    """Somebody else's S3 with two buckets, and both functions that read them."""

    def invoke(function: str, payload: dict[str, Any]) -> Any:
        return HANDLERS[function](payload, LambdaContext("test", 60))

    monkeypatch.setattr(workflows, "invoke", invoke)
    monkeypatch.setenv("SKYLABEL_REMOTE_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("SKYLABEL_SECRETS_DIR", str(tmp_path / "secrets"))
    config.settings.cache_clear()
    connecting._known.clear()
    yield s3_service
    for name in (BUCKET, OTHER):
        s3_service.fill(name, {})  # a test may have done without
        s3_service.empty(name)
    monkeypatch.undo()
    config.settings.cache_clear()


def storage(service: S3, name: str, files: dict[str, bytes]) -> int:
    """A cloud storage of user 1 with files in a bucket."""
    service.fill(name, files)
    storage_id = connected(service)

    def change(record: CloudStorage, _: object) -> None:
        record.resource = name

    assert table.modify(*storages.key(storage_id), CloudStorage, change)
    return storage_id


def task_of(world: World, storage_id: int, files: dict[str, bytes]) -> int:
    task_id = world.task()
    request = ask(world, task_id, cloud_storage_id=storage_id, server_files=list(files))
    assert request.status == "finished", request.message
    return task_id


def move(world: World, task_id: int, storage_id: int) -> Answer:
    body = {"cloud_storage_id": storage_id}
    return world.api.call("PATCH", f"/api/tasks/{task_id}/data/meta", body)


def test_frames_come_from_the_new_storage_at_once(world: World, service: S3) -> None:
    files = photographs()
    before = storage(service, BUCKET, files)
    task_id = task_of(world, before, files)
    assert frame(world, task_id, 2) == files["img2.jpg"]
    after = storage(service, OTHER, files)
    service.empty(BUCKET)
    answer = move(world, task_id, after)
    assert answer.status == 200, answer
    assert answer.json["cloud_storage_id"] == after
    assert [one["name"] for one in answer.json["frames"]] == list(files)
    for number in (0, 2, 4):
        assert frame(world, task_id, number) == files[f"img{number}.jpg"]


def test_what_is_kept_of_the_old_storage_is_shown_no_more(world: World, service: S3) -> None:
    """The files between the first and the last may be other ones."""
    files = photographs()
    task_id = task_of(world, storage(service, BUCKET, files), files)
    frame(world, task_id, 2)
    changed = {**files, "img2.jpg": photographs()["img2.jpg"][:-20] + bytes(18) + b"\xff\xd9"}
    assert move(world, task_id, storage(service, OTHER, changed)).status == 200
    assert frame(world, task_id, 2) == changed["img2.jpg"]


def test_a_video_moves_with_its_index(world: World, service: S3) -> None:
    files = {"clip.mp4": clip("open-gop.mp4")}
    task_id = task_of(world, storage(service, BUCKET, files), files)
    after = storage(service, OTHER, files)
    service.empty(BUCKET)
    assert move(world, task_id, after).status == 200
    wanted = list(sequential(files["clip.mp4"]))[40]
    assert (picture(frame(world, task_id, 40)) == wanted).all()


@pytest.mark.parametrize("missing", ["img0.jpg", "img4.jpg"])
def test_a_storage_without_the_files_is_refused(world: World, service: S3, missing: str) -> None:
    files = photographs()
    before = storage(service, BUCKET, files)
    task_id = task_of(world, before, files)
    rest = {name: body for name, body in files.items() if name != missing}
    answer = move(world, task_id, storage(service, OTHER, rest))
    assert answer.status == 400
    assert answer.json == {"cloud_storage_id": [f"{missing} is not in this cloud storage."]}
    assert world.api.get(f"/api/tasks/{task_id}/data/meta").json["cloud_storage_id"] == before


def test_another_file_of_the_same_name_is_refused(world: World, service: S3) -> None:
    files = photographs()
    task_id = task_of(world, storage(service, BUCKET, files), files)
    others = {**files, "img0.jpg": files["img0.jpg"] + b"longer"}
    answer = move(world, task_id, storage(service, OTHER, others))
    assert answer.status == 400
    assert "img0.jpg has another size" in answer.json["cloud_storage_id"][0]


def test_storages_of_others_and_unknown_ones_are_refused(world: World, service: S3) -> None:
    files = photographs()
    task_id = task_of(world, storage(service, BUCKET, files), files)
    foreign = storage(service, OTHER, files)

    def give_away(record: CloudStorage, _: object) -> None:
        record.owner_id = 2

    table.modify(*storages.key(foreign), CloudStorage, give_away)
    assert move(world, task_id, foreign).status == 403
    assert move(world, task_id, 999).status == 404


def test_uploads_are_in_no_storage(world: World, service: S3) -> None:
    task_id = world.made(photographs(1))
    answer = move(world, task_id, storage(service, OTHER, photographs(1)))
    assert answer.status == 400
    assert "not in a cloud storage" in answer.json["cloud_storage_id"][0]
