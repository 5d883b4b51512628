"""The command that looks after annotations, beside a running server whose data was harmed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.datasets import NAMES, PHOTOS
from tests.support.server import ROOT, Server, clean_environment
from tests.support.wire import Person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TABLE, BUCKET = "skylabel", "skylabel-media"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose data these tests harm."""
    with Server(tmp_path_factory.mktemp("upkeep") / "data") as running:
        yield running


def _upkeep(*arguments: str, data_dir: Path, **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "chalicelib.annotations.upkeep", *arguments,
         "--data-dir", str(data_dir)],
        cwd=ROOT, env={**clean_environment(), **environment}, capture_output=True, text=True,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


def _annotated(server: Server) -> tuple[Person, int]:
    """A job with three saves, and whose it is."""
    owner = Person(server)
    task = owner.made("POST", "/api/tasks", {"name": "t", "labels": [{"name": "cat"}]})["id"]
    owner.upload(task, {name: (PHOTOS / name).read_bytes() for name in NAMES})
    job: int = owner.made("GET", "/api/jobs", task_id=task)["results"][0]["id"]
    label = owner.made("GET", "/api/labels", task_id=task)["results"][0]["id"]
    for frame in range(3):
        shape = {"type": "rectangle", "frame": frame, "label_id": label, "points": [1, 2, 30, 40]}
        owner.made("PATCH", f"/api/jobs/{job}/annotations", {"shapes": [shape]}, action="create")
    return owner, job


def _revision(job: int, number: int) -> dict[str, Any]:
    return {"pk": {"S": f"ANN#{job}"}, "sk": {"S": f"REV#{number:012d}"}}


def test_what_is_missing_is_said_and_repaired_while_the_server_runs(own: Server) -> None:
    owner, job = _annotated(own)
    _, sound = _annotated(own)
    assert _upkeep("check", data_dir=own.data_dir) == (0, "2 jobs checked, 0 with problems\n")
    own.aws("dynamodb").delete_item(TableName=TABLE, Key=_revision(job, 2))
    status, told = _upkeep("check", data_dir=own.data_dir)
    assert (status, told) == (
        1, f"job {job}: REV#000000000002 is missing\n2 jobs checked, 1 with problems\n",
    )  # fmt: skip
    assert _upkeep("check", "--job", str(sound), data_dir=own.data_dir)[0] == 0

    status, told = _upkeep("repair", data_dir=own.data_dir)
    assert status == 1
    assert f"job {job}: repaired as revision 4" in told
    assert f"job {job}: lost: what revision 2 changed" in told
    assert f"job {sound}:" not in told
    assert _upkeep("check", data_dir=own.data_dir)[0] == 0
    document = owner.made("GET", f"/api/jobs/{job}/annotations")
    assert [shape["frame"] for shape in document["shapes"]] == [0, 2]
    assert document["version"] == 4


def test_a_lost_file_of_pages_is_said_and_the_rest_is_read_until_it_is_repaired(
    own: Server,
) -> None:
    """The file holds the document of a large replacement; what was saved after it stays."""
    owner, job = _annotated(own)
    path = f"/api/jobs/{job}/annotations"
    [shape, *_] = owner.made("GET", path)["shapes"]
    draw = random.Random(5)
    drawn = [
        {**shape, "id": None, "points": [draw.random() * 40 for _ in range(4)]}
        for _ in range(15_000)
    ]
    owner.made("PUT", path, {"shapes": drawn})
    added = owner.made("PATCH", path, {"shapes": [{**shape, "id": None}]}, action="create")
    listed = own.aws("s3").list_objects_v2(Bucket=BUCKET, Prefix=f"annotations/{job}/")
    keys = [found["Key"] for found in listed["Contents"]]
    for key in keys:
        own.aws("s3").delete_object(Bucket=BUCKET, Key=key)
    own.restart()

    left = owner.made("GET", path)
    assert [one["id"] for one in left["shapes"]] == [added["shapes"][0]["id"]]
    assert left["damaged"]
    status, told = _upkeep("check", "--job", str(job), data_dir=own.data_dir)
    assert status == 1
    assert "shapes on frames 0 to 0 cannot be read" in told
    status, told = _upkeep("repair", "--job", str(job), data_dir=own.data_dir)
    assert (status, f"job {job}: lost: " in told) == (1, True)
    assert _upkeep("check", "--job", str(job), data_dir=own.data_dir)[0] == 0
    repaired = owner.made("GET", path)
    assert (repaired["shapes"], "damaged" in repaired) == (left["shapes"], False)
    owner.made("PATCH", path, {"shapes": [{**shape, "id": None}]}, action="create")


def test_what_nothing_reaches_goes_and_the_rest_stays(own: Server) -> None:
    owner, job = _annotated(own)
    before = owner.made("GET", f"/api/jobs/{job}/annotations")
    own.aws("dynamodb").put_item(
        TableName=TABLE,
        Item={**_revision(job, 3), "sk": {"S": "REV#000000000001+BASE"}, "version": {"N": "1"},
              "doc": {"S": '{"revision":1,"at":"2026-01-01T00:00:00.000Z","size":1}'}},
    )  # fmt: skip
    own.aws("s3").put_object(Bucket=BUCKET, Key=f"annotations/{job}/young", Body=b"x")
    status, told = _upkeep("sweep", data_dir=own.data_dir)
    assert (status, told) == (0, "1 records and objects removed that nothing reached\n")
    assert owner.made("GET", f"/api/jobs/{job}/annotations") == before
    assert _upkeep("check", "--job", str(job), data_dir=own.data_dir)[0] == 0


def test_without_a_server_the_command_says_so(tmp_path: Path) -> None:
    status, told = _upkeep("check", data_dir=tmp_path)
    assert status == 2
    assert told.startswith(f"No server runs on {tmp_path}: start it")
    (tmp_path / "aws-endpoint").write_text("http://127.0.0.1:9")
    (tmp_path / "signing-secret").write_text("x")
    status, told = _upkeep("check", data_dir=tmp_path)
    assert (status, "is not running any more" in told) == (2, True)


def test_on_aws_the_bucket_must_be_named() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "chalicelib.annotations.upkeep", "check", "--table", "skylabel"],
        cwd=ROOT, env={k: v for k, v in os.environ.items() if k != "SKYLABEL_BUCKET"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert "--bucket" in done.stderr
