"""The synthesised stack, once for all tests of it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.infra.cdk.emulated_aws import ACCOUNT, REGION


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder that `cdk synth` writes, for the Python that runs the tests."""
    os.environ["JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION"] = "1"
    os.environ["JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION"] = "1"
    from infra.cdk.app import build

    folder = tmp_path_factory.mktemp("assembly")
    build(str(folder), {"python": "3.11", "account": ACCOUNT, "region": REGION}).synth()
    return folder


@pytest.fixture(scope="session")
def template(assembly: Path) -> dict[str, Any]:
    """The CloudFormation template."""
    loaded: dict[str, Any] = json.loads((assembly / "Skylabel.template.json").read_text())
    return loaded
