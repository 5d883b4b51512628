"""`make demo`: a running server is filled, and what it is filled with can be exported."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.demo_annotations import FILM_FRAMES, LABELS, PHOTOGRAPHS
from tests.client.people import administrator

if TYPE_CHECKING:
    from tests.support.server import Server


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "infra.local.demo", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_server_is_filled(server: Server, tmp_path: Path) -> None:
    told = run("--url", server.url, "--username", server.username, "--password", server.password)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith(f"The demo is at {server.url}/projects/")
    with administrator(server) as client:
        client.config.status_check_period = 0.1
        project = client.projects.retrieve(int(told.stdout.rpartition("/")[2]))
        project.export_dataset("COCO 1.0", tmp_path / "demo.zip", include_images=False)
    with zipfile.ZipFile(tmp_path / "demo.zip") as archive:
        photographs = json.loads(archive.read("annotations/instances_train.json"))
        film = json.loads(archive.read("annotations/instances_val.json"))
    assert {image["file_name"] for image in photographs["images"]} == set(PHOTOGRAPHS)
    assert len(photographs["annotations"]) == sum(map(len, PHOTOGRAPHS.values()))
    assert {category["name"] for category in film["categories"]} == set(LABELS)
    assert len(film["images"]) == FILM_FRAMES
    sizes = {image["id"]: (image["width"], image["height"]) for image in photographs["images"]}
    for annotation in photographs["annotations"]:
        x, y, width, height = annotation["bbox"]
        right, bottom = sizes[annotation["image_id"]]
        assert x >= 0
        assert y >= 0
        assert x + width <= right
        assert y + height <= bottom


def test_what_is_missing_is_said(server: Server) -> None:
    wrong = run("--url", server.url, "--username", server.username, "--password", "wrong")
    assert wrong.returncode == 1
    assert "cannot sign in" in wrong.stderr
    nowhere = run("--url", "http://localhost:9", "--password", "any")
    assert nowhere.returncode == 1
    assert "There is no server at http://localhost:9" in nowhere.stderr
