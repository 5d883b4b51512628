"""The synthesised template, deployed onto an emulator of AWS, does the whole path.

Upload → state machine → task → annotation → export, through the deployed API; and a file dropped
into the inbox becomes a task. Nothing here runs in the test's own process but the client.
"""

from __future__ import annotations

import http.client
import io
import json
import os
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import skimage

from infra.cdk.site import publish
from tests.infra.cdk.emulated_aws import client, deploy, emulator

#: One process synthesises; the others need not.
pytestmark = pytest.mark.xdist_group("stack")

PHOTOGRAPHS = ("coffee.png", "astronaut.png")
PASSWORD = "a password of nine words"


def photograph(name: str) -> bytes:
    return (Path(skimage.__file__).parent / "data" / name).read_bytes()


class Deployed:
    """A client of the deployed API, signed in with a key."""

    def __init__(self, endpoint: str, outputs: dict[str, str]) -> None:
        self.endpoint = endpoint
        self.outputs = outputs
        api_id = outputs["ApiUrl"].removeprefix("https://").partition(".")[0]
        self._root = f"{endpoint}/restapis/{api_id}/v1/_user_request_"
        self._headers: dict[str, str] = {}

    def call(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, Any, http.client.HTTPMessage]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self._root + path, data, self._headers | headers, method=method
        )
        if data is not None:
            request.add_header("Content-Type", "application/json")
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            answer = opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        text = answer.read()
        return answer.status, json.loads(text) if text else None, answer.headers

    def ok(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        status, answer, _ = self.call(method, path, body, **headers)
        assert 200 <= status < 300, (method, path, status, answer)
        return answer

    def sign_in(self) -> None:
        names = {"username": "someone", "password1": PASSWORD, "password2": PASSWORD,
                 "email": "someone@example.org"}  # fmt: skip
        self.ok("POST", "/api/auth/register", names)
        key = self.ok("POST", "/api/auth/login", {"username": "someone", "password": PASSWORD})
        self._headers = {"Authorization": f"Token {key['key']}"}

    def finished(self, request_id: str) -> Any:
        return eventually(
            lambda: self._settled(self.ok("GET", f"/api/requests/{quote(request_id, safe='')}"))
        )

    @staticmethod
    def _settled(state: Any) -> Any:
        assert state["status"] != "failed", state
        return state if state["status"] == "finished" else None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def eventually(look: Callable[[], Any], seconds: float = 90) -> Any:
    until = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < until, "took too long"
        time.sleep(0.3)


@pytest.fixture(scope="module")
def deployed(assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with emulator(tmp_path_factory.mktemp("emulator")) as endpoint:
        server = Deployed(endpoint, deploy(assembly, endpoint))
        _create_administrator(server)
        server.sign_in()
        yield server


def test_the_deployed_api_answers(deployed: Deployed) -> None:
    assert deployed.ok("GET", "/api/server/about")["name"] == "Skylabel"
    status, answer, _ = deployed.call("GET", "/api/tasks/999")
    assert (status, answer) == (404, {"detail": "Not found."})


def test_upload_annotate_export(deployed: Deployed) -> None:
    task = deployed.ok("POST", "/api/tasks", {"name": "walk", "labels": [{"name": "cup"}]})
    for name in PHOTOGRAPHS:
        _upload(deployed, task["id"], name)
    started = deployed.ok(
        "POST", f"/api/tasks/{task['id']}/data", {"image_quality": 70}, **{"Upload-Finish": "true"}
    )
    deployed.finished(started["rq_id"])
    task = deployed.ok("GET", f"/api/tasks/{task['id']}")
    assert task["size"] == 2

    (job,) = deployed.ok("GET", f"/api/jobs?task_id={task['id']}")["results"]
    (label,) = deployed.ok("GET", f"/api/labels?task_id={task['id']}")["results"]
    box = {"type": "rectangle", "frame": 1, "label_id": label["id"], "points": [10, 20, 110, 70]}
    deployed.ok("PUT", f"/api/jobs/{job['id']}/annotations", {"shapes": [box]})
    (stored,) = deployed.ok("GET", f"/api/tasks/{task['id']}/annotations")["shapes"]
    assert stored["points"] == box["points"]

    _, _, headers = deployed.call(
        "GET", f"/api/tasks/{task['id']}/data?type=frame&number=0&quality=compressed"
    )
    with urllib.request.urlopen(headers["Location"]) as picture:
        assert picture.read(3) == b"\xff\xd8\xff"

    query = urlencode({"format": "COCO 1.0", "save_images": "true"})
    started = deployed.ok("POST", f"/api/tasks/{task['id']}/dataset/export?{query}")
    finished = deployed.finished(started["rq_id"])
    path = "/api/" + finished["result_url"].partition("/api/")[2]
    status, _, headers = deployed.call("GET", path)
    assert status == 302
    with urllib.request.urlopen(headers["Location"]) as download:
        archive = zipfile.ZipFile(io.BytesIO(download.read()))
    coco = json.loads(archive.read("annotations/instances_default.json"))
    (annotation,) = coco["annotations"]
    assert annotation["bbox"] == [10.0, 20.0, 100.0, 50.0]
    assert sorted(Path(name).name for name in archive.namelist() if name.startswith("images/")) == (
        sorted(PHOTOGRAPHS)
    )


def test_a_dropped_file_becomes_a_task(deployed: Deployed) -> None:
    client("s3", deployed.endpoint).put_object(
        Bucket=deployed.outputs["MediaBucket"], Key="inbox/dropped.png",
        Body=photograph("coffee.png"),
    )  # fmt: skip
    table = client("dynamodb", deployed.endpoint)

    def tasks() -> list[Any]:
        items = table.scan(TableName=deployed.outputs["TableName"])["Items"]
        return [
            json.loads(item["doc"]["S"])
            for item in items
            if item["pk"]["S"].startswith("TASK#") and item["sk"]["S"] == "META"
        ]

    task = eventually(lambda: [t for t in tasks() if "dropped" in t["name"]])[0]
    eventually(lambda: [t for t in tasks() if t["id"] == task["id"] and t.get("data")])


def test_the_site_is_published_with_its_page_last(deployed: Deployed, tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "app-1234.js").write_text("run()")
    (tmp_path / "index.html").write_text("<!doctype html>")
    (tmp_path / "favicon.svg").write_text("<svg/>")
    s3, bucket = client("s3", deployed.endpoint), deployed.outputs["SiteBucket"]
    assert publish(s3, bucket, tmp_path) == ["assets/app-1234.js", "favicon.svg", "index.html"]
    page = s3.head_object(Bucket=bucket, Key="index.html")
    script = s3.head_object(Bucket=bucket, Key="assets/app-1234.js")
    assert (page["ContentType"], page["CacheControl"]) == ("text/html", "no-cache")
    assert "immutable" in script["CacheControl"]


def test_a_site_that_is_not_built_is_not_published(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="make setup"):
        publish(None, "bucket", tmp_path)


def _create_administrator(deployed: Deployed) -> None:
    environment = os.environ | {
        "AWS_ENDPOINT_URL": deployed.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    command = [sys.executable, "-m", "infra.cdk.admin", "boss", "--password-stdin"]
    command += ["--table", deployed.outputs["TableName"]]
    said = subprocess.run(
        command, input=PASSWORD, env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout == "Created boss.\n"


def _upload(deployed: Deployed, task_id: int, name: str) -> None:
    """As the browser does: presigned parts, straight to the bucket."""
    body = photograph(name)
    path = f"/api/tasks/{task_id}/data/uploads"
    upload = deployed.ok("POST", path, {"name": name, "size": len(body)})
    (part,) = upload["parts"]
    put = urllib.request.Request(part["url"], body, method="PUT")
    with urllib.request.urlopen(put) as answer:
        etag = answer.headers["ETag"]
    deployed.ok(
        "POST", f"{path}/{upload['upload_id']}/complete", {"parts": [{"number": 1, "etag": etag}]}
    )
