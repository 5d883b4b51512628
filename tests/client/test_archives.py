"""Tasks from archives, through the unmodified SDK."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import zstandard
from cvat_sdk import Client
from cvat_sdk.core.exceptions import BackgroundRequestException
from PIL import Image

from tests.client.datasets import PHOTOS, VIDEO
from tests.client.people import newcomer
from tests.support.server import Server

if TYPE_CHECKING:
    from cvat_sdk.core.proxies.tasks import Task

MakeTask = Callable[..., "Task"]
Files = dict[str, bytes]

PICTURES = {
    "chelsea.png": "chelsea.png",
    "in/deep/rocket.jpg": "rocket.jpg",
    "in/astronaut.png": "astronaut.png",
}
BESIDE = "in/related_images/astronaut_png/camera.jpg"
FILES: Files = {
    **{name: (PHOTOS / photo).read_bytes() for name, photo in PICTURES.items()},
    BESIDE: (PHOTOS / "rocket.jpg").read_bytes(),
    "in/.hidden.png": b"hidden",
    "__MACOSX/in/._astronaut.png": b"resources",
    "labels.txt": b"no picture",
}


def zipped(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return sink.getvalue()


def tarred(files: Files) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as archive:
        for name, body in files.items():
            info = tarfile.TarInfo(f"./{name}")
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return sink.getvalue()


ARCHIVES: dict[str, Callable[[Files], bytes]] = {
    "set.zip": zipped,
    "stored.zip": lambda files: zipped(files, zipfile.ZIP_STORED),
    "set.tar": tarred,
    "set.tar.gz": lambda files: gzip.compress(tarred(files), 1),
    "set.tar.bz2": lambda files: bz2.compress(tarred(files), 1),
    "set.tar.xz": lambda files: lzma.compress(tarred(files), preset=0),
    "set.tar.zst": lambda files: zstandard.compress(tarred(files)),
}


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with newcomer(server) as signed_in:
        signed_in.config.status_check_period = 0.05
        yield signed_in


@pytest.fixture
def make_task(client: Client, tmp_path: Path) -> MakeTask:
    """A ready task from files that are written first."""

    def make(files: Files, **data: Any) -> Task:
        paths = [tmp_path / name for name in files]
        for path, body in zip(paths, files.values(), strict=True):
            path.write_bytes(body)
        return client.tasks.create_from_data(
            spec={"name": "archive", "labels": [{"name": "thing"}]},
            resources=[str(path) for path in paths],
            data_params=data,
        )

    return make


def pixels(file: Any) -> np.ndarray:
    with file:
        return np.asarray(Image.open(file).convert("RGB"))


def context(client: Client, task: Task, number: int) -> Files:
    """Context images of a frame, as the client fetches them."""
    _, answer = client.api_client.tasks_api.retrieve_data(
        task.id, type="context_image", number=number, _parse_response=False
    )
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("name", list(ARCHIVES))
def test_pictures_of_every_kind_of_archive(client: Client, make_task: MakeTask, name: str) -> None:
    task = make_task({name: ARCHIVES[name](FILES)})
    assert (task.size, task.mode, task.dimension) == (3, "annotation", "2d")
    frames = task.get_frames_info()
    assert [frame.name for frame in frames] == sorted(PICTURES)
    assert [frame.related_files for frame in frames] == [0, 1, 0]
    for number, frame in enumerate(frames):
        original = pixels((PHOTOS / PICTURES[frame.name]).open("rb"))
        assert (frame.width, frame.height) == (original.shape[1], original.shape[0])
        shown = pixels(task.get_frame(number, quality="original"))
        assert np.array_equal(shown, original)
    (body,) = context(client, task, 1).values()
    beside = pixels(io.BytesIO(body)).astype(int)
    assert np.abs(beside - pixels((PHOTOS / "rocket.jpg").open("rb"))).mean() < 8


def test_a_manifest_gives_an_archive_its_order(make_task: MakeTask) -> None:
    names = ["in/deep/rocket.jpg", "chelsea.png", "in/astronaut.png"]
    lines = ['{"version":"1.1"}', '{"type":"images"}']
    for name in names:
        stem, _, extension = name.rpartition(".")
        lines.append(f'{{"name":"{stem}","extension":".{extension}"}}')
    manifest = "\n".join(lines).encode()
    files = {name: FILES[name] for name in sorted(names)}
    for name in ("set.zip", "set.tar.gz"):
        uploaded = {name: ARCHIVES[name](files), "manifest.jsonl": manifest}
        task = make_task(uploaded, sorting_method="predefined")
        assert [frame.name for frame in task.get_frames_info()] == names
    wrong = {"set.zip": zipped({**files, "more.png": FILES["chelsea.png"]})}
    with pytest.raises(BackgroundRequestException, match=r"manifest\.jsonl.*more\.png"):
        make_task({**wrong, "manifest.jsonl": manifest}, sorting_method="predefined")


ROCKET = FILES["in/deep/rocket.jpg"]


@pytest.mark.parametrize(
    ("name", "files", "message"),
    [
        ("a.zip", {"a.jpg": ROCKET, "clip.mp4": VIDEO.read_bytes()}, "a video, clip.mp4"),
        ("a.tar.gz", {"a.jpg": ROCKET, "more.zip": zipped({})}, "another archive, more.zip"),
        ("a.zip", {"a.jpg": ROCKET, "../b.jpg": ROCKET}, r"leads outside of it: '\.\./b\.jpg'"),
        ("a.zip", {"a.png": bytes(300 << 20)}, "which pictures hardly do"),
        ("a.tar.zst", {"a.png": bytes(300 << 20)}, "which pictures hardly do"),
        ("a.zip", {"readme.txt": b"text"}, "it holds no pictures"),
        ("a.tar.xz", {"a.jpg": ROCKET[:100], "b.jpg": ROCKET}, r"a\.jpg"),
    ],
)
def test_what_is_wrong_is_told_with_its_name(
    client: Client, make_task: MakeTask, name: str, files: Files, message: str
) -> None:
    kind = f"set{name[1:]}"
    with pytest.raises(BackgroundRequestException, match=message) as refused:
        make_task({name: ARCHIVES[kind](files)})
    assert "a." in str(refused.value)
    assert "/" not in str(refused.value).replace("../b.jpg", "")
    newest = client.tasks.list()[0]
    assert (newest.size or 0, newest.get_jobs()) == (0, [])


@pytest.mark.parametrize("name", ["set.zip", "set.tar", "set.tar.bz2"])
def test_an_archive_that_is_cut_off(make_task: MakeTask, name: str) -> None:
    body = ARCHIVES[name]({"a.jpg": ROCKET, "b.jpg": ROCKET})
    with pytest.raises(BackgroundRequestException, match=f"{name} cannot be used"):
        make_task({name: body[: len(body) * 2 // 3]})
