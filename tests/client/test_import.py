"""Annotations imported through the unmodified SDK and CLI."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cvat_sdk import Client
from cvat_sdk.api_client.exceptions import ApiException
from cvat_sdk.core.exceptions import BackgroundRequestException
from cvat_sdk.core.helpers import make_request_headers
from cvat_sdk.core.proxies.tasks import Task

from tests.client import datasets
from tests.client.people import administrator

if TYPE_CHECKING:
    from tests.support.server import Server

XML = """<annotations>
<image id="0" name="{name}"><box label="{label}" occluded="0" xtl="1" ytl="2" xbr="30" ybr="40"/>
</image></annotations>"""


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with administrator(server) as signed_in:
        signed_in.config.status_check_period = 0.1
        yield signed_in


@pytest.fixture(scope="module")
def photos(client: Client) -> Task:
    return datasets.photo_task(client)


@pytest.fixture
def annotated(photos: Task) -> Task:
    datasets.annotate_photos(photos)
    return photos


def content(item: Any) -> Any:
    """Annotations without ids, revisions and where they come from."""
    kept = item.get_annotations().to_dict() if isinstance(item, Task) else item
    if isinstance(kept, list):
        return [content(one) for one in kept]
    if isinstance(kept, dict):
        left_out = {"id", "version", "source", "score"}
        return {name: content(one) for name, one in kept.items() if name not in left_out}
    return kept


@pytest.mark.parametrize("name", ["CVAT for images 1.1", "COCO 1.0"])
def test_what_was_exported_comes_back(annotated: Task, tmp_path: Path, name: str) -> None:
    before = content(annotated)
    annotated.export_dataset(name, tmp_path / "dataset.zip", include_images=True)
    annotated.remove_annotations()
    reader = {"CVAT for images 1.1": "CVAT 1.1"}.get(name, name)
    annotated.import_annotations(reader, tmp_path / "dataset.zip")
    after = content(annotated)
    assert after["shapes"] == before["shapes"]
    # COCO has no tags.
    assert after["tags"] == (before["tags"] if name.startswith("CVAT") else [])


def test_tracks_come_back(client: Client, tmp_path: Path) -> None:
    task = datasets.video_task(client)
    datasets.annotate_video(task)
    before = content(task)
    task.export_dataset("CVAT for video 1.1", tmp_path / "video.zip", include_images=False)
    task.import_annotations("CVAT 1.1", tmp_path / "video.zip")
    after = content(task)
    assert _by_frame(after["tracks"]) == _by_frame(before["tracks"])
    assert (after["tags"], after["shapes"]) == (before["tags"], before["shapes"])


def _by_frame(tracks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(tracks, key=lambda track: int(track["frame"]))


def test_the_cli_imports(server: Server, annotated: Task, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(XML.format(name="rocket.jpg", label="vehicle"))
    host, _, port = server.url.rpartition(":")
    subprocess.run(
        [
            sys.executable, "-m", "cvat_cli", "--server-host", host, "--server-port", port,
            "--auth", f"{server.username}:{server.password}",
            "task", "import-dataset", "--format", "CVAT 1.1", str(annotated.id),
            str(tmp_path / "a.xml"),
        ],
        check=True,
    )  # fmt: skip
    (shape,) = content(annotated)["shapes"]
    assert (shape["frame"], shape["points"]) == (2, [1, 2, 30, 40])


def test_import_into_a_job_can_add_to_what_is_there(annotated: Task, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(XML.format(name="images/rocket", label="vehicle"))
    (job,) = annotated.get_jobs()
    before = len(annotated.get_annotations().shapes)
    upload(annotated, job.id, tmp_path / "a.xml", import_mode="append")
    assert len(annotated.get_annotations().shapes) == before + 1
    upload(annotated, job.id, tmp_path / "a.xml", import_mode="replace")
    assert len(annotated.get_annotations().shapes) == 1


def test_the_request_says_what_was_left_out(annotated: Task, tmp_path: Path) -> None:
    here, nowhere = (
        XML.format(name=name, label="vehicle") for name in ("rocket.jpg", "nowhere.jpg")
    )
    more = nowhere.removeprefix("<annotations>").replace('id="0"', 'id="1"')
    both = here.replace("</annotations>", more)
    (tmp_path / "a.xml").write_text(both)
    (job,) = annotated.get_jobs()
    request = upload(annotated, job.id, tmp_path / "a.xml")
    assert request["message"] == (
        "Imported 1 object on 1 frame; 1 left out: image is not in the task (nowhere.jpg)."
    )


def test_a_file_for_other_images_changes_nothing(annotated: Task, tmp_path: Path) -> None:
    before = content(annotated)
    (tmp_path / "a.xml").write_text(XML.format(name="nowhere.jpg", label="vehicle"))
    with pytest.raises(BackgroundRequestException, match=r"nothing of it fits.*\(nowhere\.jpg\)"):
        annotated.import_annotations("CVAT 1.1", tmp_path / "a.xml")
    assert content(annotated) == before


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        (
            "CVAT 1.1",
            XML.format(name="rocket.jpg", label="cow").encode(),
            'bad.x: none of its labels .*"cow"',
        ),
        ("CVAT 1.1", b"", "bad.x: is empty"),
        ("CVAT 1.1", b"PK\x03\x04 cut off", "bad.x: is not a complete ZIP archive"),
        ("COCO 1.0", b"\x89PNG\r\n\x1a\n", "bad.x: is not JSON"),
        ("COCO 1.0", json.dumps({"images": []}).encode(), "bad.x: is not a COCO dataset"),
    ],
)
def test_a_bad_file_changes_nothing(
    annotated: Task, tmp_path: Path, name: str, body: bytes, message: str
) -> None:
    before = annotated.get_annotations().to_dict()
    (tmp_path / "bad.x").write_bytes(body)
    with pytest.raises(BackgroundRequestException, match=message):
        annotated.import_annotations(name, tmp_path / "bad.x")
    assert annotated.get_annotations().to_dict() == before


def test_an_unknown_format_is_refused_before_anything_is_sent(
    annotated: Task, tmp_path: Path
) -> None:
    (tmp_path / "a.xml").write_text("<annotations/>")
    with pytest.raises(ApiException) as refused:
        annotated.import_annotations("YOLO 9.9", tmp_path / "a.xml")
    assert refused.value.status == 400


def upload(task: Task, job_id: int, file: Path, **options: str) -> dict[str, Any]:
    """Import a file into a job as a browser does. Returns the request when it is over."""
    client = task._client
    api = client.api_client
    base = f"{api.configuration.host}/api/jobs/{job_id}/annotations/"
    headers = make_request_headers(api)
    send = api.rest_client.pool_manager.request
    created = send(
        "POST",
        base,
        headers={**headers, "Upload-Length": str(file.stat().st_size), "Tus-Resumable": "1.0.0"},
    )
    assert created.status == 201
    piece = {
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": "0",
        "Tus-Resumable": "1.0.0",
    }
    sent = send(
        "PATCH", created.headers["Location"], body=file.read_bytes(), headers={**headers, **piece}
    )
    assert sent.status == 204
    query = {"format": "CVAT 1.1", "filename": created.headers["Upload-Filename"], **options}
    finished = api.rest_client.pool_manager.request_encode_url(
        "POST", base, fields=query, headers={**headers, "Upload-Finish": ""}
    )
    assert finished.status == 202, finished.data
    request, _ = client.wait_for_completion(finished.json()["rq_id"], status_check_period=0.1)
    result: dict[str, Any] = request.to_dict()
    return result
