"""A project with tasks of every kind of media comes back as the same document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib.media.storages import connecting
from chalicelib.platform import config
from tests.services import s3
from tests.services.s3 import S3
from tests.unit.backups import facts
from tests.unit.backups.annotations import annotate
from tests.unit.backups.conftest import LABELS, World, members
from tests.unit.media.conftest import clip
from tests.unit.media.every_source.conftest import BUCKET, connected
from tests.unit.media.pictures import photographs


@pytest.fixture(scope="session")
def s3_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    """Somebody else's S3."""
    with s3.running(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture
def cloud(
    s3_service: S3, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[S3, int]]:
    """A cloud storage with five photographs, and its id."""
    monkeypatch.setenv("SKYLABEL_REMOTE_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("SKYLABEL_SECRETS_DIR", str(tmp_path / "secrets"))
    config.settings.cache_clear()
    connecting._known.clear()
    s3_service.fill(BUCKET, photographs())
    yield s3_service, connected(s3_service)
    s3_service.empty(BUCKET)
    monkeypatch.undo()
    config.settings.cache_clear()


def labels() -> list[dict[str, Any]]:
    """Labels whose parts of skeletons have attributes, too."""
    made: list[dict[str, Any]] = msgspec.json.decode(msgspec.json.encode(LABELS))
    made[2]["sublabels"][0]["attributes"] = [
        {"name": "side", "mutable": True, "input_type": "radio", "default_value": "left",
         "values": ["left", "right"]},
        {"name": "age", "mutable": False, "input_type": "number", "default_value": "1",
         "values": ["1", "9", "2"]},
    ]  # fmt: skip
    return made


def work_on(world: World, task_id: int) -> None:
    """Annotations, an assignee and states."""
    annotate(world, task_id, last=2)
    found = world.json("/api/jobs", task_id=task_id, page_size="all")["results"]
    ids = sorted(job["id"] for job in found)
    states = [
        ("acceptance", "completed"),
        ("validation", "rejected"),
        ("annotation", "in progress"),
    ]
    for job_id, (stage, state) in zip(ids, states, strict=False):
        patch = {"assignee": 1, "stage": stage, "state": state}
        assert world.api.patch(f"/api/jobs/{job_id}", patch).status == 200


def whole_project(world: World, share: Path, cloud_id: int) -> tuple[int, list[int]]:
    made = world.api.post("/api/projects", {"name": "City", "labels": labels()})
    project_id = int(made.json["id"])

    def fields(name: str) -> dict[str, Any]:
        return {"project_id": project_id, "name": name, "subset": name.title()}

    sized = {**fields("photos"), "segment_size": 2, "overlap": 1}
    ids = [
        world.task(photographs(), fields=sized),
        world.task({"b.mp4": clip("b-frames.mp4")}, fields=fields("film"), frame_filter="step=9"),
    ]
    for name, wanted in (
        ("share", {"server_files": ["/"]}),
        ("cloud", {"server_files": sorted(photographs()), "cloud_storage_id": cloud_id}),
    ):
        ids.append(world.empty_task(**fields(name)))
        world.finish_data(ids[-1], **wanted)
    world.api.patch(f"/api/tasks/{ids[0]}/data/meta", {"deleted_frames": [1]})
    for task_id in ids:
        work_on(world, task_id)
    return project_id, ids


@pytest.mark.parametrize("lightweight", ["false", "true"])
def test_everything_comes_back(
    world: World, share: Path, cloud: tuple[S3, int], lightweight: str
) -> None:
    for name, body in photographs().items():
        (share / name).write_bytes(body)
    project_id, ids = whole_project(world, share, cloud[1])
    backup = world.back_up("project", project_id, lightweight=lightweight)
    media = {name.partition("/")[0] for name in members(backup) if name.endswith(".jpg")}
    elsewhere = set() if lightweight == "true" else {"task_2", "task_3"}
    assert media == {"task_0"} | elsewhere
    copy = world.restored("project", backup)
    listed = world.json("/api/tasks", project_id=copy, page_size="all")["results"]
    copies = sorted(listed, key=lambda task: int(task["id"]))
    for old, new in zip(ids, copies, strict=True):
        assert facts.of_task(world, new["id"]) == facts.of_task(world, old)
        assert facts.frames_of(world, new["id"]) == facts.frames_of(world, old)
    places = [world.json(f"/api/tasks/{one['id']}/data/meta")["storage"] for one in copies]
    assert places[:2] == ["local"] * 2
    assert places[2:] == (["local"] * 2 if lightweight == "false" else ["share", "cloud_storage"])
    # People of another server are not those of this one.
    jobs = world.json("/api/jobs", project_id=copy, page_size="all")["results"]
    assert {(job["assignee"] or {}).get("id") for job in jobs} == {None}
    assert {one["owner"]["id"] for one in copies} == {1}


def test_media_that_is_gone_from_its_storage_is_named(
    world: World, share: Path, cloud: tuple[S3, int]
) -> None:
    service, cloud_id = cloud
    task_id = world.empty_task()
    world.finish_data(task_id, server_files=sorted(photographs()), cloud_storage_id=cloud_id)
    backup = world.back_up("task", task_id, lightweight="true")
    service.empty(BUCKET)
    service.fill(BUCKET, {})
    request = world.restore("task", backup)
    assert request.status == "failed"
    assert request.message.startswith("mine.zip/data/: ")
    assert "img0.jpg" in request.message
