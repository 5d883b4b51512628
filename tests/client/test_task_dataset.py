"""Tasks read by the SDK's own datasets: `TaskDataset` and those for PyTorch.

Chunks are read as zips of original pictures. A video has such chunks if its task was made with
`use_zip_chunks`; otherwise its frames are read one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from cvat_sdk import Client
from cvat_sdk.core.proxies.tasks import Task
from cvat_sdk.datasets import (
    MediaDownloadPolicy,
    TaskDataset,
    UnsupportedDatasetError,
    UpdatePolicy,
)
from cvat_sdk.models import LabeledDataRequest, LabeledShapeRequest, ShapeType, TaskWriteRequest
from PIL import Image

from tests.client.datasets import (
    BOXES,
    LABELS,
    NAMES,
    PHOTOS,
    VIDEO,
    annotate_photos,
    label_ids,
    photo_task,
)
from tests.client.people import newcomer
from tests.support.server import Server

#: Of the video, these are taken: more than one chunk, beginning within a group of pictures.
TAKEN = range(3, 101, 2)
CHUNK = 20
BOX = [10.0, 20.0, 110.0, 90.0]


@pytest.fixture(scope="module")
def client(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with newcomer(server) as signed_in:
        signed_in.config.status_check_period = 0.05
        signed_in.config.cache_dir = tmp_path_factory.mktemp("cache")
        yield signed_in


@pytest.fixture(scope="module")
def project(client: Client) -> int:
    return int(client.projects.create({"name": "read by PyTorch", "labels": LABELS}).id)


@pytest.fixture(scope="module")
def photographs(client: Client, project: int) -> Task:
    task = client.tasks.create_from_data(
        TaskWriteRequest(name="photographs", project_id=project, subset="train"),
        [PHOTOS / name for name in NAMES],
        data_params={"chunk_size": 2},
    )
    annotate_photos(task)
    return task


def video(client: Client, **spec: Any) -> Task:
    zipped = spec.pop("use_zip_chunks", False)
    labels = {} if "project_id" in spec else {"labels": LABELS}
    task = client.tasks.create_from_data(
        TaskWriteRequest(name="bikes", **labels, **spec),
        [VIDEO],
        data_params={
            "start_frame": TAKEN.start, "stop_frame": TAKEN[-1], "frame_step": 2,
            "chunk_size": CHUNK, "use_zip_chunks": zipped,
        },
    )  # fmt: skip
    vehicle = label_ids(task)["vehicle"]
    shape = LabeledShapeRequest(
        type=ShapeType("rectangle"), frame=CHUNK + 1, label_id=vehicle, points=BOX
    )
    task.set_annotations(LabeledDataRequest(shapes=[shape]))
    return task


@pytest.fixture(scope="module")
def zipped_video(client: Client, project: int) -> Task:
    return video(client, use_zip_chunks=True, project_id=project, subset="test")


@pytest.fixture(scope="module")
def shown() -> list[np.ndarray]:
    """Every frame of the video, by a sequential decode."""
    with av.open(str(VIDEO)) as clip:
        clip.streams.video[0].thread_type = "NONE"
        return [frame.to_ndarray(format="rgb24") for frame in clip.decode(video=0)]


def pixels(image: Image.Image) -> np.ndarray:
    with image:
        return np.asarray(image.convert("RGB"))


def photograph(name: str) -> np.ndarray:
    return pixels(Image.open(PHOTOS / name))


def box_of(points: list[float]) -> list[float]:
    """`[x, y, width, height]` of a shape."""
    xs, ys = points[::2], points[1::2]
    return [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]


@pytest.mark.parametrize("policy", list(MediaDownloadPolicy))
def test_every_photograph_and_what_is_drawn_on_it(
    client: Client, photographs: Task, policy: MediaDownloadPolicy
) -> None:
    dataset = TaskDataset(client, photographs.id, media_download_policy=policy)
    assert [sample.frame_name for sample in dataset.samples] == sorted(NAMES)
    for sample in dataset.samples:
        assert np.array_equal(pixels(sample.media.load_image()), photograph(sample.frame_name))
        (drawn,) = sample.annotations.shapes
        assert box_of(drawn.points) == BOXES[sample.frame_name]
    assert [len(sample.annotations.tags) for sample in dataset.samples] == [0, 0, 1]


@pytest.mark.parametrize("policy", list(MediaDownloadPolicy))
def test_every_frame_of_a_video_with_zipped_chunks(
    client: Client, zipped_video: Task, shown: list[np.ndarray], policy: MediaDownloadPolicy
) -> None:
    assert zipped_video.data_original_chunk_type == "imageset"
    dataset = TaskDataset(client, zipped_video.id, media_download_policy=policy)
    assert len(dataset.samples) == len(TAKEN)
    for sample, number in zip(dataset.samples, TAKEN, strict=True):
        assert np.array_equal(pixels(sample.media.load_image()), shown[number]), number
        assert [list(shape.points) for shape in sample.annotations.shapes] == (
            [BOX] if sample.frame_index == CHUNK + 1 else []
        )
    assert [sample.frame_name for sample in dataset.samples[:2]] == ["frame_000003", "frame_000005"]


def test_chunks_that_are_passed_by_and_dropped(
    client: Client, zipped_video: Task, shown: list[np.ndarray]
) -> None:
    on_demand = MediaDownloadPolicy.FETCH_CHUNKS_ON_DEMAND
    dataset = TaskDataset(client, zipped_video.id, media_download_policy=on_demand)
    with dataset.iter_samples(temporary_chunks=True) as samples:
        seen = [np.array_equal(pixels(s.media.load_image()), shown[n])
                for s, n in zip(samples, TAKEN, strict=True)]  # fmt: skip
    assert all(seen)


def test_a_video_whose_chunks_are_videos_is_read_frame_by_frame(
    client: Client, shown: list[np.ndarray]
) -> None:
    task = video(client)
    assert task.data_original_chunk_type == "video"
    with pytest.raises(UnsupportedDatasetError, match="image sets"):
        TaskDataset(client, task.id)
    by_frame = MediaDownloadPolicy.FETCH_FRAMES_ON_DEMAND
    dataset = TaskDataset(client, task.id, media_download_policy=by_frame)
    for sample, number in zip(dataset.samples[18:24], TAKEN[18:24], strict=True):
        assert np.array_equal(pixels(sample.media.load_image()), shown[number])
        assert sample.frame_name == VIDEO.name


def test_removed_frames_are_left_out_and_come_back(client: Client) -> None:
    task = photo_task(client)
    annotate_photos(task)

    def frames(policy: UpdatePolicy = UpdatePolicy.IF_MISSING_OR_STALE) -> list[int]:
        dataset = TaskDataset(client, task.id, update_policy=policy)
        return [sample.frame_index for sample in dataset.samples]

    assert frames() == [0, 1, 2]
    task.remove_frames_by_ids([1])
    assert frames(UpdatePolicy.NEVER) == [0, 1, 2]
    assert frames() == [0, 2]
    client.api_client.tasks_api.partial_update_data_meta(
        task.id, patched_data_meta_write_request={"deleted_frames": []}
    )
    assert frames() == [0, 1, 2]


class PyTorch:
    """PyTorch and the SDK's datasets for it: loaded once, because that takes seconds."""

    def __init__(self) -> None:
        self.torch = import_module("torch")
        self._declare_operators()
        self.sdk = import_module("cvat_sdk.pytorch")
        self.functional = import_module("torchvision.transforms.functional")

    def _declare_operators(self) -> None:
        """torchvision's operators need CUDA's libraries, and it does not load without knowing
        at least their names. No dataset calls them."""
        self._names = self.torch.library.Library("torchvision", "FRAGMENT")
        arguments = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
        try:
            import_module("torchvision.extension")
        except RuntimeError:
            for name in ("nms", "qnms"):
                self._names.define(name + arguments)

    def batches(self, dataset: Any, workers: int) -> Iterator[Any]:
        loader = self.torch.utils.data.DataLoader(dataset, batch_size=2, num_workers=workers,
                                                  collate_fn=list)  # fmt: skip
        for batch in loader:
            yield from batch


