"""Datasets through the unmodified SDK and CLI, read by the tools that people train with."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cvat_sdk import Client
from cvat_sdk.api_client.exceptions import ApiException
from cvat_sdk.core.helpers import make_request_headers
from cvat_sdk.core.proxies.tasks import Task
from PIL import Image
from pycocotools import mask
from pycocotools.coco import COCO

from tests.client import datasets
from tests.client.people import administrator, newcomer

if TYPE_CHECKING:
    from tests.support.server import Server


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with administrator(server) as signed_in:
        signed_in.config.status_check_period = 0.1
        yield signed_in


@pytest.fixture(scope="module")
def photos(client: Client) -> Task:
    task = datasets.photo_task(client)
    datasets.annotate_photos(task)
    return task


@pytest.fixture(scope="module")
def video(client: Client) -> Task:
    task = datasets.video_task(client)
    datasets.annotate_video(task)
    return task


def unpacked(archive: Path) -> Path:
    folder = archive.with_suffix("")
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        opened.extractall(folder)
    return folder


def test_coco_tools_see_the_same_boxes(photos: Task, tmp_path: Path) -> None:
    photos.export_dataset("COCO 1.0", tmp_path / "coco.zip", include_images=True)
    folder = unpacked(tmp_path / "coco.zip")
    coco = COCO(folder / "annotations" / "instances_default.json")
    images = coco.loadImgs(coco.getImgIds())
    boxes = {
        image["file_name"]: [one["bbox"] for one in coco.loadAnns(coco.getAnnIds(image["id"]))]
        for image in images
    }
    assert boxes == {name: [box] for name, box in datasets.BOXES.items()}
    for image in images:
        written = folder / "images" / "default" / image["file_name"]
        assert written.read_bytes() == (datasets.PHOTOS / image["file_name"]).read_bytes()
        with Image.open(written) as opened:
            assert (image["width"], image["height"]) == opened.size
    (rocket,) = coco.loadAnns(coco.getAnnIds(catIds=coco.getCatIds(["vehicle"])))
    assert mask.area(coco.annToRLE(rocket)) == pytest.approx(rocket["area"], rel=0.02)
    (face, _) = coco.loadAnns(coco.getAnnIds(catIds=coco.getCatIds(["face"])))
    assert face["attributes"] == {"smiling": True, "occluded": False, "rotation": 0.0}


READ = """
import sys
from datumaro import Dataset
from datumaro.components.annotation import AnnotationType
dataset = Dataset.import_from(sys.argv[1], sys.argv[2])
labels = dataset.categories()[AnnotationType.label]
for item in dataset:
    for one in item.annotations:
        if one.type in (AnnotationType.bbox, AnnotationType.polygon):
            box = [round(float(value), 2) for value in one.get_bbox()]
            print(item.id, labels[one.label].name, *box, sep="|")
