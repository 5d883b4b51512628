"""The requests that the browser application sends, in the order in which it sends them.

Each function names the file of static/src that it follows.
"""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from chalicelib.media.uploads import browser_uploads
from chalicelib.platform import bucket
from chalicelib.platform.config import settings
from tests.support.api import Api
from tests.unit.costs.world import World

#: Frames that the editor asks for when it opens: one and those ahead (media/frame-provider.ts).
AHEAD = 16
#: Small files that go together (io/upload-batch.ts).
FILES_PER_BATCH = 200
OCTETS = "application/offset+octet-stream"


def open_task_list(world: World, api: Api) -> None:
    """A page load of ui/tasks/TasksPage.tsx."""
    assert api.get("/api/users/self").status == 200
    _ask_for_requests(api)
    page = api.get("/api/tasks", page=1, page_size=25, sort="-id").json
    for task in page["results"]:
        _show_preview(world, api, f"/api/tasks/{task['id']}/preview")


def _show_preview(world: World, api: Api, path: str) -> None:
    """ui/components/Preview.tsx: the browser follows a redirect that it keeps without asking."""
    if path in world.kept:
        return
    answer = api.get(path)
    world.download(answer)
    if "max-age" in (answer.header("cache-control") or ""):
        world.kept.add(path)


def open_task(world: World, api: Api, task_id: int) -> int:
    """ui/tasks/TaskPage.tsx. Returns the id of the task's first job."""
    assert api.get(f"/api/tasks/{task_id}").json["size"] > 0
    api.get("/api/labels", task_id=task_id, page_size="all", sort="id")
    jobs = api.get("/api/jobs", page=1, page_size=25, sort="id", task_id=task_id).json["results"]
    for job in jobs:
        _show_preview(world, api, f"/api/jobs/{job['id']}/preview")
    return int(jobs[0]["id"])


def create_task(world: World, api: Api, files: dict[str, bytes]) -> int:
    """ui/tasks/create/CreateTaskPage.tsx up to the task's own page."""
    task_id: int = api.post("/api/tasks", {"name": "street", "labels": [{"name": "car"}]}).json[
        "id"
    ]
    _upload(api, task_id, files)
    wanted = {"image_quality": 70, "sorting_method": "lexicographical", "use_cache": True}
    answer = api.call("POST", f"/api/tasks/{task_id}/data", wanted, headers={"Upload-Finish": ""})
    follow(world, api, answer.json["rq_id"])
    open_task(world, api, task_id)
    return task_id


def _upload(api: Api, task_id: int, files: dict[str, bytes]) -> None:
    """io/upload-media.ts: files go straight into the bucket."""
    endpoint = f"/api/tasks/{task_id}/data/uploads"
    small = {
        name: body for name, body in files.items() if len(body) <= browser_uploads.SMALLEST_PART
    }
    for start in range(0, len(small), FILES_PER_BATCH):
        _upload_batch(api, endpoint, dict(list(small.items())[start : start + FILES_PER_BATCH]))
    for name in files.keys() - small.keys():
        _upload_in_parts(api, endpoint, name, files[name])


def _upload_batch(api: Api, endpoint: str, files: dict[str, bytes]) -> None:
    """io/upload-batch.ts."""
    wanted = {"files": [{"name": name, "size": len(body)} for name, body in files.items()]}
    for link in api.post(f"{endpoint}/batch", wanted).json["files"]:
        # The link is signed by the same client; what counts is that one request is sent.
        bucket.put(link["key"], files[link["name"]])
    assert api.post(f"{endpoint}/batch/complete", wanted).status == 204


def _upload_in_parts(api: Api, endpoint: str, name: str, body: bytes) -> None:
    """io/upload-multipart.ts."""
    upload = api.post(endpoint, {"name": name, "size": len(body)}).json
    path, size = f"{endpoint}/{upload['upload_id']}", upload["part_size"]
    while upload["parts"]:
        for part in upload["parts"]:
            _put_part(upload["key"], part, body[(part["number"] - 1) * size :][:size])
        if upload["parts"][-1]["number"] * size >= len(body):
            break
        upload = api.get(path).json
    assert api.post(f"{path}/complete").status == 204


def _put_part(key: str, part: dict[str, Any], body: bytes) -> None:
    # As above, by the same client.
    upload_id = part["url"].partition("uploadId=")[2].partition("&")[0]
    bucket.client().upload_part(
        Bucket=settings().bucket, Key=key, UploadId=upload_id, PartNumber=part["number"], Body=body
    )


def follow(world: World, api: Api, request_id: str) -> dict[str, Any]:
    """ui/components/useRequest.ts: asks until the request is over, here twice."""
    assert api.get(f"/api/requests/{quote(request_id)}").json["status"] == "queued"
    world.run_waiting()
    request: dict[str, Any] = api.get(f"/api/requests/{quote(request_id)}").json
    assert request["status"] == "finished", request
    _ask_for_requests(api)
    return request


