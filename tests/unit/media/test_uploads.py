"""Resumable uploads: TUS, and browsers' presigned parts."""

from __future__ import annotations

import base64
import random
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.media import layout
from chalicelib.media.ingest import notes
from chalicelib.media.uploads import joining, tus
from chalicelib.media.uploads.browser_uploads import MOST_PARTS, part_size_of
from chalicelib.platform import bucket
from chalicelib.platform.config import settings
from tests.support.api import Answer

from .conftest import World, package_file


def begin(world: World, task_id: int, name: str, length: int | str) -> Answer:
    encoded = base64.b64encode(name.encode()).decode()
    return world.api.call(
        "POST",
        f"/api/tasks/{task_id}/data",
        headers={
            "Upload-Length": str(length),
            "Upload-Metadata": f"filename {encoded},filetype aW1hZ2U=",
            "Tus-Resumable": "1.0.0",
        },
    )


def send(world: World, location: str, offset: int, body: bytes, **headers: str) -> Answer:
    return world.api.call(
        "PATCH",
        urlsplit(location).path,
        body,
        headers={
            "content-type": "application/offset+octet-stream",
            "content-length": str(len(body)),
            "Upload-Offset": str(offset),
            **headers,
        },
    )


def location_of(answer: Answer) -> str:
    assert answer.status == 201, answer
    location = answer.header("location")
    assert location is not None
    return location


@pytest.fixture
def photograph() -> bytes:
    return package_file("skimage", "data", "rocket.jpg").read_bytes()


def test_pieces_make_a_file_of_the_task(world: World, photograph: bytes) -> None:
    task_id = world.task()
    begun = begin(world, task_id, "rocket.jpg", len(photograph))
    assert begun.header("upload-filename") == "rocket.jpg"
    assert begun.header("tus-resumable") == "1.0.0"
    location = location_of(begun)
    assert location.startswith(f"http://localhost:8080/api/tasks/{task_id}/data/1_")
    at = 0
    for size in (1, 40_000, 0, len(photograph)):
        piece = photograph[at : at + size]
        answer = send(world, location, at, piece)
        at += len(piece)
        assert (answer.status, answer.header("upload-offset")) == (204, str(at))
        head = world.api.call("HEAD", urlsplit(location).path)
        assert (head.status, head.header("upload-offset")) == (200, str(at))
        assert head.header("upload-length") == str(len(photograph))
    assert bucket.get(layout.raw(task_id, "rocket.jpg")) == photograph
    assert list(bucket.listing("uploads/")) == []
    assert world.finish(task_id).status == "finished"
    (frame,) = world.api.get(f"/api/tasks/{task_id}/data/meta").json["frames"]
    assert (frame["name"], frame["width"], frame["height"]) == ("rocket.jpg", 640, 427)


def test_a_wrong_offset_changes_nothing(world: World) -> None:
    location = location_of(begin(world, world.task(), "a.bin", 10))
    assert send(world, location, 0, b"12345").status == 204
    for offset in (0, 4, 6, 10):
        assert send(world, location, offset, b"xx").status == 409
    assert world.api.call("HEAD", urlsplit(location).path).header("upload-offset") == "5"


def test_an_acknowledged_piece_sent_again_is_a_conflict(world: World) -> None:
    """The client then asks by HEAD where to go on, as the SDK does."""
    location = location_of(begin(world, world.task(), "a.bin", 4))
    assert send(world, location, 0, b"12").status == 204
    assert send(world, location, 0, b"12").status == 409
    assert send(world, location, 2, b"34").status == 204


def test_of_two_pieces_at_once_the_acknowledged_one_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = world.task()
    location = location_of(begin(world, task_id, "a.bin", 4))
    put = bucket.put
    rival: list[Answer] = []

    def slow_put(key: str, body: bytes, *more: str) -> str:
        if not rival and body == b"slow":
            monkeypatch.setattr(bucket, "put", put)
            rival.append(send(world, location, 0, b"fast"))
        return put(key, body, *more)

    monkeypatch.setattr(bucket, "put", slow_put)
    assert send(world, location, 0, b"slow").status == 409
    assert rival[0].status == 204
    assert bucket.get(layout.raw(task_id, "a.bin")) == b"fast"


def test_errors_of_the_protocol(world: World) -> None:
    task_id = world.task()
    path = f"/api/tasks/{task_id}/data"
    assert begin(world, task_id, "a.bin", tus.MAX_SIZE + 1).status == 413
    assert begin(world, task_id, "a.bin", "ten").status == 400
    for name in ("../a.bin", "/etc/passwd", "a\\b", "..", "", "я" * 1000):
        assert begin(world, task_id, name, 10).status == 400, name
    for metadata in ("filename я", "filename a", "filename /w=="):
        headers = {"Upload-Length": "10", "Upload-Metadata": metadata}
        assert world.api.call("POST", path, headers=headers).status == 400, metadata
    location = location_of(begin(world, task_id, "a.bin", 10))
    assert send(world, location, 0, b"x" * 11).status == 413
    assert send(world, location, 0, b"x", **{"content-type": "text/plain"}).status == 415
    file_id = location.rpartition("/")[2]
    assert world.api.call("HEAD", f"{path}/1_none").status == 404
    elsewhere = f"/api/tasks/{world.task()}/data/{file_id}"
    assert world.api.call("HEAD", elsewhere).status == 404
    assert world.stranger.call("HEAD", f"{path}/{file_id}").status == 403
    options = world.api.call("OPTIONS", path)
    assert (options.status, options.header("tus-max-size")) == (204, str(tus.MAX_SIZE))
    missing = world.api.call(
        "PATCH", f"{path}/{file_id}", b"x",
        headers={"content-type": "application/offset+octet-stream", "Upload-Offset": "0"},
    )  # fmt: skip
    assert missing.status == 400


