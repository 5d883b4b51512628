"""A metered world, whose clock never makes work report its progress a second time."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

from chalicelib.accounts.authentication import authenticate
from chalicelib.activity import requests
from chalicelib.platform import http, workflows
from functions.export import progress as export_progress
from tests.unit.costs.meter import Meter
from tests.unit.costs.world import World, forget


@pytest.fixture
def world(table: None, bucket: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The whole application on an empty table and bucket."""
    monkeypatch.setattr(http._Hooks, "authenticate", staticmethod(authenticate))
    monkeypatch.setattr(requests, "PROGRESS_EVERY", math.inf)
    monkeypatch.setattr(export_progress, "REPORT_SECONDS", math.inf)
    meter = Meter()
    made = World(meter)
    monkeypatch.setattr(workflows, "start", made.begin)
    monkeypatch.setattr(workflows, "send", made.ask)
    monkeypatch.setattr(workflows, "invoke", made.call)
    meter.connect()
    yield made
    meter.disconnect()
    forget()
