"""The definitions of the state machines keep the promise on which requests rely."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chalicelib.activity.store import SILENCE_SECONDS

DEFINITIONS = Path(__file__).resolve().parents[3] / "infra" / "cdk" / "state_machines"


@pytest.mark.parametrize("name", ["ingest", "export", "import", "backup", "restore"])
def test_no_execution_outlives_the_time_after_which_it_is_given_up(name: str) -> None:
    definition = json.loads((DEFINITIONS / f"{name}.asl.json").read_text())
    assert definition["TimeoutSeconds"] < SILENCE_SECONDS
