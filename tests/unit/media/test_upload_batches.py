"""Many small files at once from browsers: a presigned PUT for each."""

from __future__ import annotations

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from ministack.services import s3

from chalicelib.media import layout
from chalicelib.media.ingest import notes
from chalicelib.media.uploads.browser_upload_batches import LARGEST, MOST_FILES
from chalicelib.platform import bucket, keys, table
from chalicelib.platform.config import settings
from tests.support.api import Answer

from .conftest import World, package_file


@pytest.fixture
def photographs() -> dict[str, bytes]:
    """Real photographs, one of them in a folder with a name that URLs must escape."""
    data = package_file("skimage", "data")
    return {
        "rocket.jpg": (data / "rocket.jpg").read_bytes(),
        "ночь/a b+c%.png": (data / "coins.png").read_bytes(),
        "cat.png": (data / "chelsea.png").read_bytes(),
    }


def described(bodies: dict[str, bytes], content_type: str = "image/jpeg") -> dict[str, Any]:
    return {
        "files": [
            {"name": name, "size": len(body), "content_type": content_type}
            for name, body in bodies.items()
        ]
    }


def begin(world: World, task_id: int, bodies: dict[str, bytes]) -> list[dict[str, Any]]:
    answer = world.api.post(f"/api/tasks/{task_id}/data/uploads/batch", described(bodies))
    assert answer.status == 200, answer
    links: list[dict[str, Any]] = answer.json["files"]
    return links


def complete(world: World, task_id: int, bodies: dict[str, bytes]) -> Answer:
    return world.api.post(f"/api/tasks/{task_id}/data/uploads/batch/complete", described(bodies))


def put(
    link: dict[str, Any], body: bytes, *, key: str | None = None, content_type: str | None = None
) -> int:
    """What a browser does with the link. Returns the bucket's status."""
    url = urlsplit(link["url"])
    path = unquote(url.path) if key is None else f"/{settings().bucket}/{key}"
    headers = {
        "host": url.netloc,
        "content-length": str(len(body)),
        "content-type": content_type or link["content_type"],
    }
    query = parse_qs(url.query)
    status, *_ = asyncio.run(s3.handle_request("PUT", path, headers, body, query))
    return int(status)


def test_small_files_arrive_and_become_frames(world: World, photographs: dict[str, bytes]) -> None:
    task_id = world.task()
    links = begin(world, task_id, photographs)
    assert [link["name"] for link in links] == list(photographs)
    assert not any(link["arrived"] for link in links)
    for link, body in zip(links, photographs.values(), strict=True):
        put(link, body)
    assert complete(world, task_id, photographs).status == 204
    noted = {file.name: (file.format, file.width, file.height) for file in notes.noted(task_id)}
    assert noted == {
        "rocket.jpg": ("jpeg", 640, 427),
        "ночь/a b+c%.png": ("png", 384, 303),
        "cat.png": ("png", 451, 300),
    }
    assert world.finish(task_id).status == "finished"
    frames = world.api.get(f"/api/tasks/{task_id}/data/meta").json["frames"]
    assert sorted(frame["name"] for frame in frames) == sorted(photographs)


def test_all_files_of_a_batch_are_one_write(world: World, photographs: dict[str, bytes]) -> None:
    task_id = world.task()
    for link, body in zip(begin(world, task_id, photographs), photographs.values(), strict=True):
        put(link, body)
    complete(world, task_id, photographs)
    assert len(list(table.children(keys.media(task_id)))) == 1


def test_both_steps_may_be_repeated(world: World, photographs: dict[str, bytes]) -> None:
    task_id = world.task()
    links = begin(world, task_id, photographs)
    put(links[0], photographs["rocket.jpg"])
    early = complete(world, task_id, photographs)
    assert (early.status, early.json["missing"]) == (409, ["ночь/a b+c%.png", "cat.png"])
    assert notes.noted(task_id) == []
    again = begin(world, task_id, photographs)
    assert [link["arrived"] for link in again] == [True, False, False]
    for link in again[1:]:
        put(link, photographs[link["name"]])
    assert [complete(world, task_id, photographs).status for _ in range(2)] == [204, 204]
    assert sorted(file.name for file in notes.noted(task_id)) == sorted(photographs)


def test_a_file_of_another_size_has_not_arrived(world: World) -> None:
    task_id = world.task()
    wanted = {"a.bin": b"12345"}
    bucket.put(layout.raw(task_id, "a.bin"), b"1234")
    [link] = begin(world, task_id, wanted)
    assert not link["arrived"]
    assert complete(world, task_id, wanted).status == 409
    put(link, b"12345")
    assert complete(world, task_id, wanted).status == 204


