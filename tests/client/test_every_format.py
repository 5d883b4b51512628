"""Every format that there is, through `cvat-cli`: written with images, read back.

Formats that are added are tried by themselves; what they must keep in detail, their own tests say.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from cvat_cli.__main__ import main
from cvat_sdk import Client
from cvat_sdk.core.helpers import make_request_headers
from cvat_sdk.core.proxies.tasks import Task

from chalicelib.activity import request_ids
from chalicelib.formats import registry
from tests.client import datasets
from tests.client.people import administrator
from tests.client.test_point_clouds import SCANS, pcd

if TYPE_CHECKING:
    from tests.support.server import Server

#: Exporters whose files are read by an importer of another name, and those that nothing reads.
READ_BY = {"CVAT for images 1.1": "CVAT 1.1", "CVAT for video 1.1": "CVAT 1.1"}
#: Written for programs that only read.
ONLY_WRITTEN = {"Ultralytics YOLO Detection Track 1.0"}

_NUMBER = {
    "mutable": False,
    "input_type": "number",
    "default_value": "0",
    "values": ["0", "9", "1"],
}
_TEXT = {"mutable": False, "input_type": "text", "default_value": "", "values": []}
POINTS = ("nose", "left", "right")
SKELETON = {
    "name": "person",
    "type": "skeleton",
    "sublabels": [{"name": name, "type": "points", "attributes": []} for name in POINTS],
    "svg": "".join(
        f'<circle r="1.5" cx="{20 + 30 * at}" cy="{20 + 30 * at}" data-type="element node" '
        f'data-element-id="{at + 1}" data-node-id="{at + 1}" data-label-name="{name}"></circle>'
        for at, name in enumerate(POINTS)
    ),
    "attributes": [],
}
LABELS: list[dict[str, Any]] = [
    {"name": "face", "attributes": [{"name": "age", **_NUMBER}]},
    {"name": "vehicle", "attributes": []},
    {"name": "icdar", "attributes": [{"name": "text", **_TEXT}]},
    {
        "name": "market-1501",
        "attributes": [
            {"name": "query", **_TEXT, "input_type": "checkbox", "default_value": "false"},
            {"name": "person_id", **_NUMBER, "default_value": "7"},
            {"name": "camera_id", **_NUMBER},
        ],
    },
    SKELETON,
]


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[Client]:
    with administrator(server) as signed_in:
        signed_in.config.status_check_period = 0.1
        yield signed_in


@pytest.fixture(scope="module")
def pictures(client: Client) -> Task:
    """Photographs with shapes of all kinds, tags, a skeleton and tracks."""
    task = client.tasks.create_from_data(
        {"name": "pictures", "labels": LABELS},
        [datasets.PHOTOS / name for name in datasets.NAMES],
    )
    labels = {label.name: label for label in task.get_labels()}

    def shape(kind: str, frame: int, label: str, points: list[float], **more: Any) -> Any:
        return {
            "type": kind, "frame": frame, "label_id": labels[label].id, "points": points, **more
        }  # fmt: skip

    def value(label: str, name: str, text: str) -> dict[str, Any]:
        (spec,) = (one for one in labels[label].attributes if one.name == name)
        return {"spec_id": spec.id, "value": text}

    joints = [
        {
            "type": "points", "frame": 0, "label_id": part.id,
            "points": [100.0 + 20 * at, 120.0 + 30 * at], "outside": False, "occluded": False,
        }
        for at, part in enumerate(labels["person"].sublabels)
    ]  # fmt: skip
    task.set_annotations(
        {
            "tags": [
                {"frame": 0, "label_id": labels["vehicle"].id},
                {
                    "frame": 1, "label_id": labels["market-1501"].id,
                    "attributes": [value("market-1501", "person_id", "3")],
                },
                {
                    "frame": 2, "label_id": labels["icdar"].id,
                    "attributes": [value("icdar", "text", "word")],
                },
            ],
            "shapes": [
                shape("rectangle", 0, "face", [170.5, 60.25, 290.75, 220.5]),
                shape("rectangle", 1, "vehicle", [10, 20, 110, 90], rotation=30.0),
                shape("rectangle", 2, "icdar", [5, 6, 60, 40],
                      attributes=[value("icdar", "text", "hello")]),
                shape("polygon", 1, "vehicle", [105, 60, 130, 60, 135, 240, 100, 240]),
                shape("polygon", 2, "face", [205, 60, 230, 60, 235, 240, 200, 240]),
                shape("mask", 0, "vehicle", [0, 10_000, 50, 50, 149, 149]),
                shape("polyline", 2, "face", [1, 1, 50, 60, 90, 20]),
                shape("points", 0, "face", [200, 100, 240, 100, 220, 130, 205, 160, 235, 160]),
                shape("skeleton", 0, "person", [], elements=joints),
            ],
            "tracks": [
                {
                    "frame": 0, "label_id": labels["vehicle"].id,
                    "shapes": [
                        {"type": kind, "frame": frame, "points": points}
                        for frame in range(2)
                    ],
                }
                for kind, points in (
                    ("rectangle", [300.0, 200, 340, 260]),
                    ("polygon", [350.0, 200, 390, 200, 390, 260]),
                )
            ],
        }
    )  # fmt: skip
    return task


@pytest.fixture(scope="module")
def clouds(client: Client, tmp_path_factory: pytest.TempPathFactory) -> Task:
    """Point clouds with a cuboid on each."""
    folder = tmp_path_factory.mktemp("clouds")
    with zipfile.ZipFile(folder / "clouds.zip", "w") as archive:
        for number, points in enumerate(SCANS):
            archive.writestr(f"{number}.pcd", pcd(points))
    task = client.tasks.create_from_data(
        {"name": "clouds", "labels": [{"name": "car", "attributes": []}]},
        [folder / "clouds.zip"],
    )
    (label,) = task.get_labels()
    cuboid = [1.0, 2.0, 0.5, 0.0, 0.0, 0.25, 4.0, 2.0, 1.5, *[0.0] * 7]
    task.set_annotations(
        {
            "shapes": [
                {"type": "cuboid", "frame": frame, "label_id": label.id, "points": cuboid}
                for frame in range(2)
            ]
        }
    )
    return task


def cli(server: Server, *arguments: str) -> None:
    """Run a command of `cvat-cli` in this process: starting one takes seconds."""
    host, _, port = server.url.rpartition(":")
    auth = f"{server.username}:{server.password}"
    answer = main(["--server-host", host, "--server-port", port, "--auth", auth, *arguments])
    assert answer == 0


def report(client: Client, request_id: str) -> dict[str, Any]:
    api = client.api_client
    answer = api.rest_client.pool_manager.request(
        "GET",
        f"{api.configuration.host}/api/requests/{quote(request_id, safe='')}/report",
        headers=make_request_headers(api),
    )
    assert answer.status == 200, answer.data
    found: dict[str, Any] = answer.json()
    return found


def test_every_format_is_read_too() -> None:
    readers = {importer.name for importer in registry.importers()}
    written = {exporter.name for exporter in registry.exporters()}
    assert {READ_BY.get(name, name) for name in written - ONLY_WRITTEN} <= readers
    assert readers <= {READ_BY.get(name, name) for name in written}


@pytest.mark.parametrize("name", [exporter.name for exporter in registry.exporters()])
def test_what_is_written_is_read(
    server: Server, client: Client, tmp_path: Path, request: pytest.FixtureRequest, name: str
) -> None:
    spatial = registry.exporter(name).dimension == "3d"
    task: Task = request.getfixturevalue("clouds" if spatial else "pictures")
    before = task.get_annotations().to_dict()
    file = tmp_path / "dataset.zip"
    cli(
        server, "task", "export-dataset", "--format", name, "--with-images", "yes",
        "--completion_verification_period", "0.1", str(task.id), str(file),
    )  # fmt: skip
    exported = request_ids.export("task", task.id, me(client), "dataset", name)
    written = report(client, exported)
    assert written["objects"] > 0
    assert written["format"] == name
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
        assert archive.testzip() is None
    if name in ONLY_WRITTEN:
        return
    reader = READ_BY.get(name, name)
    try:
        # As `cvat-cli task import-dataset` does, but asking more often whether it is over.
        task.import_annotations(reader, file)
        imported = report(client, request_ids.import_("task", task.id, "annotations"))
        after = task.get_annotations()
    finally:
        task.set_annotations(_without_ids(before))
    assert imported["verb"] == "Imported"
    assert imported["objects"] > 0, imported
    kept = len(after.tags) + len(after.shapes) + len(after.tracks)
    assert kept == imported["objects"], imported
    # Labels that do not match would be of names that the format has changed.
    assert imported["labels"] == {}, imported


def me(client: Client) -> int:
    user, _ = client.api_client.users_api.retrieve_self()
    return int(user.id)


def _without_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_ids(one) for one in value]
    if isinstance(value, dict):
        return {
            name: _without_ids(one) for name, one in value.items() if name not in ("id", "version")
        }
    return value
