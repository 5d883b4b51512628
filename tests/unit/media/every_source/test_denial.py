"""A bucket of somebody else's that stops answering while its files are read, or later."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib.formats.stored import frames_of
from chalicelib.media.frames.problems import Unbuildable
from chalicelib.media.ingest import copying, looking, planning, settling, steps
from chalicelib.media.storages import connecting, credentials
from chalicelib.media.storages import store as storages
from chalicelib.media.storages.models import Credentials
from chalicelib.platform import bucket, secrets
from chalicelib.projects import store
from functions.export.frames import original_frames
from tests.services.s3 import KEY, S3, SECRET_KEY

from ..archives.making import zipped
from ..conftest import FRAMES, World, clip
from ..pictures import photographs
from .conftest import BUCKET, ask, connected, from_cloud
from .test_refusals import told
from .test_selection import nothing_is_made

pytestmark = pytest.mark.usefixtures("give")


def refuse_keys(storage_id: int) -> None:
    """Its owner took back the keys."""
    storage = storages.load(storage_id)
    assert storage is not None
    wrong = Credentials(key=KEY, secret_key="taken-back")
    secrets.put(storage.secret, credentials.encode(wrong))
    connecting._known.clear()


def give_back(storage_id: int) -> None:
    storage = storages.load(storage_id)
    assert storage is not None
    secrets.put(storage.secret, credentials.encode(Credentials(key=KEY, secret_key=SECRET_KEY)))
    connecting._known.clear()


def before(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, call: int, do: Callable[[], None]
) -> None:
    """Do something just before a function is called for the `call`-th time."""
    original, calls = getattr(module, name), 0

    def watched(*args: Any, **how: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            do()
        return original(*args, **how)

    monkeypatch.setattr(module, name, watched)


#: What is in the bucket, and where its reading is interrupted: a function and which of its calls.
MIDWAY: dict[str, tuple[Callable[[], dict[str, bytes]], Any, str, int]] = {
    "photographs": (lambda: dict(photographs()), looking, "look", 2),
    "large photographs": (lambda: dict(photographs()), looking, "look", 2),
    "a film": (lambda: {"clip.mkv": clip("h264.mkv")}, settling, "settle_video", 1),
    "a film with an index": (lambda: {"a.mp4": clip("b-frames.mp4")}, settling, "settle_video", 1),
    "an archive": (lambda: {"set.zip": zipped(photographs())}, steps, "_members", 1),
    "an archive's files": (lambda: {"set.zip": zipped(photographs())}, looking, "look", 2),
}  # fmt: skip


@pytest.mark.parametrize("give", ["cloud"], indirect=True)
@pytest.mark.parametrize("copied", [False, True])
@pytest.mark.parametrize("media", MIDWAY)
def test_keys_that_are_taken_back_midway(
    world: World, s3_service: S3, monkeypatch: pytest.MonkeyPatch, media: str, copied: bool,
    tmp_path: Path,
) -> None:  # fmt: skip
    monkeypatch.setattr(steps, "INLINE_FILES", 1)
    monkeypatch.setattr(steps, "INLINE_BYTES", 0)
    monkeypatch.setattr(planning, "PART_FILES", 2)
    if media == "large photographs":
        monkeypatch.setattr(copying, "SMALL", 1)
    make, module, name, call = MIDWAY[media]
    storage_id = connected(s3_service)
    wanted = {"cloud_storage_id": storage_id, "copy_data": copied}
    with monkeypatch.context() as watched:
        if copied and "photographs" not in media:
            module, name, call = steps, "_own", 1
        before(watched, module, name, call, lambda: refuse_keys(storage_id))
        task_id, failed = from_cloud(world, s3_service, copied=copied)(make(), **wanted)
    assert failed.status == "failed", failed
    assert "forbidden" in told(failed.message.replace(BUCKET, ""), str(tmp_path), "taken-back")
    nothing_is_made(task_id)
    assert list(bucket.listing(f"tasks/{task_id}/")) == []
    give_back(storage_id)
    again = ask(world, task_id, server_files=list(make()), **wanted)
    assert again.status == "finished", again.message


@pytest.mark.parametrize("give", ["cloud"], indirect=True)
@pytest.mark.parametrize("lost", [False, True])
def test_a_bucket_that_is_closed_later(
    world: World, s3_service: S3, tmp_path: Path, lost: bool
) -> None:
    """Whoever sees frames, an annotator too, learns what to do, and not whose bucket it is."""
    storage_id = connected(s3_service)
    wanted = {"cloud_storage_id": storage_id}
    photos, _ = from_cloud(world, s3_service, copied=False)(photographs(), **wanted)
    film, _ = from_cloud(world, s3_service, copied=False)(
        {"clip.mp4": clip("b-frames.mp4")}, **wanted
    )
    (lose_keys if lost else refuse_keys)(storage_id)
    says = "credentials of its cloud storage are lost" if lost else "is forbidden"
    for task_id in (photos, film):
        path = f"/api/tasks/{task_id}/data"
        for query in ({"type": "frame"}, {"type": "chunk"}, {"type": "preview"}):
            answer = world.api.get(path, number=0, **query)
            assert answer.status == 400, answer
            (message,) = answer.json
            assert says in told(message, str(tmp_path), "taken-back", BUCKET, "Holidays")
        with pytest.raises(Unbuildable) as caught:
            exported(task_id)
        assert says in told(str(caught.value), str(tmp_path), BUCKET, "Holidays")
        assert list(bucket.listing(f"tasks/{task_id}/derived/")) == []
    give_back(storage_id)
    assert world.api.get(f"/api/tasks/{photos}/data", type="frame", number=0).status == 302
    assert len(exported(film)) == FRAMES


def lose_keys(storage_id: int) -> None:
    """What was kept of them is gone."""
    storage = storages.load(storage_id)
    assert storage is not None
    secrets.delete(storage.secret)
    connecting._known.clear()


def exported(task_id: int) -> list[str]:
    task = store.load_task(task_id)
    assert task is not None
    assert task.data is not None
    frames = frames_of(task, task.data, None)
    return [frame.file_name for frame, _ in original_frames(task_id, 1, frames)]
