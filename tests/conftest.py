"""Fixtures that tests of every kind share.

The environment is set before anything of the project is imported, because settings are read once
per process, whichever test comes first. Servers of tests see none of it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

os.environ |= {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "SKYLABEL_STAGE": "local",
    "SKYLABEL_TABLE": "skylabel-test",
    "SKYLABEL_BUCKET": "skylabel-test",
}

import pytest

from tests.support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server with `url`, `username` and `password` (one per test process).

    Tests share it: make your own objects, and start a `Server` of your own to kill one.
    """
    with Server(tmp_path_factory.mktemp("skylabel") / "data") as running:
        yield running
