"""A task of three overlapping jobs through the unmodified SDK: cut, merged, changed, put back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cvat_sdk.api_client import Configuration
from cvat_sdk.api_client.model_utils import validate_and_convert_types
from cvat_sdk.models import LabeledDataRequest, PatchedLabelRequest, SublabelRequest

from tests.client.datasets import LABELS, VIDEO
from tests.client.people import newcomer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cvat_sdk import Client
    from cvat_sdk.core.proxies.jobs import Job
    from cvat_sdk.core.proxies.tasks import Task

    from tests.support.server import Server

Json = dict[str, Any]

BODY = PatchedLabelRequest(
    name="body",
    type="skeleton",
    svg='<circle r="1" cx="30" cy="20" data-type="element node" data-element-id="1" '
    'data-node-id="1" data-label-name="head"></circle>'
    '<circle r="1" cx="30" cy="60" data-type="element node" data-element-id="2" '
    'data-node-id="2" data-label-name="hand"></circle>',
    sublabels=[
        SublabelRequest(name="head", type="points", attributes=[]),
        SublabelRequest(name="hand", type="points", attributes=[]),
    ],
)
BOX = [10.0, 20.0, 110.0, 90.0]
CORNERS = [10.0, 20, 110, 20, 130, 90, 10, 80]
#: Points of an object of each kind, and of the same one later in its track.
PLACES: dict[str, tuple[list[float], list[float]]] = {
    "rectangle": (BOX, [60.0, 70, 160, 140]),
    "polygon": (CORNERS, [60.0, 70, 160, 70, 190, 140, 100, 150, 60, 130]),
    "polyline": (CORNERS[:6], [60.0, 70, 160, 70, 190, 140, 200, 160]),
    "points": (CORNERS, [number + 9 for number in CORNERS]),
    "ellipse": ([60.0, 60, 100, 20], [90.0, 80, 150, 30]),
    "cuboid": ([*CORNERS, *CORNERS], [number + 20 for number in [*CORNERS, *CORNERS]]),
    "mask": ([1.0, 2, 1, 10, 20, 11, 21], [0.0, 4, 30, 40, 31, 41]),
}


@pytest.fixture(scope="module")
def marie(server: Server) -> Iterator[Client]:
    with newcomer(server) as client:
        client.config.status_check_period = 0.1
        yield client


@pytest.fixture
def task(marie: Client) -> Task:
    """Frames 0 to 9 of a video in jobs of frames 0 to 4, 3 to 7 and 6 to 9."""
    return marie.tasks.create_from_data(
        {"name": "bikes", "labels": [*LABELS, BODY], "segment_size": 5, "overlap": 2},
        [VIDEO],
        data_params={"stop_frame": 9, "image_quality": 70},
    )


def _jobs(task: Task) -> list[Job]:
    jobs = sorted(task.get_jobs(), key=lambda job: job.start_frame)
    assert [(job.start_frame, job.stop_frame) for job in jobs] == [(0, 4), (3, 7), (6, 9)]
    return jobs


def _request(document: Json) -> LabeledDataRequest:
    """JSON as the SDK sends it."""
    request: LabeledDataRequest = validate_and_convert_types(
        document, (LabeledDataRequest,), ["document"], True, True, Configuration()
    )
    return request


def _read(entity: Task | Job) -> Json:
    found: Json = entity.get_annotations().to_dict()
    return {kind: found[kind] for kind in ("tags", "shapes", "tracks")}


def _counts(document: Json) -> list[int]:
    return [len(objects) for objects in document.values()]


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_ids(item) for key, item in value.items() if key != "id"}
    return [_without_ids(item) for item in value] if isinstance(value, list) else value


def _everything(task: Task) -> Json:
    """A tag, and a shape of each kind, on each frame of two jobs and on one that is not shared;
    a track of each kind through all jobs, and one of each that ends in the second."""
    labels = {label.name: label for label in task.get_labels()}
    car, body = labels["vehicle"].id, labels["body"]
    head, hand = (part.id for part in body.sublabels)
    frames = (1, 3, 4, 6, 7, 9)
    shapes = [
        {"type": kind, "frame": frame, "label_id": car, "points": points}
        for frame in frames
        for kind, (points, _) in PLACES.items()
    ]
    shapes += [
        {"type": "skeleton", "frame": frame, "label_id": body.id, "elements": [
            {"type": "points", "frame": frame, "label_id": head, "points": [30.0, 20.0]},
            {"type": "points", "frame": frame, "label_id": hand, "points": [30.0, 60.0]}]}
        for frame in frames
    ]  # fmt: skip
    tracks = [
        {"frame": 0, "label_id": car, "group": ends, "shapes": [
            {"type": kind, "frame": 0, "points": there},
            {"type": kind, "frame": ends, "points": later, "outside": ends < 9}]}
        for kind, (there, later) in PLACES.items()
        for ends in (6, 9)
    ]  # fmt: skip
    tracks.append(
        {"frame": 0, "label_id": body.id,
         "shapes": [{"type": "skeleton", "frame": 0}],
         "elements": [_point_track(head, 0, 9), _point_track(hand, 0, 8)]}
    )  # fmt: skip
    return {
        "tags": [{"frame": frame, "label_id": car} for frame in frames],
        "shapes": shapes,
        "tracks": tracks,
    }


def _point_track(label: int, start: int, stop: int) -> Json:
    return {"frame": start, "label_id": label, "shapes": [
        {"type": "points", "frame": start, "points": [30.0, 20.0]},
        {"type": "points", "frame": stop, "points": [75.0, 65.0]}]}  # fmt: skip


def test_what_is_put_is_read_and_put_back_without_growing(task: Task) -> None:
    jobs = _jobs(task)
    document = _everything(task)
    task.set_annotations(_request(document))
    read = _read(task)
    assert _counts(read) == _counts(document)
    assert sorted(shape["type"] for shape in read["shapes"]) == sorted(
        shape["type"] for shape in document["shapes"]
    )
    for track, sent in zip(_by_kind(read), _by_kind(document), strict=True):
        assert [(s["frame"], s.get("points", [])) for s in track["shapes"]] == [
            (s["frame"], s.get("points", [])) for s in sent["shapes"]
        ]
    # Frames 3, 4, 6 and 7 are in two jobs each; a track that ends on frame 6 is in two.
    parts = [_read(job) for job in jobs]
    assert [_counts(part) for part in parts] == [[3, 24, 15], [4, 32, 15], [3, 24, 8]]
    task.set_annotations(_request(_without_ids(read)))
    assert [_without_ids(_read(job)) for job in jobs] == _without_ids(parts)
    assert _without_ids(_read(task)) == _without_ids(read)


def _by_kind(document: Json) -> list[Json]:
    return sorted(document["tracks"], key=lambda t: (t["shapes"][0]["type"], t.get("group", 0)))


def test_changes_in_one_job_are_merged_and_stay(task: Task) -> None:
    _, second, _ = _jobs(task)
    task.set_annotations(_request(_everything(task)))
    before = _read(task)
    part = _read(second)
    changed = [shape for shape in part["shapes"] if shape["frame"] == 6]
    for shape in changed:
        for place in (shape, *shape["elements"]):
            fixed = len(place["points"]) - 4 if place["type"] == "mask" else 0
            place["points"][fixed:] = [number + 400 for number in place["points"][fixed:]]
    second.set_annotations(_request(_without_ids(part)))
    # What was moved away is another object than the one that stays in the third job.
    after = _read(task)
    assert len(after["shapes"]) == len(before["shapes"]) + len(changed) == 48 + 8
    assert _counts(after)[2] == _counts(before)[2]
    for _ in range(2):
        task.set_annotations(_request(_without_ids(_read(task))))
        assert _without_ids(_read(task)) == _without_ids(after)


def test_a_box_that_is_moved_a_little_stays_one_object(task: Task) -> None:
    jobs = _jobs(task)
    label = task.get_labels()[1].id
    box = {"type": "rectangle", "frame": 3, "label_id": label, "points": BOX}
    task.set_annotations(_request({"shapes": [box]}))
    moved = {**box, "points": [number + 5 for number in BOX]}
    jobs[1].set_annotations(_request({"shapes": [moved]}))
    # 95 by 65 shared, of twice 100 by 70: 6175 / 7825, above three quarters.
    assert [shape["points"] for shape in _read(task)["shapes"]] == [BOX]
    far = {**box, "points": [number + 20 for number in BOX]}
    jobs[1].set_annotations(_request({"shapes": [far]}))
    assert len(_read(task)["shapes"]) == 2
