"""Datasets with their images into projects, through the unmodified SDK and CLI."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cvat_sdk import Client
from cvat_sdk.core.exceptions import BackgroundRequestException
from cvat_sdk.core.proxies.projects import Project
from cvat_sdk.core.proxies.tasks import Task
from cvat_sdk.models import TaskWriteRequest

from tests.client import datasets
from tests.client.people import administrator

if TYPE_CHECKING:
    from tests.support.server import Server

SUBSETS = {"train": ("astronaut.png", "chelsea.png"), "val": ("rocket.jpg",)}


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with administrator(server) as signed_in:
        signed_in.config.status_check_period = 0.1
        yield signed_in


@pytest.fixture(scope="module")
def filled(client: Client) -> Project:
    """A project of two tasks with a box on each photograph."""
    project = empty(client)
    (label, *_) = (one for one in project.get_labels() if one.name == "vehicle")
    for subset, names in SUBSETS.items():
        task = client.tasks.create_from_data(
            TaskWriteRequest(name=subset, project_id=project.id, subset=subset),
            [datasets.PHOTOS / name for name in names],
        )
        boxes = [
            {"type": "rectangle", "frame": number, "label_id": label.id,
             "points": [10.0, 20.0, 60.0 + number, 80.0]}
            for number in range(len(names))
        ]  # fmt: skip
        task.set_annotations({"shapes": boxes})
    return project


def empty(client: Client, **more: Any) -> Project:
    return client.projects.create({"name": "pets", "labels": datasets.LABELS, **more})


def content(project: Project) -> dict[str, list[tuple[str, list[float]]]]:
    """Boxes by the names of the images, of each subset."""
    found = {}
    for task in sorted(project.get_tasks(), key=lambda task: str(task.subset)):
        names = [frame.name for frame in task.get_meta().frames]
        shapes = task.get_annotations().shapes
        found[task.subset] = [(names[shape.frame], shape.points) for shape in shapes]
    return found


def picture(task: Task, frame: int) -> bytes:
    body: bytes = task.get_frame(frame, quality="original").read()
    return body


@pytest.mark.parametrize(
    "name", ["COCO 1.0", "CVAT for images 1.1", "YOLO 1.1", "PASCAL VOC 1.1", "TFRecord 1.0"]
)
def test_a_project_comes_back_as_another(
    server: Server, client: Client, filled: Project, tmp_path: Path, name: str
) -> None:
    filled.export_dataset(name, tmp_path / "dataset.zip", include_images=True)
    project = empty(client)
    reader = {"CVAT for images 1.1": "CVAT 1.1"}.get(name, name)
    host, _, port = server.url.rpartition(":")
    subprocess.run(
        [
            sys.executable, "-m", "cvat_cli", "--server-host", host, "--server-port", port,
            "--auth", f"{server.username}:{server.password}",
            "project", "import-dataset", "--format", reader, str(project.id),
            str(tmp_path / "dataset.zip"),
        ],
        check=True,
    )  # fmt: skip
    project.fetch()
    assert content(project).keys() == content(filled).keys()
    for subset, boxes in content(filled).items():
        found = content(project)[subset]
        assert [one for one, _ in found] == [one for one, _ in boxes]
        for (_, points), (_, expected) in zip(found, boxes, strict=True):
            assert points == pytest.approx(expected, abs=0.01)
    assert project.tasks.count == 2
    assert set(project.task_subsets) == {"train", "val"}
    by_subset = {task.subset: task for task in project.get_tasks()}
    assert picture(by_subset["val"], 0) == (datasets.PHOTOS / "rocket.jpg").read_bytes()
    assert len(project.get_tasks()[0].get_jobs()) == 1


@pytest.mark.parametrize("name", ["CVAT for images 1.1", "COCO 1.0", "Segmentation mask 1.1"])
def test_a_project_without_labels_gets_those_of_the_dataset(
    client: Client, filled: Project, tmp_path: Path, name: str
) -> None:
    filled.export_dataset(name, tmp_path / "dataset.zip", include_images=True)
    project = client.projects.create({"name": "nothing yet", "labels": []})
    reader = {"CVAT for images 1.1": "CVAT 1.1"}.get(name, name)
    project.import_dataset(reader, tmp_path / "dataset.zip")
    project.fetch()
    assert project.tasks.count == 2
    labels = {label.name: label for label in project.get_labels()}
    known = {label.name: label for label in filled.get_labels()}
    shapes = (shape for task in project.get_tasks() for shape in task.get_annotations().shapes)
    (used,) = {shape.label_id for shape in shapes}
    assert labels["vehicle"].id == used
    if name != "Segmentation mask 1.1":
        assert list(labels) == list(known)
    if name == "CVAT for images 1.1":
        for label, original in zip(labels.values(), known.values(), strict=True):
            assert (label.color, label.type) == (original.color, original.type)
            assert [one.name for one in label.attributes] == [
                one.name for one in original.attributes
            ]


def zipped(**members: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return sink.getvalue()


ROCKET = (datasets.PHOTOS / "rocket.jpg").read_bytes()
BOX = b'<annotations><image id="0" name="rocket.jpg"><box label="%b" xtl="1" ytl="2" xbr="3" ybr="%b"/></image></annotations>'  # noqa: E501


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"no archive", "is no ZIP archive"),
        (zipped(**{"annotations.xml": BOX % (b"vehicle", b"4")}), "has no images in it"),
        (
            zipped(**{"annotations.xml": BOX % (b"cow", b"4"), "images/rocket.jpg": ROCKET}),
            'none of its labels .*"cow"',
        ),
        (
            zipped(**{"annotations.xml": BOX % (b"vehicle", b"low"), "images/rocket.jpg": ROCKET}),
            "is not a number",
        ),
        (
            zipped(**{"annotations.xml": BOX % (b"vehicle", b"4"), "images/rocket.jpg": b"no"}),
            "bad.zip: rocket.jpg: by its content neither",
        ),
    ],
    ids=["no archive", "no images", "unknown label", "bad number", "bad image"],
)
def test_what_cannot_be_imported_leaves_nothing(
    client: Client, tmp_path: Path, body: bytes, message: str
) -> None:
    project = empty(client)
    tasks = len(client.tasks.list())
    (tmp_path / "bad.zip").write_bytes(body)
    with pytest.raises(BackgroundRequestException, match=message):
        project.import_dataset("CVAT 1.1", tmp_path / "bad.zip")
    project.fetch()
    assert project.tasks.count == 0
    assert len(client.tasks.list()) == tasks
