"""`python -m tests.vectors.make`: writes the vectors of interpolation.

What is expected follows from how a case is made, not from an implementation: figures that keep
their proportions, vertices put on a side at a known place, rotations by a known turn, and cases
worked out by hand. The rules are CVAT's.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

from tests.vectors import paths, positions
from tests.vectors.tracks import Json

FILE = Path(__file__).with_name("interpolation.json")


def vectors() -> list[Json]:
    """Every case, the same ones each time."""
    draw = random.Random(7)
    found = [*positions.cases(draw), *paths.cases(draw)]
    rounded: list[Json] = json.loads(text(found))
    return rounded


def text(cases: list[Json]) -> str:
    """As the file has it: one case a line."""
    return "[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n"


if __name__ == "__main__":
    FILE.write_text(text(vectors()))
