"""What an installation costs in which nobody does anything is what the README promises."""

from __future__ import annotations

import re

from bench.costs import team
from tests.support.server import ROOT
from tests.unit.costs.world import World

SWEEP = "sweep with nothing to do"


def idle(world: World) -> None:
    world.call("sweep", {})  # the first one notes when the daily round begins
    with world.action(SWEEP):
        world.call("sweep", {})


def test_a_sweep_with_nothing_to_do_asks_the_bucket_nothing(world: World) -> None:
    idle(world)
    used = world.used[SWEEP]
    assert (used.puts, used.gets, used.events) == (0, 0, 0)


def test_an_idle_month_costs_what_the_readme_says(world: World) -> None:
    [promised] = re.findall(r"at most \$(\d+\.\d\d)", (ROOT / "README.md").read_text())
    idle(world)
    assert team.idle(world.used) <= float(promised)