"""


def read_by_datumaro(folder: Path, name: str) -> list[str]:
    """Boxes as datumaro reads them, in a process of its own: it warns when it is imported."""
    answer = subprocess.run(
        [sys.executable, "-c", READ, str(folder), name], check=True, capture_output=True, text=True
    )
    # A polygon of COCO comes with its box as an object of its own.
    return sorted(set(answer.stdout.split("\n")[:-1]))


EXPECTED = [
    "astronaut|face|170.5|60.25|120.25|160.25",
    "chelsea|face|110.0|40.0|220.0|190.0",
    "rocket|vehicle|300.0|60.0|35.0|280.0",
]


@pytest.mark.parametrize(
    ("name", "reader"), [("COCO 1.0", "coco"), ("CVAT for images 1.1", "cvat")]
)
def test_datumaro_sees_the_same_boxes(photos: Task, tmp_path: Path, name: str, reader: str) -> None:
    photos.export_dataset(name, tmp_path / "dataset.zip", include_images=True)
    assert read_by_datumaro(unpacked(tmp_path / "dataset.zip"), reader) == EXPECTED


def test_datumaro_sees_the_tracks_of_a_video(video: Task, tmp_path: Path) -> None:
    video.export_dataset("CVAT for video 1.1", tmp_path / "video.zip", include_images=True)
    folder = unpacked(tmp_path / "video.zip")
    found = read_by_datumaro(folder, "cvat")
    assert "frame_000002|vehicle|20.0|10.0|40.0|40.0" in found
    assert len([line for line in found if line.endswith("|100.0|100.0|50.0|50.0")]) == 10
    assert sorted(path.name for path in (folder / "images").iterdir()) == [
        f"frame_{number:06d}.PNG" for number in range(10)
    ]


def test_annotations_come_without_images_under_the_servers_name(
    photos: Task, tmp_path: Path
) -> None:
    file = photos.export_dataset("CVAT for images 1.1", tmp_path, include_images=False)
    assert file is not None
    assert file.name.startswith(f"task_{photos.id}_annotations_")
    assert file.name.endswith("_cvat for images 1.1.zip")
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["annotations.xml", "report.json"]


def test_the_cli_exports(server: Server, photos: Task, tmp_path: Path) -> None:
    host, _, port = server.url.rpartition(":")
    subprocess.run(
        [
            sys.executable, "-m", "cvat_cli", "--server-host", host, "--server-port", port,
            "--auth", f"{server.username}:{server.password}",
            "task", "export-dataset", "--format", "COCO 1.0", "--with-images", "yes",
            str(photos.id), str(tmp_path / "cli.zip"),
        ],
        check=True,
    )  # fmt: skip
    folder = unpacked(tmp_path / "cli.zip")
    coco = COCO(folder / "annotations" / "instances_default.json")
    assert len(coco.getAnnIds()) == 3


def test_a_job_and_a_project_are_exported(client: Client, tmp_path: Path) -> None:
    project = client.projects.create({"name": "both", "labels": datasets.LABELS})
    for subset in ("train", "val"):
        task = client.tasks.create_from_data(
            {"name": subset, "project_id": project.id, "subset": subset},
            [datasets.PHOTOS / name for name in datasets.NAMES],
        )
        datasets.annotate_photos(task)
    project.export_dataset("COCO 1.0", tmp_path / "project.zip", include_images=True)
    folder = unpacked(tmp_path / "project.zip")
    for subset in ("train", "val"):
        coco = COCO(folder / "annotations" / f"instances_{subset}.json")
        assert len(coco.getAnnIds()) == 3
        assert (folder / "images" / subset / "rocket.jpg").exists()
    (job,) = task.get_jobs()
    job.export_dataset("CVAT for images 1.1", tmp_path / "job.zip", include_images=False)
    assert "<job>" in (unpacked(tmp_path / "job.zip") / "annotations.xml").read_text()


def test_an_export_of_an_unchanged_task_is_made_once(client: Client, photos: Task) -> None:
    def export() -> str | None:
        _, response = client.api_client.tasks_api.create_dataset_export(
            "COCO 1.0", photos.id, save_images=False
        )
        request_id = response.json()["rq_id"]
        request, _ = client.wait_for_completion(request_id, status_check_period=0.1)
        return str(request.finished_date)

    first = export()
    assert export() == first
    datasets.annotate_photos(photos)
    assert export() != first


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"format": "YOLO 9.9"}, 400),
        ({"format": "COCO 1.0", "filename": "../x.zip"}, 400),
        ({"format": "COCO 1.0", "filename": "noextension"}, 400),
        ({"format": "COCO 1.0", "location": "cloud_storage"}, 400),
    ],
)
def test_what_cannot_be_exported_is_refused(
    client: Client, photos: Task, options: dict[str, str], status: int
) -> None:
    with pytest.raises(ApiException) as refused:
        client.api_client.tasks_api.create_dataset_export(id=photos.id, **options)
    assert refused.value.status == status


def test_others_cannot_export_or_download(server: Server, client: Client, photos: Task) -> None:
    _, response = client.api_client.tasks_api.create_dataset_export(
        "COCO 1.0", photos.id, save_images=False
    )
    request_id = response.json()["rq_id"]
    client.wait_for_completion(request_id, status_check_period=0.1)
    with newcomer(server) as other:
        with pytest.raises(ApiException) as refused:
            other.api_client.tasks_api.create_dataset_export("COCO 1.0", photos.id)
        assert refused.value.status == 403
        path = f"/api/tasks/{photos.id}/dataset/download"
        url = other.api_client.configuration.host + path
        answer = other.api_client.rest_client.pool_manager.request(
            "GET",
            url,
            fields={"rq_id": request_id},
            headers=make_request_headers(other.api_client),
            redirect=False,
        )
        assert answer.status == 403


def test_a_picture_that_is_turned_by_exif_is_exported_upright(
    client: Client, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # stored lying on its left side
    with Image.open(datasets.PHOTOS / "rocket.jpg") as rocket:
        rocket.save(tmp_path / "turned.jpg", exif=exif)
        width, height = rocket.size
    task = client.tasks.create_from_data(
        {"name": "turned", "labels": datasets.LABELS}, [tmp_path / "turned.jpg"]
    )
    task.export_dataset("COCO 1.0", tmp_path / "turned.zip", include_images=True)
    folder = unpacked(tmp_path / "turned.zip")
    (image,) = COCO(folder / "annotations" / "instances_default.json").loadImgs([1])
    assert (image["width"], image["height"]) == (height, width)
    with Image.open(folder / "images" / "default" / "turned.jpg") as written:
        assert written.size == (height, width)
        assert written.getexif().get(0x0112, 1) == 1


def test_deleted_frames_are_left_out(client: Client, tmp_path: Path) -> None:
    task = datasets.photo_task(client)
    datasets.annotate_photos(task)
    task.remove_frames_by_ids([1])
    task.export_dataset("CVAT for images 1.1", tmp_path / "kept.zip", include_images=True)
    folder = unpacked(tmp_path / "kept.zip")
    assert sorted(path.name for path in (folder / "images").iterdir()) == [
        "astronaut.png",
        "rocket.jpg",
    ]
    written = (folder / "annotations.xml").read_text()
    assert "chelsea" not in written
    assert '<image id="2" name="rocket.jpg"' in written
