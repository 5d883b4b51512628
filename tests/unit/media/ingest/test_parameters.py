"""What a client says of a task's data is kept whole until indexing, however much it is."""

from __future__ import annotations

import random

import pytest

from chalicelib.media.ingest import notes, parameters
from chalicelib.media.ingest.parameters import DataRequest
from chalicelib.platform import keys, table

from ..conftest import World


def names(count: int, seed: int) -> list[str]:
    """Names that hardly compress."""
    chance = random.Random(seed)
    return [f"{chance.getrandbits(128):032x}.jpg" for _ in range(count)]


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("count", [0, 3, 40_000])
def test_long_lists_are_kept(count: int) -> None:
    wanted = DataRequest(server_files=names(count, 1), image_quality=55)
    parameters.keep(1, wanted)
    assert parameters.kept(1) == wanted


@pytest.mark.usefixtures("table")
def test_the_last_ones_count_and_none_is_left_over() -> None:
    for count, seed in ((40_000, 1), (30_000, 2)):
        parameters.keep(1, DataRequest(upload_file_order=names(count, seed)))
    assert parameters.kept(1).upload_file_order == names(30_000, 2)
    notes.forget(1)
    assert not list(table.children(keys.media(1)))
    with pytest.raises(KeyError):
        parameters.kept(1)


def test_a_long_order_of_files_is_taken(world: World) -> None:
    task_id = world.task()
    body = {"image_quality": 70, "client_files": [], "upload_file_order": names(20_000, 3)}
    answer = world.api.call("POST", f"/api/tasks/{task_id}/data", body)
    assert answer.status == 202
