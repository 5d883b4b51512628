"""Names with `../` in every place where a client names a file: none leads out of its task."""

from __future__ import annotations

from base64 import b64encode
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from tests.client.datasets import PHOTOS
from tests.support.wire import form

if TYPE_CHECKING:
    from tests.client.bad_input.estate import Estate

PHOTO = (PHOTOS / "rocket.jpg").read_bytes()
HOSTILE = [
    "../escape.jpg", "../../../escape.jpg", "/etc/escape.jpg", "a/../../escape.jpg",
    "..\\escape.jpg", "C:\\escape.jpg", "..", ".", "", "/", "a/..", "x\x00.jpg", "x\n.jpg",
    "%2e%2e/escape.jpg", "....//escape.jpg", "n" * 1100 + ".jpg",
]  # fmt: skip


def added(before: dict[str, int], after: dict[str, int]) -> set[str]:
    return set(after) - set(before)


@pytest.mark.parametrize("name", HOSTILE, ids=repr)
def test_multipart_keeps_the_last_step_only(name: str, estate: Estate) -> None:
    """The SDK sends whole paths of its machine: what remains is a plain name in the task."""
    owner, known = estate.owner, estate.storage()
    task_id = owner.made("POST", "/api/tasks", {"name": "names"})["id"]
    try:
        answer = owner.send_files(task_id, {name: PHOTO})
        assert answer.status in {200, 400}, answer
        new = added(known, estate.storage())
        assert all(key.startswith(f"tasks/{task_id}/") for key in new)
        if answer.status == 400:
            assert answer.message
            assert not new
            return
        assert owner.finish(task_id)["status"] == "finished"
        (frame,) = owner.made("GET", f"/api/tasks/{task_id}/data/meta")["frames"]
        assert frame["name"] == "escape.jpg"
        assert all(".." not in PurePosixPath(key).parts for key in new)
    finally:
        owner.made("DELETE", f"/api/tasks/{task_id}")


@pytest.mark.parametrize("name", HOSTILE, ids=repr)
def test_resumable_uploads_take_plain_names_only(name: str, unchanged: Estate) -> None:
    path = f"/api/tasks/{unchanged.open_task_id}/data/"
    answer = unchanged.owner.begin_tus(path, 10, name)
    assert answer.status == 400, answer
    assert answer.message


@pytest.mark.parametrize(
    "metadata", ["filename", "filename !!!", "filename " + b64encode(b"\xff").decode(), ",", ""]
)
def test_metadata_that_names_nothing(metadata: str, unchanged: Estate) -> None:
    path = f"/api/tasks/{unchanged.open_task_id}/data/"
    headers = {"Upload-Length": "10", "Upload-Metadata": metadata, "Tus-Resumable": "1.0.0"}
    answer = unchanged.owner.call("POST", path, headers=headers)
    assert answer.status == 400, answer
    assert answer.message


@pytest.mark.parametrize("length", ["-1", "x", "", "1e3", "9" * 40])
def test_lengths_that_are_none(length: str, unchanged: Estate) -> None:
    path = f"/api/tasks/{unchanged.open_task_id}/data/"
    headers = {"Upload-Length": length, "Upload-Metadata": "filename YS5qcGc="}
    answer = unchanged.owner.call("POST", path, headers=headers)
    assert answer.status in {400, 413}, answer
    assert answer.message


def test_more_than_25_gib_is_too_large(unchanged: Estate) -> None:
    path = f"/api/tasks/{unchanged.open_task_id}/data/"
    assert unchanged.owner.begin_tus(path, 26_843_545_601, "a.jpg").status == 413
    size = {"name": "a.jpg", "size": 26_843_545_601}
    assert unchanged.owner.call("POST", f"{path}uploads", size).status == 413


@pytest.mark.parametrize("name", HOSTILE, ids=repr)
def test_uploads_into_the_bucket_stay_below_the_task(name: str, unchanged: Estate) -> None:
    path = f"/api/tasks/{unchanged.open_task_id}/data/uploads"
    answer = unchanged.owner.call("POST", path, {"name": name, "size": 10})
    if answer.status == 201:
        prefix = f"tasks/{unchanged.open_task_id}/raw/"
        assert answer.json["key"].startswith(prefix)
        assert ".." not in answer.json["key"].split("/")
        upload = f"{path}/{answer.json['upload_id']}"
        assert unchanged.owner.call("DELETE", upload).status == 204
    else:
        assert answer.status == 400, answer
        assert answer.message


def test_a_link_for_one_object_opens_no_other(unchanged: Estate) -> None:
    path = f"/api/tasks/{unchanged.open_task_id}/data/uploads"
    begun = unchanged.owner.made("POST", path, {"name": "a.jpg", "size": 10})
    link = begun["parts"][0]["url"]
    for other in ("../../escape.jpg", "b.jpg", "%2e%2e/b.jpg"):
        answer = unchanged.owner.call("PUT", link.replace("a.jpg", other), b"0123456789")
        assert answer.status in {403, 404}, answer
    assert unchanged.owner.made("GET", f"{path}/{begun['upload_id']}")["uploaded"] == []
    assert unchanged.owner.call("DELETE", f"{path}/{begun['upload_id']}").status == 204


@pytest.mark.parametrize("name", HOSTILE, ids=repr)
def test_exports_are_named_safely(name: str, estate: Estate) -> None:
    owner, known = estate.owner, estate.storage()
    path = f"/api/tasks/{estate.task_id}/dataset/export"
    answer = owner.call("POST", path, format="COCO 1.0", save_images="false", filename=name)
    assert answer.status in {202, 400}, answer
    if answer.status == 400:
        assert answer.message
        assert estate.storage() == known
        return
    done = owner.wait(answer.json["rq_id"])
    assert done["status"] == "finished", done
    assert all(key.startswith("exports/") for key in added(known, estate.storage()))
    sent = owner.get(done["result_url"].removeprefix(owner.url))
    assert sent.status == 302
    disposition = owner.get(sent.headers["Location"]).headers["Content-Disposition"]
    shown = disposition.partition("filename=")[2].partition(";")[0].strip('"')
    assert shown
    assert "/" not in shown
    assert "\\" not in shown
    assert not shown.startswith(".")


@pytest.mark.parametrize("name", HOSTILE, ids=repr)
def test_imports_read_uploads_of_this_user_only(name: str, unchanged: Estate) -> None:
    path = f"{unchanged.task_annotations}/"
    answer = unchanged.owner.call(
        "POST", path, None, {"Upload-Finish": ""}, format="COCO 1.0", filename=name
    )
    assert answer.status == 400, answer
    assert answer.message


def test_two_files_of_one_name_are_not_mixed_up(unchanged: Estate) -> None:
    body, content_type = form({"/a/x.jpg": PHOTO, "/b/x.jpg": PHOTO[:-1]})
    headers = {"Upload-Multiple": "", "Content-Type": content_type}
    path = f"/api/tasks/{unchanged.open_task_id}/data/"
    answer = unchanged.owner.call("POST", path, body, headers)
    assert answer.status == 400
    assert "x.jpg" in answer.message
