"""Annotations as clients send them, for the benchmarks: every kind of shape, with attributes."""

from __future__ import annotations

import json
import random
from typing import Any

WIDTH, HEIGHT = 1280, 720
PLAIN, CAR = 1, 2
#: Attribute of `CAR`.
PARKED = 7
#: Objects on one frame.
ON_A_FRAME = 10


def rectangles(count: int) -> bytes:
    """A body of plain boxes."""
    draw = random.Random(1)
    return _body([_shape("rectangle", n, _box(draw)) for n in range(count)])


def mixed(count: int) -> bytes:
    """A body of all kinds of shapes, by and large as often as people draw them."""
    draw = random.Random(2)
    return _body([_any_shape(draw, n) for n in range(count)])


def _body(shapes: list[dict[str, Any]]) -> bytes:
    return json.dumps({"version": 0, "tags": [], "shapes": shapes, "tracks": []}).encode()


def _any_shape(draw: random.Random, number: int) -> dict[str, Any]:
    kind = number % 10
    if kind < 4:
        shape = _shape("rectangle", number, _box(draw))
        shape["rotation"] = round(draw.uniform(0, 359), 1) if kind == 3 else 0.0
    elif kind < 7:
        shape = _shape("polygon", number, _outline(draw, draw.randrange(6, 25)))
    elif kind == 7:
        shape = _shape("polyline", number, _outline(draw, draw.randrange(2, 12)))
    elif kind == 8:
        x, y = draw.uniform(50, 1200), draw.uniform(50, 650)
        ellipse = [round(x, 2), round(y, 2), round(x + 20, 2), round(y - 12, 2)]
        shape = _shape("ellipse", number, ellipse)
    else:
        shape = _shape("mask", number, _mask(draw))
    if number % 4 == 0:
        shape["label_id"] = CAR
        value = draw.choice(["true", "false"])
        shape["attributes"] = [{"spec_id": PARKED, "value": value}]
    return shape


def _shape(kind: str, number: int, points: list[float]) -> dict[str, Any]:
    return {
        "type": kind, "frame": number // ON_A_FRAME, "label_id": PLAIN, "group": 0,
        "source": "manual", "occluded": number % 7 == 0, "outside": False, "z_order": 0,
        "rotation": 0.0, "points": points, "attributes": [], "elements": [],
    }  # fmt: skip


def _box(draw: random.Random) -> list[float]:
    x, y = draw.uniform(0, 1200), draw.uniform(0, 650)
    return [round(x, 2), round(y, 2), round(x + 60, 2), round(y + 50, 2)]


def _outline(draw: random.Random, count: int) -> list[float]:
    x, y = draw.uniform(100, WIDTH - 100), draw.uniform(100, HEIGHT - 100)
    return [
        round(start + draw.uniform(-80, 80), 2) for _ in range(count) for start in (x, y)
    ]  # fmt: skip


def _mask(draw: random.Random) -> list[float]:
    left, top = draw.randrange(WIDTH - 60), draw.randrange(HEIGHT - 40)
    width, height = 50, 30
    runs: list[float] = []
    left_over = width * height
    while left_over:
        run = min(left_over, draw.randrange(10, 60))
        runs.append(run)
        left_over -= run
    return [*runs, left, top, left + width - 1, top + height - 1]
