"""What is told of a step that broke: enough to act on, nothing of the installation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.activity.failures import cause_of


def missing_file(folder: Path) -> OSError:
    try:
        (folder / "of somebody" / "a.jpg").read_bytes()
    except OSError as error:
        return error
    raise AssertionError


def denied() -> ClientError:
    said = (
        "User: arn:aws:sts::123456789012:assumed-role/SkylabelIngest/skylabel-ingest is not"
        " authorized to perform: s3:GetObject on resource: arn:aws:s3:::their-bucket/tasks/7/raw/a"
    )
    return ClientError({"Error": {"Code": "AccessDenied", "Message": said}}, "GetObject")


def failed(error: Exception | str) -> str:
    """As Step Functions tells of an exception."""
    told = {"errorType": type(error).__name__, "errorMessage": str(error), "stackTrace": ["x.py"]}
    return cause_of({"Error": "Runtime.HandlerError", "Cause": json.dumps(told)})


@pytest.mark.parametrize(
    ("error", "told", "untold"),
    [
        (denied(), "not authorized to perform: s3:GetObject", "123456789012 their-bucket tasks/7"),
        (EndpointConnectionError(endpoint_url="http://10.0.0.7:4566/skylabel-media"),
         "Could not connect", "10.0.0.7 4566 skylabel-media"),
        (KeyError("tasks/7/raw/holiday.jpg"), "…", "tasks holiday"),
        (ConnectionError("127.0.0.1:8431 refused"), "refused", "127 8431"),
        (FileNotFoundError(2, "No such file", "/home/ann/.skylabel/objects/a b.jpg"),
         "No such file", "home ann objects"),
        (OSError(28, "No space left on device"), "No space left on device", "x.py"),
        ("Task timed out after 900.00 seconds", "Task timed out after 900.00 seconds", "x.py"),
    ],
)  # fmt: skip
def test_causes_name_no_places(error: Exception | str, told: str, untold: str) -> None:
    cause = failed(error)
    assert told in cause
    for word in untold.split():
        assert word not in cause


def test_a_path_with_blanks_is_left_out_whole(tmp_path: Path) -> None:
    cause = failed(missing_file(tmp_path))
    assert "No such file" in cause
    assert "somebody" not in cause
    assert tmp_path.name not in cause


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (None, "unknown error"),
        ({}, "unknown error"),
        ({"Error": "States.Timeout"}, "States.Timeout"),
        ({"Error": "States.DataLimitExceeded", "Cause": "more than 256 KB"}, "more than 256 KB"),
    ],
)
def test_there_is_always_something_to_tell(error: object, told: str) -> None:
    assert cause_of(error) == told
