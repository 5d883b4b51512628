"""Each test starts with an empty table and a process that remembers nothing of the last one."""

from __future__ import annotations

import pytest

from chalicelib.projects import store


@pytest.fixture(autouse=True)
def _empty_memory(table: None) -> None:
    store._task_of_job.clear()