def test_an_upload_in_countless_pieces_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tus, "PIECE_LIMIT", 2)
    location = location_of(begin(world, world.task(), "a.bin", 10))
    assert [send(world, location, n, b"x").status for n in range(3)] == [204, 204, 413]


def test_a_name_is_taken_once(world: World) -> None:
    task_id = world.task()
    location = location_of(begin(world, task_id, "a.bin", 2))
    send(world, location, 0, b"12")
    assert begin(world, task_id, "a.bin", 2).status == 409


def test_a_crash_between_joining_and_noting_is_mended(
    world: World, photograph: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = world.task()
    location = location_of(begin(world, task_id, "a.jpg", len(photograph)))

    def crash(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(notes, "note", crash)
        with pytest.raises(SystemExit):
            send(world, location, 0, photograph)
    # Hearing that all is there, the SDK sends nothing more.
    head = world.api.call("HEAD", urlsplit(location).path)
    assert head.header("upload-offset") == str(len(photograph))
    assert [file.name for file in notes.noted(task_id)] == ["a.jpg"]


@pytest.mark.parametrize("sizes", [[6 << 20, 5 << 20, 6 << 20], [9 << 20, 100, 9 << 20, 7]])
def test_joining_large_pieces(bucket: None, sizes: list[int]) -> None:
    from chalicelib.platform import bucket as store

    bodies = [random.Random(n).randbytes(size) for n, size in enumerate(sizes)]
    for number, body in enumerate(bodies):
        store.put(f"pieces/{number}", body)
    joining.join([f"pieces/{n}" for n in range(len(sizes))], sizes, "whole")
    assert store.get("whole") == b"".join(bodies)


def put_part(url: str, body: bytes) -> None:
    """What a browser does with the link, without a server in between."""
    link = urlsplit(url)
    query = parse_qs(link.query)
    assert "X-Amz-Signature" in query
    bucket.client().upload_part(
        Bucket=settings().bucket,
        Key=link.path.partition(f"/{settings().bucket}/")[2],
        UploadId=query["uploadId"][0],
        PartNumber=int(query["partNumber"][0]),
        Body=body,
    )


def test_a_browser_uploads_in_parts_and_resumes(world: World) -> None:
    body = random.Random(1).randbytes((8 << 20) + 5)
    task_id = world.task()
    path = f"/api/tasks/{task_id}/data/uploads"
    state = world.api.post(path, {"name": "films/a.bin", "size": len(body)})
    assert state.status == 201
    part_size, upload_id = state.json["part_size"], state.json["upload_id"]
    assert [part["number"] for part in state.json["parts"]] == [1, 2]
    put_part(state.json["parts"][0]["url"], body[:part_size])
    early = world.api.post(f"{path}/{upload_id}/complete")
    assert (early.status, early.json["missing"]) == (409, [2])
    resumed = world.api.get(f"{path}/{upload_id}").json
    assert resumed["uploaded"] == [1]
    assert [part["number"] for part in resumed["parts"]] == [2]
    put_part(resumed["parts"][0]["url"], body[part_size:])
    assert world.api.post(f"{path}/{upload_id}/complete").status == 204
    assert bucket.get(layout.raw(task_id, "films/a.bin")) == body
    assert world.api.post(f"{path}/{upload_id}/complete").status == 204
    assert world.api.get(f"{path}/{upload_id}").json["done"]
    assert world.api.delete(f"{path}/{upload_id}").status == 409
    assert [file.name for file in notes.noted(task_id)] == ["films/a.bin"]


def test_a_browser_gives_up(world: World) -> None:
    task_id = world.task()
    path = f"/api/tasks/{task_id}/data/uploads"
    upload_id = world.api.post(path, {"name": "a.bin", "size": 5}).json["upload_id"]
    assert world.stranger.get(f"{path}/{upload_id}").status == 403
    assert world.api.delete(f"{path}/{upload_id}").status == 204
    assert world.api.get(f"{path}/{upload_id}").status == 404
    assert world.api.post(path, {"name": "a.bin", "size": 0}).status == 400
    assert world.api.post(path, {"name": "a.bin", "size": tus.MAX_SIZE + 1}).status == 413


def test_what_a_browser_calls_a_file_s_type_is_not_believed(world: World) -> None:
    """Objects are shown on the application's own origin: a film must not be served as a page."""
    task_id = world.task()
    path = f"/api/tasks/{task_id}/data/uploads"
    state = world.api.post(path, {"name": "a.mp4", "size": 5, "content_type": "text/html"}).json
    put_part(state["parts"][0]["url"], b"<html")
    assert world.api.post(f"{path}/{state['upload_id']}/complete").status == 204
    head = bucket.client().head_object(Bucket=settings().bucket, Key=layout.raw(task_id, "a.mp4"))
    assert head["ContentType"] == "application/octet-stream"


def test_parts_fit_the_limits_of_s3() -> None:
    for size in (1, 8 << 20, 100 << 30, tus.MAX_SIZE):
        part = part_size_of(size)
        assert part >= 8 << 20
        assert -(-size // part) <= MOST_PARTS