@pytest.fixture(scope="module")
def pytorch() -> PyTorch:
    return PyTorch()


@pytest.mark.parametrize("workers", [0, 2])
def test_a_task_through_a_loader(
    client: Client, photographs: Task, pytorch: PyTorch, workers: int
) -> None:
    dataset = pytorch.sdk.TaskVisionDataset(
        client,
        photographs.id,
        transform=pytorch.functional.pil_to_tensor,
        target_transform=pytorch.sdk.ExtractBoundingBoxes(
            include_shape_types={"rectangle", "polygon"}
        ),
        label_name_to_index={"face": 1, "vehicle": 2},
    )
    samples = list(pytorch.batches(dataset, workers))
    assert len(samples) == len(NAMES)
    for name, label, sample in zip(sorted(NAMES), (1, 1, 2), samples, strict=True):
        image, target = sample
        expected = photograph(name)
        assert np.array_equal(image.numpy()[:3].transpose(1, 2, 0), expected)
        assert [box_of(box) for box in target["boxes"].tolist()] == [BOXES[name]]
        assert target["labels"].tolist() == [label]


def test_a_project_of_photographs_and_a_video(
    client: Client,
    project: int,
    photographs: Task,
    zipped_video: Task,
    shown: list[np.ndarray],
    pytorch: PyTorch,
) -> None:
    everything = pytorch.sdk.ProjectVisionDataset(client, project)
    assert len(everything) == len(NAMES) + len(TAKEN)
    image, target = everything[len(NAMES) + CHUNK + 1]
    assert np.array_equal(pixels(image), shown[TAKEN[CHUNK + 1]])
    assert [list(shape.points) for shape in target.annotations.shapes] == [BOX]
    of_video = pytorch.sdk.ProjectVisionDataset(client, project, include_subsets={"test"})
    seen = [pixels(image) for image, _ in pytorch.batches(of_video, 0)]
    assert all(np.array_equal(a, shown[n]) for a, n in zip(seen, TAKEN, strict=True))


def test_a_label_for_each_picture(client: Client, pytorch: PyTorch, tmp_path: Path) -> None:
    task = photo_task(client)
    labels = label_ids(task)
    task.set_annotations(
        LabeledDataRequest(
            tags=[{"frame": n, "label_id": labels[name]}
                  for n, name in enumerate(("face", "face", "vehicle"))]
        )
    )  # fmt: skip
    dataset = pytorch.sdk.TaskVisionDataset(
        client,
        task.id,
        target_transform=pytorch.sdk.ExtractSingleLabelIndex(),
        label_name_to_index={"face": 4, "vehicle": 7},
    )
    assert [int(target) for _, target in pytorch.batches(dataset, 0)] == [4, 4, 7]
