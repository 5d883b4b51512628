"""The vectors that the browser's interpolation is held to as well."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from chalicelib.annotations.interpolation.tracks import (
    at_frame,
    elements_at,
    frames_of_track,
    keyframes_of,
)
from chalicelib.annotations.model.document import Geometry, Track
from tests.vectors.make import FILE, text, vectors

CASES: list[dict[str, Any]] = msgspec.json.decode(FILE.read_bytes())


def _plain(shape: Geometry) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(shape)
    found["attributes"] = {str(v.spec_id): v.value for v in shape.attributes}
    return {name: found[name] for name in found if name not in {"type", "frame"}}


def _expect(found: Geometry | None, expected: dict[str, Any] | None) -> None:
    if found is None or expected is None:
        assert found is None
        assert expected is None
        return
    known = {name: value for name, value in expected.items() if name != "elements"}
    turn = (found.rotation - known.pop("rotation") + 180) % 360 - 180
    assert turn == pytest.approx(0, abs=1e-6)
    points = known.pop("points")
    assert found.points == pytest.approx(points, abs=1e-6)
    assert {name: _plain(found)[name] for name in known} == known


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_track_is_where_it_is_known_to_be(case: dict[str, Any]) -> None:
    track = msgspec.convert(case["track"], Track)
    without = set(case["without"])
    keyframes = keyframes_of(track, without)
    run = {shape.frame: shape for shape in frames_of_track(track, 20, without)}
    for frame, expected in case["frames"]:
        _expect(at_frame(keyframes, frame), expected)
        if frame <= 20 and expected is not None and not expected["outside"]:
            _expect(run[frame], expected)
        if expected is not None and "elements" in expected:
            elements = [(part.label_id, at) for part, at in elements_at(track, frame, without)]
            assert [label for label, _ in elements] == [label for label, _ in expected["elements"]]
            for (_, at), (_, wanted) in zip(elements, expected["elements"], strict=True):
                _expect(at, wanted)


def test_the_file_is_what_is_made() -> None:
    assert FILE.read_text() == text(vectors())
