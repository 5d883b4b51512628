"""Pictures of one pixel, and such as are very long and thin, are frames like others."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from ..conftest import World
from ..pictures import picture
from .conftest import chunk, frame

SIZES = ((1, 1), (1, 3), (60_000, 2), (2, 60_000), (65_500, 1))


def striped(width: int, height: int) -> bytes:
    """A PNG whose left and upper half is dark, the other light."""
    pixels = np.full((height, width, 3), 30, np.uint8)
    pixels[height // 2 :, width // 2 :] = 220
    sink = io.BytesIO()
    Image.fromarray(pixels).save(sink, "PNG")
    return sink.getvalue()


@pytest.mark.parametrize("size", SIZES)
def test_every_product(world: World, size: tuple[int, int]) -> None:
    body = striped(*size)
    task_id = world.made({"a.png": body})
    (listed,) = world.api.get(f"/api/tasks/{task_id}/data/meta").json["frames"]
    assert (listed["width"], listed["height"]) == size
    assert frame(world, task_id, 0) == body
    assert list(chunk(world, task_id, quality="original").values()) == [body]
    for shown in (frame(world, task_id, 0, "compressed"), *chunk(world, task_id).values()):
        assert picture(shown).shape[1::-1] == size
    preview = picture(world.stored(world.api.get(f"/api/tasks/{task_id}/preview")))
    assert max(preview.shape[:2]) <= 256


@pytest.mark.parametrize("size", [(65_501, 1), (1, 70_000)])
def test_longer_than_a_jpeg_can_be(world: World, size: tuple[int, int]) -> None:
    task_id = world.task()
    world.upload(task_id, {"a.png": striped(*size)})
    request = world.finish(task_id)
    assert request.status == "failed"
    assert "a.png: it has" in request.message
    assert "sides of at most 65,500 are accepted" in request.message
