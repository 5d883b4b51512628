"""MiniStack in a process of its own, and a CDK assembly deployed onto it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

ACCOUNT = "000000000000"
REGION = "us-east-1"
ASSETS = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"


@contextlib.contextmanager
def emulator(data: Path) -> Iterator[str]:
    """The endpoint of a fresh MiniStack on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("SKYLABEL_", "AWS_"))}
    env = inherited | {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(data / "s3"),
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(data),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    with (data / "ministack.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"], env=env, stdout=log, stderr=log
        )
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def client(service: str, endpoint: str) -> Any:
    make: Any = boto3.client  # its stubs know each service by name only
    return make(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(s3={"addressing_style": "path"}, signature_version=None),
    )


def deploy(assembly: Path, endpoint: str) -> dict[str, str]:
    """Publish the assets, create the stack, and return its outputs.

    `cdk bootstrap` does not run on MiniStack: its parameter and its bucket are made here.
    """
    s3 = client("s3", endpoint)
    s3.create_bucket(Bucket=ASSETS)
    client("ssm", endpoint).put_parameter(
        Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String"
    )
    _publish(assembly, s3)
    template = (assembly / "Skylabel.template.json").read_text()
    s3.put_object(Bucket=ASSETS, Key="template.json", Body=template)
    cloudformation = client("cloudformation", endpoint)
    cloudformation.create_stack(
        StackName="Skylabel",
        TemplateURL=f"{endpoint}/{ASSETS}/template.json",
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    stack = _finished(cloudformation)
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _publish(assembly: Path, s3: Any) -> None:
    assets = json.loads((assembly / "Skylabel.assets.json").read_text())["files"]
    for asset in assets.values():
        source = assembly / asset["source"]["path"]
        for target in asset["destinations"].values():
            body = _zipped(source) if source.is_dir() else source.read_bytes()
            s3.put_object(Bucket=ASSETS, Key=target["objectKey"], Body=body)


def _zipped(folder: Path) -> bytes:
    archive = folder.with_suffix(".published.zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as target:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                target.write(path, path.relative_to(folder))
    return archive.read_bytes()


def _finished(cloudformation: Any, seconds: float = 180) -> Any:
    until = time.monotonic() + seconds
    while True:
        (stack,) = cloudformation.describe_stacks(StackName="Skylabel")["Stacks"]
        status = stack["StackStatus"]
        if status == "CREATE_COMPLETE":
            return stack
        if status != "CREATE_IN_PROGRESS" or time.monotonic() > until:
            events = cloudformation.describe_stack_events(StackName="Skylabel")["StackEvents"]
            reasons = [
                f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
                for event in events
                if "FAILED" in event["ResourceStatus"]
            ]
            raise AssertionError(f"{status}: {reasons}")
        time.sleep(0.5)


def _wait_for(port: int, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if time.monotonic() > until:
            raise AssertionError("MiniStack did not start")
        time.sleep(0.1)
