"""Another attempt with other files: what was uploaded before and is not named is forgotten."""

from __future__ import annotations

from chalicelib.media import frame_list
from chalicelib.media.ingest import notes, parameters
from chalicelib.media.uploads import upload_routes
from chalicelib.platform import bucket, http, openapi

from ..conftest import World, form
from ..pictures import photographs


def names_of(task_id: int) -> list[str]:
    return [file.name for file in frame_list.load(task_id, 1).images]


def test_a_file_that_was_refused_can_be_left_out(world: World) -> None:
    task_id = world.task()
    files = photographs()
    world.upload(task_id, {**files, "notes.txt": b"no picture"})
    assert world.finish(task_id).status == "failed"
    world.upload(task_id, {"late.jpg": files["img0.jpg"]})
    request = world.finish(task_id, upload_names=["img3.jpg", "late.jpg", "img1.jpg"])
    assert request.status == "finished", request.message
    assert names_of(task_id) == ["img1.jpg", "img3.jpg", "late.jpg"]


def test_an_upload_that_takes_part_no_more_is_deleted(world: World) -> None:
    task_id = world.task()
    world.upload(task_id, photographs(2))
    world.upload(task_id, {"clip.zip": b"PK\x03\x04 this is large and stands alone"})
    world.upload(task_id, {"other.jpg": photographs()["img2.jpg"]})
    before = {key for key, _ in bucket.listing(f"tasks/{task_id}/")}
    assert len(before) == 3
    request = world.finish(task_id, upload_names=["img0.jpg", "img1.jpg"])
    assert request.status == "finished", request.message
    after = {key for key, _ in bucket.listing(f"tasks/{task_id}/")}
    gone = before - after
    assert len(gone) == 2
    assert f"tasks/{task_id}/raw/clip.zip" in gone


def test_an_unknown_name_is_refused_and_changes_nothing(world: World) -> None:
    task_id = world.task()
    world.upload(task_id, photographs(2))
    answer = world.api.call(
        "POST", f"/api/tasks/{task_id}/data", {"upload_names": ["img0.jpg", "gone.jpg"]}
    )
    assert answer.status == 400
    assert answer.json == {"upload_names": ["'gone.jpg' was not uploaded. Upload it again."]}
    assert [file.name for file in notes.noted(task_id)] == ["img0.jpg", "img1.jpg"]


def test_the_names_are_not_kept(world: World) -> None:
    task_id = world.task()
    world.upload(task_id, dict.fromkeys(("a.txt", "b.txt"), b"no picture"))
    assert world.finish(task_id, upload_names=["b.txt"]).status == "failed"
    assert parameters.kept(task_id).upload_names is None


def test_without_names_all_uploads_make_the_task(world: World) -> None:
    task_id = world.made(photographs(3))
    assert names_of(task_id) == ["img0.jpg", "img1.jpg", "img2.jpg"]


def test_none_of_the_uploads(world: World) -> None:
    task_id = world.task()
    world.upload(task_id, photographs(2))
    request = world.finish(task_id, upload_names=[])
    assert request.status == "failed"
    assert "No files were given" in request.message


def test_the_document_of_the_api_says_what_a_task_of_files_may_want() -> None:
    (route,) = [route for route in http.ROUTES if route.handler is upload_routes.create_data]
    body = openapi.document()["paths"][route.path]["post"]["requestBody"]
    name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    fields = openapi.document()["components"]["schemas"][name]["properties"]
    assert {"sorting_seed", "upload_names", "job_file_mapping", "copy_data"} <= set(fields)


def test_a_form_with_files_still_makes_a_task_at_once(world: World) -> None:
    task_id = world.task()
    body = form(photographs(2))
    field = b'--B0UNDARY\r\nContent-Disposition: form-data; name="image_quality"\r\n\r\n55\r\n'
    assert world.send(task_id, field + body).status == 202
    assert names_of(task_id) == ["img0.jpg", "img1.jpg"]
