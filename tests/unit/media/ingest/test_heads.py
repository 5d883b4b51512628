"""Many files are read by their first and last bytes, through the client that functions use."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from chalicelib.media.files import File
from chalicelib.media.images import jpeg
from chalicelib.media.ingest import heads
from chalicelib.media.sources.places import SHARE, Unreachable
from chalicelib.platform import bucket as bucket_module
from chalicelib.platform import config
from tests.support.remote_server import Handler, RemoteServer

from ..conftest import package_file

PHOTO = package_file("skimage", "data", "rocket.jpg").read_bytes()
PATH = f"/{config.settings().bucket}/"


class Store:
    """A bucket as S3 serves it, on loopback."""

    def __init__(self, web: RemoteServer) -> None:
        self._web = web
        self.reads: list[tuple[str, int]] = []

    def add(self, key: str, body: bytes) -> None:
        def serve(handler: Handler) -> None:
            start, stop = handler.headers["Range"].removeprefix("bytes=").split("-")
            part = body[int(start) : int(stop) + 1]
            self.reads.append((key, len(part)))
            told = f"bytes {start}-{int(start) + len(part) - 1}/{len(body)}"
            modified = "Wed, 21 Oct 2015 07:28:00 GMT"
            handler.answer(206, part, Content_Range=told, ETag='"1"', Last_Modified=modified)

        self._web.behaviours[PATH + key] = serve

    def deny(self, key: str) -> None:
        self._web.behaviours[PATH + key] = lambda handler: handler.answer(403)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    with RemoteServer().running() as web:
        client = bucket_module._new_client(web.url("").rstrip("/"))
        monkeypatch.setattr(bucket_module, "client", lambda: client)
        monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "skylabel-ingest")
        monkeypatch.setenv("SKYLABEL_SHARE", "inside/share")
        config.settings.cache_clear()
        heads._store.cache_clear()
        yield Store(web)
    monkeypatch.undo()
    config.settings.cache_clear()
    heads._store.cache_clear()


def unread(key: str, size: int, place: str = "", offset: int = 0) -> File:
    return File(key, key, offset, size, "unknown", place=place)


def test_only_the_first_and_last_bytes_of_photographs_are_read(store: Store) -> None:
    files = []
    for number in range(100):
        key = f"tasks/1/raw/{number:03d}.jpg"
        store.add(key, PHOTO)
        files.append(unread(key, len(PHOTO)))
    found = heads.describe(files)
    assert [file.name for file in found] == [file.name for file in files]
    assert {(file.format, file.width, file.height) for file in found} == {("jpeg", 640, 427)}
    assert not any(file.cut for file in found)
    assert len(store.reads) == 200
    assert sum(size for _, size in store.reads) == 100 * (heads.FIRST + jpeg.TAIL)


def test_a_header_that_lies_deeper_is_read_there(store: Store) -> None:
    sink = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(io.BytesIO(PHOTO)) as photo:
        photo.save(sink, "JPEG", exif=exif, icc_profile=bytes(200_000), comment=bytes(60_000))
    store.add("deep.jpg", sink.getvalue())
    [file] = heads.describe([unread("deep.jpg", len(sink.getvalue()))])
    assert (file.width, file.height, file.orientation, file.problem) == (640, 427, 6, "")
    assert 2 <= len(store.reads) <= 8
    assert sum(size for _, size in store.reads) < len(sink.getvalue())


def test_a_file_inside_another_object_is_read_from_its_offset(store: Store) -> None:
    store.add("pack", b"before" + PHOTO)
    [file] = heads.describe([unread("pack", len(PHOTO), offset=6)])
    assert (file.format, file.width, file.offset) == ("jpeg", 640, 6)


def test_the_share_in_the_bucket_is_read_alike(store: Store) -> None:
    store.add("inside/share/set/a.jpg", PHOTO)
    [file] = heads.describe([unread("set/a.jpg", len(PHOTO), SHARE)])
    assert (file.key, file.place, file.width) == ("set/a.jpg", SHARE, 640)


def test_keys_that_the_client_does_not_take_are_read_otherwise(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def read(key: str, offset: int, size: int) -> bytes:
        asked.append(key)
        return PHOTO[offset : offset + size]

    monkeypatch.setattr(bucket_module, "get_range", read)
    found = heads.describe([unread("a//b.jpg", len(PHOTO)), unread("c/./d.jpg", len(PHOTO))])
    assert [file.width for file in found] == [640, 640]
    assert asked == ["a//b.jpg"] * 2 + ["c/./d.jpg"] * 2


def test_what_is_gone_has_a_problem_and_what_is_denied_ends_it(store: Store) -> None:
    store.add("a.jpg", PHOTO)
    files = [unread("a.jpg", len(PHOTO)), unread("b.jpg", 10)]
    assert [file.problem for file in heads.describe(files)] == ["", "it is not there any more"]
    store.deny("c.jpg")
    with pytest.raises(Unreachable) as caught:
        heads.describe([unread("c.jpg", 10)])
    assert str(caught.value) == "c.jpg could not be read from the media bucket."
