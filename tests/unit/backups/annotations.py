"""One annotation of every kind."""

from __future__ import annotations

from typing import Any

from tests.unit.backups.conftest import World


def annotate(world: World, task_id: int, last: int = 3) -> None:
    """Put one object of every kind on the frames 0 to `last`."""
    labels = {
        label["name"]: label
        for label in world.json("/api/labels", task_id=task_id, page_size="all")["results"]
    }
    car, mark, body = (labels[name]["id"] for name in ("car", "mark", "body"))
    specs = {spec["name"]: spec["id"] for spec in labels["car"]["attributes"]}
    parts = [part["id"] for part in labels["body"]["sublabels"]]
    parked = {"spec_id": specs["parked"], "value": "true"}
    make = {"spec_id": specs["make"], "value": "b & <c>"}

    def shape(kind: str, points: list[float], frame: int = 0, **more: Any) -> dict[str, Any]:
        return {"type": kind, "frame": frame, "label_id": car, "points": points, **more}

    document = {
        "tags": [{"frame": 1, "label_id": mark, "group": 3}],
        "shapes": [
            shape("rectangle", [1.5, 2, 30.25, 40], rotation=45.5, attributes=[parked, make]),
            shape("polygon", [1, 1, 20, 1, 20, 20], 1, occluded=True, z_order=-2, source="auto"),
            shape("polyline", [1, 1, 20, 1], 1, group=3, score=0.5),
            shape("points", [5, 5], last),
            shape("ellipse", [20, 20, 30, 10], last),
            shape("cuboid", [float(n) for n in range(1, 17)], 2),
            shape("mask", [0, 4, 1, 1, 2, 2], 2),
            {
                "type": "skeleton", "frame": 2, "label_id": body, "points": [],
                "elements": [
                    {"type": "points", "frame": 2, "label_id": parts[0], "points": [1, 2]},
                    {"type": "points", "frame": 2, "label_id": parts[1], "points": [3, 4],
                     "outside": True},
                ],
            },
        ],
        "tracks": [
            {  # first by its id, though not by its frame
                "frame": 1, "label_id": car,
                "shapes": [{"type": "rectangle", "frame": 1, "points": [3, 3, 9, 9]}],
            },
            {
                "frame": 0, "label_id": car, "group": 7, "attributes": [make],
                "shapes": [
                    {"type": "rectangle", "frame": 0, "points": [1, 1, 9, 9],
                     "attributes": [parked]},
                    {"type": "rectangle", "frame": last, "points": [2, 2, 9, 9], "outside": True},
                ],
            },
            {
                "frame": 0, "label_id": body,
                "shapes": [{"type": "skeleton", "frame": 0, "points": []}],
                "elements": [
                    {"frame": 0, "label_id": part,
                     "shapes": [{"type": "points", "frame": 0, "points": [n, n]}]}
                    for n, part in enumerate(parts)
                ],
            },
        ],
    }  # fmt: skip
    answer = world.api.put(f"/api/tasks/{task_id}/annotations", document)
    assert answer.status == 200, answer