def test_a_link_takes_one_object_of_one_size_and_type(world: World) -> None:
    task_id = world.task()
    [link] = begin(world, task_id, {"a.bin": b"12345"})
    other = layout.raw(task_id, "b.bin")
    assert put(link, b"123456") == 403
    assert put(link, b"1234") == 403
    assert put(link, b"12345", key=other) == 403
    assert put(link, b"12345", content_type="text/html") == 403
    assert list(bucket.listing(layout.raw(task_id, ""))) == []
    assert put(link, b"12345") == 200
    assert bucket.get(link["key"]) == b"12345"


def test_only_the_named_files_are_noted(world: World, photographs: dict[str, bytes]) -> None:
    """Other objects of the task stand between them in the listing."""
    task_id = world.task()
    for name in ("a", "a.jpg", "b.jpg", "c.jpg", "c.jpg2"):
        bucket.put(layout.raw(task_id, name), photographs["rocket.jpg"])
    rocket = photographs["rocket.jpg"]
    assert complete(world, task_id, {"c.jpg": rocket, "a.jpg": rocket}).status == 204
    assert [file.name for file in notes.noted(task_id)] == ["c.jpg", "a.jpg"]


@pytest.mark.parametrize(
    ("name", "size", "field"),
    [
        ("../a.jpg", 9, "filename"),
        ("x/../../a.jpg", 9, "filename"),
        ("/etc/passwd", 9, "filename"),
        ("a\\b.jpg", 9, "filename"),
        ("..", 9, "filename"),
        ("a\x01.jpg", 9, "filename"),
        ("я" * 600, 9, "filename"),
        ("good.jpg", 9, "files"),
        ("empty.jpg", 0, "size"),
        ("large.jpg", LARGEST + 1, "size"),
    ],
)
def test_a_bad_file_is_named_and_nothing_changes(
    world: World, name: str, size: int, field: str
) -> None:
    task_id = world.task()
    bucket.put(layout.raw(task_id, "good.jpg"), b"123456789")
    body = {"files": [{"name": "good.jpg", "size": 9}, {"name": name, "size": size}]}
    for path in ("batch", "batch/complete"):
        answer = world.api.post(f"/api/tasks/{task_id}/data/uploads/{path}", body)
        assert answer.status == 400, answer
        assert repr(name)[:40] in answer.json[field][0]
    assert notes.noted(task_id) == []


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"files": []},
        {"files": [{"name": "a.jpg"}]},
        {"files": [{"name": "a.jpg", "size": -1}]},
        {"files": [{"name": "a.jpg", "size": "big"}]},
        {"files": [{"name": f"{n}.jpg", "size": 1} for n in range(MOST_FILES + 1)]},
    ],
)
def test_bodies_of_another_shape_are_refused(world: World, body: Any) -> None:
    path = f"/api/tasks/{world.task()}/data/uploads/batch"
    assert world.api.post(path, body).status == 400
    assert world.api.post(f"{path}/complete", body).status == 400


def test_strangers_and_finished_tasks_are_refused(
    world: World, photographs: dict[str, bytes]
) -> None:
    task_id = world.task()
    path = f"/api/tasks/{task_id}/data/uploads/batch"
    for step in (path, f"{path}/complete"):
        assert world.stranger.post(step, described(photographs)).status == 403
        assert (
            world.api.post(step.replace(str(task_id), "99999"), described(photographs)).status
            == 404
        )
    for link, body in zip(begin(world, task_id, photographs), photographs.values(), strict=True):
        put(link, body)
    complete(world, task_id, photographs)
    world.finish(task_id)
    assert world.api.post(path, described(photographs)).status == 400
    assert complete(world, task_id, photographs).status == 400


def test_what_a_file_is_called_is_not_what_it_is_served_as(world: World) -> None:
    body = {"files": [{"name": "a.html", "size": 1, "content_type": "text/html"}]}
    answer = world.api.post(f"/api/tasks/{world.task()}/data/uploads/batch", body)
    assert answer.json["files"][0]["content_type"] == "application/octet-stream"


def test_notes_of_long_names_fit_the_table(world: World) -> None:
    """Names that do not compress, as long as the bucket takes them."""
    letters = random.Random(3)
    names = [
        "".join(chr(letters.randrange(0x4E00, 0x9FA5)) for _ in range(310)) + ".jpg"
        for _ in range(MOST_FILES)
    ]
    task_id = world.task()
    bodies = dict.fromkeys(names, b"12345")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: bucket.put(layout.raw(task_id, name), bodies[name]), names))
    assert complete(world, task_id, bodies).status == 204
    assert [file.name for file in notes.noted(task_id)] == names
    notes.forget(task_id)
    assert list(table.children(keys.media(task_id))) == []
