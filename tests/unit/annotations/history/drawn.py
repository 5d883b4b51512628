"""Saves that people may make, drawn at random, and making them through the API."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st

from chalicelib.annotations.revisions import folding, reading
from chalicelib.annotations.revisions.cache import views
from tests.support.api import Api
from tests.unit.annotations.conftest import CAR, PERSON, Annotated

Json = dict[str, Any]

#: What is done, a number that chooses the job and the revision, and what chooses the rest.
SAVES = st.lists(
    st.tuples(
        st.sampled_from(["create", "create", "update", "delete", "put", "restore", "fold"]),
        st.integers(0, 2**16),
        st.randoms(use_true_random=False),
    ),
    min_size=1,
    max_size=7,
)


class Editor:
    """Makes drawn saves in the jobs of a task.

    Attributes:
        spans: first and last frame of each job.
    """

    def __init__(self, api: Api, task: Annotated, spans: list[tuple[int, int]]) -> None:
        self._api = api
        self._urls = task.job_urls
        self._jobs = task.jobs
        self.spans = spans

    def save(self, what: str, number: int, random: Random) -> None:
        """One save; there may be nothing that it could change."""
        index = number % len(self._urls)
        url, (start, stop) = self._urls[index], self.spans[index]
        if what == "fold":
            folding.try_fold(self._jobs[index], reading.look_at(self._jobs[index]))
            views.clear()
            return
        there = self._api.get(url).json
        if what == "create":
            answer = self._api.patch(url, objects(random, start, stop), action="create")
        elif what == "put":
            answer = self._api.put(url, objects(random, start, stop))
        elif what == "update":
            answer = self._api.patch(url, _changed(there, random), action="update")
        elif what == "delete":
            answer = self._api.patch(url, _some(there, random), action="delete")
        else:
            answer = self._api.post(f"{url}/history/{number % (there['version'] + 1)}/restore")
        assert answer.status == 200, answer


def objects(random: Random, start: int, stop: int) -> Json:
    """Tags, rectangles and tracks on frames of a job."""
    return {
        "tags": [_placed(random, start, stop) for _ in range(random.randint(0, 2))],
        "shapes": [
            _placed(random, start, stop) | _rectangle(random) for _ in range(random.randint(0, 3))
        ],
        "tracks": [_track(random, start, stop) for _ in range(random.randint(0, 2))],
    }


def _placed(random: Random, start: int, stop: int) -> Json:
    return {
        "label_id": random.choice([CAR, PERSON]),
        "source": random.choice(["manual", "auto"]),
        "frame": random.randint(start, stop),
    }


def _rectangle(random: Random) -> Json:
    """In one of few places, so that objects of neighbouring jobs may be the same."""
    x = random.choice([0.0, 2.0, 80.0])
    points = [x, 0.0, x + 50.0, 50.0]
    return {"type": "rectangle", "points": points, "occluded": random.random() < 0.3}


def _track(random: Random, start: int, stop: int) -> Json:
    frames = sorted({random.randint(start, stop) for _ in range(random.randint(1, 3))})
    shapes = [
        _rectangle(random) | {"frame": frame, "outside": index > 0 and random.random() < 0.5}
        for index, frame in enumerate(frames)
    ]
    return _placed(random, start, stop) | {"frame": frames[0], "shapes": shapes}


def _some(document: Json, random: Random) -> Json:
    """About half of the objects."""
    return {
        kind: [item for item in document[kind] if random.random() < 0.5]
        for kind in ("tags", "shapes", "tracks")
    }


def _changed(document: Json, random: Random) -> Json:
    """About half of the objects, each with something changed; keyframes come and go."""
    some = _some(document, random)
    for item in [*some["tags"], *some["shapes"]]:
        item["source"] = random.choice(["manual", "auto"])
    for shape in some["shapes"]:
        shape |= _rectangle(random)
    for track in some["tracks"]:
        kept = [shape for shape in track["shapes"] if random.random() < 0.7]
        track["shapes"] = kept or track["shapes"]
    return some
