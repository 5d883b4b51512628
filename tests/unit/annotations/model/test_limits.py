"""The largest objects that are stored, and what is said of larger ones."""

from __future__ import annotations

import random
import resource
import time

import pytest

from chalicelib.annotations.model import limits
from tests.support.api import Api
from tests.unit.annotations.conftest import PERSON, Annotated

#: Of one core of a slow machine; what is refused is refused sooner than what is stored.
SECONDS = 5.0


def _body(kind: str, numbers: str) -> bytes:
    shape = f'{{"type":"{kind}","frame":0,"label_id":{PERSON},"points":[{numbers}]}}'
    return f'{{"shapes":[{shape}]}}'.encode()


def test_a_mask_of_400_kilobytes_is_stored_and_answered(api: Api, task: Annotated) -> None:
    draw = random.Random(4)
    runs = [draw.randint(1, 9) for _ in range(200_000)]
    # As wide as what they fill, in one row.
    numbers = [*runs, 0, 0, sum(runs) - 1, 0]
    body = _body("mask", ",".join(map(str, numbers)))
    assert len(body) >= 400_000
    for url in (task.job_urls[0], task.url):
        stored = api.put(url, body)
        assert stored.status == 200
        assert stored.json["shapes"][0]["points"] == numbers
        assert api.get(url).json["shapes"][0]["points"] == numbers


def test_a_polygon_of_a_million_points_is_refused_soon(api: Api, task: Annotated) -> None:
    body = _body("polygon", ",".join(["12,34"] * 1_000_000))
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    begun = time.process_time()
    for url in (task.job_urls[0], task.url):
        answer = api.put(url, body)
        assert (answer.status, answer.json) == (
            400,
            {"shapes": ["[0].points: A polygon has at most 500000 numbers, not 2000000."]},
        )
    assert time.process_time() - begun < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - megabytes < 250
    assert api.get(task.url).json["version"] == 0


@pytest.mark.parametrize("kind", ["polygon", "polyline", "points"])
def test_the_largest_shapes_are_stored(api: Api, task: Annotated, kind: str) -> None:
    points = [float(number % 977) for number in range(limits.NUMBERS)]
    body = _body(kind, ",".join(map(str, points)))
    begun = time.process_time()
    assert api.put(task.job_urls[0], body).status == 200
    assert time.process_time() - begun < SECONDS
    assert api.get(task.job_urls[0]).json["shapes"][0]["points"] == points
    more = _body(kind, ",".join(map(str, [*points, 1, 2])))
    assert f"at most {limits.NUMBERS} numbers" in api.put(task.job_urls[0], more).json["shapes"][0]


def test_a_request_has_so_many_objects(
    api: Api, task: Annotated, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a million take minutes to make here, so the limit is lowered."""
    monkeypatch.setattr(limits, "OBJECTS", 3)
    tag = {"frame": 0, "label_id": PERSON}
    for url in (task.job_urls[0], task.url):
        assert api.put(url, {"tags": [tag] * 3}).status == 200
        said = ["One request may have 3 objects at most, not 4."]
        for answer in (
            api.put(url, {"tags": [tag] * 4}),
            api.patch(url, {"tags": [tag] * 4}, action="create"),
            api.patch(url, {"tags": [{**tag, "id": 1}] * 4}, action="delete"),
        ):
            assert (answer.status, answer.json) == (400, said)
        assert len(api.get(url).json["tags"]) == 3