def open_job(world: World, api: Api, job_id: int) -> None:
    """io/job-session.ts and the first frames that media/frame-provider.ts fetches."""
    _open_session(api, job_id)
    for number in range(1 + AHEAD):
        show_frame(world, api, job_id, number)


def open_film(api: Api, job_id: int) -> str:
    """io/job-session.ts and io/video-pictures.ts: the sample table and the first packets.

    Returns the key of the video's file.
    """
    _open_session(api, job_id)
    source = api.get(f"/api/jobs/{job_id}/data/index").json
    samples, file = _key_of(source["samples_url"]), _key_of(source["video_url"])
    assert bucket.get(samples) is not None
    read_packets(file)
    return file


def read_packets(file: str) -> None:
    """media/packet-reader.ts: one range, of a hundred packets or 2 MB."""
    assert bucket.get_range(file, 0, 1 << 20)


def _open_session(api: Api, job_id: int) -> None:
    assert api.get(f"/api/jobs/{job_id}").status == 200
    assert api.get(f"/api/jobs/{job_id}/data/meta").status == 200
    api.get("/api/labels", job_id=job_id, page_size="all", sort="id")
    assert api.get(f"/api/jobs/{job_id}/annotations").status == 200


def _key_of(link: str) -> str:
    return unquote(urlsplit(link).path).removeprefix(f"/{settings().bucket}/")


def show_frame(world: World, api: Api, job_id: int, number: int) -> None:
    """io/frames.ts: one picture."""
    path = f"/api/jobs/{job_id}/data"
    world.download(api.get(path, type="frame", number=number, quality="compressed"))


def save_shape(api: Api, job_id: int, version: int, label_id: int) -> None:
    """io/annotations.ts: what autosave sends after one rectangle was drawn."""
    shape = {
        "client_id": f"7b0c1a52-0000-4000-8000-{version:012d}",
        "kind": "shape",
        **rectangle(label_id, version % 200),
    }
    answer = api.call(
        "POST",
        f"/api/jobs/{job_id}/annotations/changes",
        {"version": version, "create": [shape], "update": [], "delete": []},
        headers={"Idempotency-Key": f"1d3f5b79-0000-4000-8000-{version:012d}"},
    )
    assert answer.json["version"] == version + 1


def look_for_news(api: Api, job_id: int, version: int, tag: str | None) -> str:
    """io/annotations.ts: whether somebody else has saved. Returns the tag of the answer."""
    headers = {"If-None-Match": tag} if tag else {}
    answer = api.call(
        "GET", f"/api/jobs/{job_id}/annotations/changes", query={"since": str(version)},
        headers=headers,
    )  # fmt: skip
    assert answer.status == (304 if tag else 200)
    return answer.header("etag") or ""


def rectangle(label_id: int, frame: int) -> dict[str, Any]:
    """A rectangle as the editor sends it."""
    return {
        "type": "rectangle", "label_id": label_id, "frame": frame, "group": 0, "source": "manual",
        "occluded": False, "outside": False, "z_order": 0, "rotation": 0.0, "attributes": [],
        "points": [12.5, 20.25, 110.75, 96.5],
    }  # fmt: skip


def export(world: World, api: Api, task_id: int, *, images: bool) -> bytes:
    """ui/components/ExportDialog.tsx up to the file."""
    path = f"/api/tasks/{task_id}/dataset/export"
    answer = api.post(path, format="COCO 1.0", save_images=str(images).lower())
    result = follow(world, api, answer.json["rq_id"])["result_url"]
    location, _, rq_id = result.partition("/api/")[2].partition("?rq_id=")
    return world.download(api.get(f"/api/{location}", rq_id=unquote(rq_id)))


def import_file(world: World, api: Api, task_id: int, body: bytes) -> None:
    """io/upload-dataset.ts."""
    path = f"/api/tasks/{task_id}/annotations"
    query = {"format": "COCO 1.0", "filename": "coco.zip", "import_mode": "replace"}
    assert api.call("POST", path, query=query, headers={"Upload-Start": ""}).status == 202
    name = base64.b64encode(b"coco.zip").decode()
    started = api.call(
        "POST",
        path,
        headers={"Upload-Length": str(len(body)), "Upload-Metadata": f"filename {name}"},
    )
    file_id = started.header("upload-filename") or ""
    sent = {"Upload-Offset": "0", "Content-Type": OCTETS, "Content-Length": str(len(body))}
    assert api.call("PATCH", f"{path}/{file_id}", body, headers=sent).status == 204
    query["filename"] = file_id
    answer = api.call("POST", path, query=query, headers={"Upload-Finish": ""})
    follow(world, api, answer.json["rq_id"])


def _ask_for_requests(api: Api) -> None:
    """The count in ui/app/Navigation.tsx."""
    assert api.get("/api/requests", page=1, page_size=10, sort="-created_date").status == 200
