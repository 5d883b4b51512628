"""Tasks from URLs, through the unmodified SDK, against a server that behaves well and badly."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from cvat_sdk import Client, exceptions
from cvat_sdk.core.exceptions import BackgroundRequestException
from cvat_sdk.core.proxies.tasks import ResourceType
from PIL import Image

from tests.client.datasets import NAMES, PHOTOS, VIDEO
from tests.client.people import newcomer
from tests.support.processes import eventually
from tests.support.remote_server import Behaviour, Handler, RemoteServer
from tests.support.server import Server

if TYPE_CHECKING:
    from cvat_sdk.core.proxies.tasks import Task


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose operator lets it fetch from this machine."""
    data = tmp_path_factory.mktemp("remote") / "data"
    with Server(data, SKYLABEL_REMOTE_NETWORKS="127.0.0.0/8") as running:
        yield running


@pytest.fixture(scope="module")
def client(open_server: Server) -> Iterator[Client]:
    with newcomer(open_server) as signed_in:
        signed_in.config.status_check_period = 0.05
        yield signed_in


@pytest.fixture
def web() -> Iterator[RemoteServer]:
    with RemoteServer().running() as running:
        running.files = {f"/photos/{name}": (PHOTOS / name).read_bytes() for name in NAMES}
        running.files["/clip.mp4"] = VIDEO.read_bytes()
        yield running


def make(client: Client, urls: list[str], **data: Any) -> Task:
    return client.tasks.create_from_data(
        spec={"name": "remote", "labels": [{"name": "thing"}]},
        resources=urls,
        resource_type=ResourceType.REMOTE,
        data_params=data,
    )


def refusal(client: Client, urls: list[str]) -> str:
    """Why a task cannot be made of URLs."""
    with pytest.raises((BackgroundRequestException, exceptions.ApiException)) as caught:
        make(client, urls)
    assert getattr(caught.value, "status", 400) == 400
    return str(caught.value)


def pixels(body: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(body)).convert("RGB"))


def objects(server: Server, task_id: int) -> list[str]:
    found = server.aws("s3").list_objects_v2(
        Bucket="skylabel-media", Prefix=f"tasks/{task_id}/raw/"
    )
    return [item["Key"] for item in found.get("Contents", [])]


def test_photographs_are_fetched(client: Client, web: RemoteServer) -> None:
    web.behaviours["/moved"] = to(web.url("/photos/rocket.jpg"))
    urls = [web.url(f"/photos/{name}?token=secret#part") for name in NAMES[:2]]
    task = make(client, [*urls, web.url("/moved")])
    assert [frame.name for frame in task.get_frames_info()] == [
        "astronaut.png", "chelsea.png", "moved"
    ]  # fmt: skip
    for number, name in enumerate(NAMES):
        with task.get_frame(number, quality="original") as frame:
            assert np.array_equal(pixels(frame.read()), pixels((PHOTOS / name).read_bytes()))


def test_a_video_that_breaks_off_is_fetched_to_its_end(client: Client, web: RemoteServer) -> None:
    def break_off(handler: Handler) -> None:
        first = web.asked["/cut.mp4"] == 1
        handler.serve(web.files["/clip.mp4"], stop=200_000 if first else None)

    web.behaviours["/cut.mp4"] = break_off
    task = make(client, [web.url("/cut.mp4")])
    with av.open(str(VIDEO), "r") as clip:
        assert task.size == sum(1 for _ in clip.decode(video=0))
    assert web.headers[1]["Range"] == "bytes=200000-"


def to(location: str) -> Behaviour:
    """A redirect."""
    return lambda handler: handler.answer(302, Location=location)


