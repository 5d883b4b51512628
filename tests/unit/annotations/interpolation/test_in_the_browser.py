"""The browser's interpolation and the server's, side by side on whatever is drawn.

The browser's runs in one Node process, through the same toolchain that builds the application.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.annotations.interpolation.tracks import at_frame, elements_at, keyframes_of
from chalicelib.annotations.model.document import Geometry, Track
from tests.unit.annotations.interpolation.drawn import LAST, tracks

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT = Path(__file__).parents[4] / "static" / "scripts" / "interpolate.mjs"


class Case(msgspec.Struct):
    """A question to both."""

    track: Track
    without: list[int]
    frames: list[int]


class Browser:
    """The browser's interpolation, a batch of cases a call."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._asked, self._answers = process.stdin, process.stdout

    def places(self, cases: list[Case]) -> list[list[dict[str, Any] | None]]:
        self._asked.write(msgspec.json.encode(cases) + b"\n")
        self._asked.flush()
        line = self._answers.readline()
        assert line, "Node ended; what it says is above"
        places: list[list[dict[str, Any] | None]] = msgspec.json.decode(line)
        return places


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    command = ["node", str(SCRIPT)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=SCRIPT.parents[1]) as process:
        started = Browser(process)
        assert started.places([]) == []
        yield started
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(10) == 0


frames = st.lists(st.integers(0, LAST + 5), min_size=1, max_size=8)
without = st.lists(st.integers(0, LAST), max_size=3)
cases = st.lists(st.builds(Case, tracks(), without, frames), min_size=1, max_size=12)


@pytest.mark.slow
@settings(max_examples=60)
@given(cases)
def test_both_see_a_track_in_the_same_place(browser: Browser, cases: list[Case]) -> None:
    for case, places in zip(cases, browser.places(cases), strict=True):
        keyframes = keyframes_of(case.track, case.without)
        for frame, place in zip(case.frames, places, strict=True):
            found = at_frame(keyframes, frame)
            assert (found is None) is (place is None)
            if found is None or place is None:
                continue
            _expect_same(found, place)
            elements = list(elements_at(case.track, frame, case.without))
            assert [part.label_id for part, _ in elements] == [
                part["labelId"] for part in place["elements"]
            ]
            for (_, here), there in zip(elements, place["elements"], strict=True):
                _expect_same(here, there)


def _expect_same(here: Geometry, there: dict[str, Any]) -> None:
    assert (here.occluded, here.outside, here.z_order) == (
        there["occluded"],
        there["outside"],
        there["zOrder"],
    )
    assert {str(v.spec_id): v.value for v in here.attributes} == there["attributes"]
    assert here.points == pytest.approx(there["points"], rel=0, abs=1e-6)
    turn = abs(here.rotation - there["rotation"])
    assert min(turn, 360 - turn) < 1e-6
