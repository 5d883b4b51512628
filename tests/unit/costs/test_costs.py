"""docs/costs.md says what every action takes; an action that takes more fails here."""

from __future__ import annotations

import difflib
import os
import re
from typing import Any

import pytest

from bench.costs import prices
from bench.costs.document import page
from tests.support.server import ROOT
from tests.unit.costs.story import tell
from tests.unit.costs.world import World

PAGE = ROOT / "docs/costs.md"
ADVICE = """docs/costs.md (-) and what was counted (+) differ:

{difference}

If an action may cost what it costs now, write the page again and commit it:
    python -m bench.costs --write
"""


def test_the_page_says_what_was_counted(world: World) -> None:
    tell(world)
    counted = page(world.used)
    if os.environ.get("SKYLABEL_WRITE_COSTS"):
        PAGE.write_text(counted)
    written = PAGE.read_text()
    difference = "\n".join(
        difflib.unified_diff(written.splitlines(), counted.splitlines(), lineterm="", n=0)
    )
    if difference:
        pytest.fail(ADVICE.format(difference=difference), pytrace=False)


def test_memory_is_what_is_deployed() -> None:
    [api] = _found("infra/cdk/api.py", r'"lambda_memory_size": (\d+)')
    workers = _found("infra/cdk/workers.py", r'"(\w+)": Worker\(\s*"[\w.]+",\s*(\d+)')
    assert {"api": int(api)} | {name: int(memory) for name, memory in workers} == prices.MEMORY_MB


def _found(path: str, pattern: str) -> list[Any]:
    """What stands in a source file; loading it would start the CDK."""
    return re.findall(pattern, (ROOT / path).read_text())