@pytest.mark.parametrize(
    "location",
    ["http://169.254.169.254/latest/meta-data/iam/security-credentials/", "http://[::1]/a.jpg",
     "http://10.0.0.1/a.jpg", "http://192.168.1.1/a.jpg", "file:///etc/passwd"],
)  # fmt: skip
def test_redirects_and_urls_lead_to_public_addresses_only(
    client: Client, web: RemoteServer, open_server: Server, location: str
) -> None:
    web.behaviours["/a.jpg"] = to(location)
    said = refusal(client, [web.url("/photos/rocket.jpg"), web.url("/a.jpg")])
    assert "/a.jpg redirects to " in said
    assert location not in said
    said = refusal(client, [location])
    assert "was not found on the public internet" in said or "https:// or http://" in said


def test_the_operator_s_own_machine_is_closed_at_first(server: Server, web: RemoteServer) -> None:
    with newcomer(server) as somebody:
        somebody.config.status_check_period = 0.05
        for url in (web.url("/photos/rocket.jpg"), web.url("/a.jpg", "localhost"), server.url):
            assert "was not found on the public internet" in refusal(somebody, [url])
    assert not web.asked


def a_page(handler: Handler) -> None:
    handler.answer(200, b"<html>please sign in</html>", Content_Type="text/html")


def lie(handler: Handler) -> None:
    handler.begin(200, Content_Length="500000000000")
    handler.wfile.write(b"x")


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [
        (lambda h: h.answer(404), "there is no such file (404)"),
        (lambda h: h.answer(403), "the server refuses (403)"),
        (lambda h: h.answer(200), "is empty"),
        (a_page, "is a web page, not a file"),
        (lie, "has more than 25 GiB"),
        (lambda h: h.answer(200, b"words"), "a.jpg"),
    ],
)
def test_what_cannot_be_fetched_is_said_and_nothing_is_made(
    client: Client, web: RemoteServer, open_server: Server, behaviour: Behaviour, says: str
) -> None:
    web.behaviours["/a.jpg"] = behaviour
    assert says in refusal(client, [web.url("/a.jpg?token=secret")])
    failed = client.tasks.list()[0]
    assert failed.size in {None, 0}
    assert not [key for key in objects(open_server, failed.id) if says != "a.jpg"]


@pytest.mark.parametrize(
    ("urls", "says"),
    [
        (["ftp://example.com/a.jpg"], "begins with https:// or http://"),
        (["https://me:pa55word@example.com/a.jpg"], "holds a user name or password"),
        (["https://one.example/a.jpg", "https://two.example/a.jpg"], "Several URLs end in 'a.jpg'"),
        ([f"https://one.example/{number}.jpg" for number in range(1001)], "at most 1,000"),
        (["https://one.example:22/a.jpg"], "port"),
    ],
)
def test_urls_are_checked_before_anything_is_fetched(
    client: Client, urls: list[str], says: str
) -> None:
    said = refusal(client, urls)
    assert says in said
    assert "pa55word" not in said


def test_fetching_is_told_and_can_be_cancelled(
    client: Client, web: RemoteServer, open_server: Server
) -> None:
    stopped = threading.Event()

    def slow(handler: Handler) -> None:
        handler.begin(200, Content_Length="1000000")
        handler.wfile.write(b"x" * 500_000)
        handler.wfile.flush()
        try:
            while not web.stopping.wait(0.1):
                handler.wfile.write(b"x")
                handler.wfile.flush()
        except ConnectionError:
            stopped.set()

    web.behaviours["/slow.mp4"] = slow
    task = client.tasks.create({"name": "remote", "labels": [{"name": "thing"}]})
    task.upload_data(
        [web.url("/slow.mp4")], resource_type=ResourceType.REMOTE, wait_for_completion=False
    )
    api = client.api_client.requests_api
    rq_id = f"action=create&target=task&target_id={task.id}"

    def progress() -> float:
        return float(api.retrieve(rq_id)[0].progress or 0)

    assert eventually(lambda: progress() > 0, 20)
    assert progress() < 1
    api.create_cancel(rq_id)
    assert stopped.wait(20)
    assert eventually(lambda: not objects(open_server, task.id), 10)
