"""What people do, one thing after the other."""

from __future__ import annotations

from typing import Any

from chalicelib.media.frames import orders
from chalicelib.media.uploads import browser_uploads
from chalicelib.platform import bucket, clock, ids, table
from chalicelib.projects import store
from chalicelib.projects.indexing import task_record
from chalicelib.projects.models import JobCounts, Task, TaskData
from tests.support.api import Api
from tests.unit.costs import browser
from tests.unit.costs.media import hour_of_video, photographs
from tests.unit.costs.world import PASSWORD, World
from tests.unit.media.conftest import form

IMAGES = 200
SHAPES, MANY_SHAPES = 1000, 10_000
#: Saves until the log of revisions is folded once (`annotations/folding.py`).
SAVES = 64
#: 8 MiB parts of an hour of 720p at 3.3 Mbit/s, 1.5 GB.
VIDEO_PARTS = 179


def tell(world: World) -> None:
    """Do everything; `world.used` then says what each action took."""
    with world.action("sign in"):
        api = _sign_in(world)
    lists(world, api)
    task_id = creating(world, api)
    annotating(world, api, task_id)
    datasets(world, api, task_id)
    video(world, api)
    inbox(world)
    with world.action("sweep with nothing to do"):
        world.call("sweep", {})


def _sign_in(world: World) -> Api:
    api = world.visitor.sign_in("annotator", PASSWORD)
    assert api.get("/api/users/self").status == 200
    return api


def lists(world: World, api: Api) -> None:
    owner = api.get("/api/users/self").json["id"]
    _make_tasks(owner, 10)
    with world.action("open the task list, 10 tasks"):
        browser.open_task_list(world, api)
    _make_tasks(owner, 990)
    with world.action("open the task list, 1,000 tasks"):
        browser.open_task_list(world, api)
    with world.action("open the task list again within 5 minutes", warm=True):
        browser.open_task_list(world, api)


def creating(world: World, api: Api) -> int:
    files = photographs(IMAGES)
    with world.action("create a task of 200 images, browser"):
        task_id = browser.create_task(world, api, files)
    with world.action("create a task of 200 images, SDK"):
        _create_as_sdk(world, files)
    return task_id


def annotating(world: World, api: Api, task_id: int) -> None:
    job_id = store.task_jobs(task_id)[0].id
    label_id = store.labels_at(f"TASK#{task_id}")[0].id
    with world.action("open a job, first visit"):
        browser.open_job(world, api, job_id)
    with world.action("open a job again"):
        browser.open_job(world, api, job_id)
    with world.action("next frame, first time", warm=True):
        browser.show_frame(world, api, job_id, 17)
    browser.show_frame(world, api, job_id, 16)
    with world.action("next frame again", warm=True):
        browser.show_frame(world, api, job_id, 17)
    browser.save_shape(api, job_id, 0, label_id)
    with world.action("save one shape", warm=True):
        browser.save_shape(api, job_id, 1, label_id)
    with world.action("64 saves in a row, one fold", warm=True):
        for version in range(2, 2 + SAVES):
            browser.save_shape(api, job_id, version, label_id)
        world.run_asked()
    tag = browser.look_for_news(api, job_id, 2 + SAVES, None)
    with world.action("look what others saved: nothing new", warm=True):
        browser.look_for_news(api, job_id, 2 + SAVES, tag)


def datasets(world: World, api: Api, task_id: int) -> None:
    label_id = store.labels_at(f"TASK#{task_id}")[0].id
    _put(api, task_id, label_id, MANY_SHAPES)
    many = browser.export(world, api, task_id, images=False)
    with world.action("import COCO, 10,000 shapes"):
        browser.import_file(world, api, task_id, many)
    _put(api, task_id, label_id, SHAPES)
    with world.action("export COCO, 1,000 shapes"):
        archive = browser.export(world, api, task_id, images=False)
    with world.action("export COCO, 1,000 shapes, 200 images"):
        browser.export(world, api, task_id, images=True)
    with world.action("import COCO, 1,000 shapes"):
        browser.import_file(world, api, task_id, archive)
    with world.action("delete a task of 200 images, 1,000 shapes"):
        assert api.delete(f"/api/tasks/{task_id}").status == 204
    with world.action("remove it from the trash for good"):
        assert api.delete(f"/api/trash/task/{task_id}").status in {202, 204}
        world.run_asked()


def _put(api: Api, task_id: int, label_id: int, count: int) -> None:
    shapes = [browser.rectangle(label_id, number % IMAGES) for number in range(count)]
    saved = api.put(f"/api/tasks/{task_id}/annotations", {"version": 0, "shapes": shapes})
    assert len(saved.json["shapes"]) == count


def video(world: World, api: Api) -> None:
    body = hour_of_video()
    usual = browser_uploads.SMALLEST_PART
    # As many parts as a film of usual size has.
    browser_uploads.SMALLEST_PART = -(-len(body) // VIDEO_PARTS)
    try:
        with world.action("create a task of an hour of video, browser"):
            task_id = browser.create_task(world, api, {"hour.mp4": body})
    finally:
        browser_uploads.SMALLEST_PART = usual
    job_id = store.task_jobs(task_id)[0].id
    with world.action("open a job of the video, first visit"):
        file = browser.open_film(api, job_id)
    with world.action("the next 100 frames of the video", warm=True):
        browser.read_packets(file)
    with world.action("a frame of the video as a picture, first time", warm=True):
        browser.show_frame(world, api, job_id, 17)


def inbox(world: World) -> None:
    [(name, body)] = photographs(1).items()
    with world.action("drop an image into inbox/"):
        bucket.put(f"inbox/{name}", body)
        created = {"key": f"inbox/{name}", "etag": "0" * 32, "sequencer": "0062E99A88DC407460"}
        world.call("inbox", {"detail": {"object": created}})
        world.run_waiting()


def _create_as_sdk(world: World, files: dict[str, bytes]) -> None:
    """`Client.tasks.create_from_data` of cvat-sdk with local files."""
    assert world.visitor.get("/api/server/about").status == 200
    api = world.signed_in()
    task_id = api.post("/api/tasks", {"name": "street", "labels": [{"name": "car"}]}).json["id"]
    path = f"/api/tasks/{task_id}/data"
    assert api.call("POST", path, {}, headers={"Upload-Start": ""}).status == 202
    multipart = {"content-type": "multipart/form-data; boundary=B0UNDARY", "Upload-Multiple": ""}
    assert api.call("POST", path, form(files), headers=multipart).status == 200
    answer = api.call("POST", path, {"image_quality": 70}, headers={"Upload-Finish": ""})
    browser.follow(world, api, answer.json["rq_id"])
    assert api.get(f"/api/tasks/{task_id}").json["size"] == IMAGES


def _make_tasks(owner: int, count: int) -> None:
    """Tasks whose previews have been built, written straight into table and bucket."""
    moment = clock.iso()
    records = []
    for task_id in ids.allocate("task", count):
        facts: dict[str, Any] = {"size": IMAGES, "mode": "annotation", "chunk_size": 36}
        data = TaskData(stop_frame=IMAGES - 1, chunks_updated_date=moment, revision=1, **facts)
        task = Task(
            id=task_id, name=f"street {task_id}", owner_id=owner, created_date=moment,
            updated_date=moment, data=data, jobs=JobCounts(count=1, annotation=1),
        )  # fmt: skip
        records.append(task_record(task))
        bucket.put(orders.preview(task_id, data, 0).key, b"a small picture")
    table.put_many(records)
