"""Tasks of point clouds in every layout, through the unmodified SDK."""

from __future__ import annotations

import gc
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from cvat_sdk import Client
from cvat_sdk.core.exceptions import BackgroundRequestException
from numpy.typing import NDArray
from PIL import Image
from pypcd4.pypcd4 import Encoding, PointCloud

from tests.client.datasets import PHOTOS
from tests.client.people import newcomer
from tests.support.server import Server

if TYPE_CHECKING:
    from cvat_sdk.core.proxies.tasks import Task

MakeTask = Callable[..., "Task"]
Files = dict[str, bytes]
Points = NDArray[np.float32]

PICTURE = (PHOTOS / "rocket.jpg").read_bytes()


def scan(seed: int, points: int = 500) -> Points:
    """(n, 4): x, y, z in metres, intensity."""
    return np.random.default_rng(seed).uniform(-20, 20, (points, 4)).astype("<f4")


def pcd(points: Points, encoding: Encoding = Encoding.BINARY) -> bytes:
    """As an independent program writes it."""
    sink = io.BytesIO()
    PointCloud.from_xyzi_points(points).save(sink, encoding)
    return sink.getvalue()


def points_of(body: bytes) -> Points:
    """As an independent program reads them."""
    cloud = PointCloud.from_fileobj(io.BufferedReader(io.BytesIO(body)))
    return cloud.numpy(("x", "y", "z", "intensity"))


SCANS = [scan(0), scan(1, 700)]
LAYOUTS: dict[str, tuple[Files, list[int]]] = {
    "default": (
        {
            "pointcloud/0.pcd": pcd(SCANS[0]),
            "pointcloud/1.pcd": pcd(SCANS[1], Encoding.ASCII),
            "related_images/0_pcd/left.jpg": PICTURE,
            "related_images/0_pcd/right.jpg": PICTURE,
        },
        [2, 0],
    ),
    "KITTI raw": (
        {
            "velodyne_points/data/0.bin": SCANS[0].tobytes(),
            "velodyne_points/data/1.bin": SCANS[1].tobytes(),
            "image_00/data/0.jpg": PICTURE,
            "image_00/data/1.jpg": PICTURE,
            "image_01/data/1.jpg": PICTURE,
        },
        [1, 2],
    ),
    "same folder": (
        {
            "a/0.pcd": pcd(SCANS[0], Encoding.BINARY_COMPRESSED),
            "a/1.bin": SCANS[1].tobytes(),
            "a/1.jpg": PICTURE,
        },
        [0, 1],
    ),
    "a folder for each": (
        {
            "0/0.pcd": pcd(SCANS[0]),
            "0/front.jpg": PICTURE,
            "1/1.pcd": pcd(SCANS[1]),
            "1/front.jpg": PICTURE,
            "1/back.jpg": PICTURE,
        },
        [1, 2],
    ),
}


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with newcomer(server) as signed_in:
        signed_in.config.status_check_period = 0.05
        yield signed_in


@pytest.fixture
def make_task(client: Client, tmp_path: Path) -> MakeTask:
    """A ready task from files that are written first."""

    def make(files: Files, data: dict[str, Any] | None = None, **spec: Any) -> Task:
        paths = [tmp_path / name for name in files]
        for path, body in zip(paths, files.values(), strict=True):
            path.write_bytes(body)
        return client.tasks.create_from_data(
            spec={"name": "clouds", "labels": [{"name": "thing"}], **spec},
            resources=[str(path) for path in paths],
            data_params=data or {},
        )

    return make


def zipped(files: Files) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return sink.getvalue()


def members(body: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_clouds_in_every_layout(client: Client, make_task: MakeTask, layout: str) -> None:
    files, related = LAYOUTS[layout]
    task = make_task({"set.zip": zipped(files)})
    assert (task.dimension, task.size, task.mode) == ("3d", 2, "annotation")
    assert task.data_original_chunk_type == task.data_compressed_chunk_type == "imageset"
    frames = task.get_frames_info()
    assert [frame.related_files for frame in frames] == related
    assert [(frame.width, frame.height) for frame in frames] == [(500, 1), (700, 1)]
    for quality in ("original", "compressed"):
        sink = io.BytesIO()
        task.download_chunk(0, sink, quality=quality)
        chunk = members(sink.getvalue())
        assert list(chunk) == ["000000.pcd", "000001.pcd"]
        for number, body in enumerate(chunk.values()):
            np.testing.assert_allclose(points_of(body), SCANS[number], atol=1e-4)
            with task.get_frame(number, quality=quality) as frame:
                assert frame.read() == body
    for number, count in enumerate(related):
        if count:
            _, answer = client.api_client.tasks_api.retrieve_data(
                task.id, type="context_image", number=number, _parse_response=False
            )
            pictures = members(answer.data)
            assert len(pictures) == count
            for picture in pictures.values():
                with Image.open(io.BytesIO(picture)) as shown:
                    assert (shown.format, shown.size) == ("JPEG", (640, 427))


def test_clouds_uploaded_one_by_one(make_task: MakeTask) -> None:
    task = make_task({"b.pcd": pcd(SCANS[1]), "a.bin": SCANS[0].tobytes(), "a.jpg": PICTURE})
    assert task.dimension == "3d"
    frames = task.get_frames_info()
    # CVAT knows a .bin by the name of the .pcd that it makes of it.
    assert [frame.name for frame in frames] == ["a.pcd", "b.pcd"]
    assert [frame.related_files for frame in frames] == [1, 0]


# The SDK itself leaves the files open that it makes of a job's frames.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_jobs_of_clouds_have_their_own_chunks(make_task: MakeTask) -> None:
    files = {f"{number}.pcd": pcd(scan(number)) for number in range(5)}
    task = make_task(files, {"chunk_size": 2}, segment_size=3)
    job = max(task.get_jobs(), key=lambda job: job.start_frame)
    assert (job.dimension, job.start_frame, job.stop_frame) == ("3d", 3, 4)
    sink = io.BytesIO()
    task.download_chunk(1, sink, quality="original")
    bodies = list(members(sink.getvalue()).values())
    np.testing.assert_array_equal(points_of(bodies[0]), scan(2))
    with job.get_frame(4, quality="original") as frame:
        np.testing.assert_array_equal(points_of(frame.read()), scan(4))
    gc.collect()


def test_the_preview_shows_the_cloud_from_above(make_task: MakeTask) -> None:
    task = make_task({"a.pcd": pcd(scan(0, 20_000))})
    with task.get_preview() as file, Image.open(file) as preview:
        assert (preview.format, preview.size) == ("JPEG", (256, 256))
        pixels = np.asarray(preview.convert("RGB")).astype(int)
    seen = np.abs(pixels - pixels[0, 0]).sum(axis=2) > 60
    assert seen[20:-20, 20:-20].mean() > 0.2
    assert seen[:4].mean() < 0.05


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.pcd": pcd(SCANS[0])[:-100]}, r"a\.pcd: it is cut off"),
        ({"a.bin": SCANS[0].tobytes()[:-3]}, r"a\.bin: .*four floats for each point"),
        ({"a.pcd": b"# .PCD\nVERSION 0.7\nDATA binary\n"}, r"a\.pcd: its PCD header"),
        ({"b.pcd": pcd(SCANS[0]), "a.pcd": b""}, r"a\.pcd"),
    ],
)
def test_what_is_wrong_is_told_with_its_name(
    make_task: MakeTask, files: Files, message: str
) -> None:
    with pytest.raises(BackgroundRequestException, match=message):
        make_task(files)
    with pytest.raises(BackgroundRequestException, match=message):
        make_task({"set.zip": zipped(files)})
