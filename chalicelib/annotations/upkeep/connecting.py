"""Which installation the command works on: on AWS, or of a server that runs on this machine.

Settings are read once per process, so this comes before anything of the platform is imported.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

#: What the launcher calls things on one machine (infra/local).
_LOCAL = {
    "SKYLABEL_STAGE": "local",
    "SKYLABEL_TABLE": "skylabel",
    "SKYLABEL_BUCKET": "skylabel-media",
    "SKYLABEL_FUNCTION_PREFIX": "skylabel-",
    "AWS_ACCESS_KEY_ID": "000000000000",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


class NotConnected(Exception):
    """The installation cannot be reached. The text is for the person at the terminal."""


def use_local(data_dir: Path) -> None:
    """Work on what a running server keeps in its data directory. Raises NotConnected."""
    try:
        endpoint = (data_dir / "aws-endpoint").read_text()
        secret = (data_dir / "signing-secret").read_text()
    except OSError:
        raise NotConnected(
            f"No server runs on {data_dir}: start it (`make run`), or say with --data-dir where the"
            " data of the running one is."
        ) from None
    _check_listening(endpoint, data_dir)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]  # somebody's real credentials must not reach the emulator
    os.environ |= {**_LOCAL, "AWS_ENDPOINT_URL": endpoint, "AWS_SECRET_ACCESS_KEY": secret}


def use_aws(table: str, bucket: str | None) -> None:
    """Work on a table on AWS, with the credentials and the region of the environment.

    Args:
        bucket: of the media; None if `SKYLABEL_BUCKET` names it.

    Raises:
        NotConnected: no bucket is named.
    """
    os.environ["SKYLABEL_TABLE"] = table
    if bucket:
        os.environ["SKYLABEL_BUCKET"] = bucket
    if not os.environ.get("SKYLABEL_BUCKET"):
        raise NotConnected(
            "Name the media bucket with --bucket: the stack prints it as MediaBucket."
        )


def _check_listening(endpoint: str, data_dir: Path) -> None:
    address = urlsplit(endpoint)
    try:
        socket.create_connection((address.hostname, address.port or 80), timeout=5).close()
    except OSError:
        raise NotConnected(
            f"The server that used {data_dir} is not running any more: start it (`make run`)."
        ) from None
