"""Statistics counted the plain way: over every object and frame of a whole document."""

from __future__ import annotations

from collections import Counter
from typing import Any

Json = dict[str, Any]


def counted(document: Json, start: int, stop: int) -> Json:
    """What the statistics of a document must say, but for names and the histogram."""
    tags, shapes, tracks = document["tags"], document["shapes"], document["tracks"]
    per_frame = [0] * (stop - start + 1)
    labels: dict[int, Counter[str]] = {}
    for item in [*tags, *shapes]:
        per_frame[item["frame"] - start] += 1
        labels.setdefault(item["label_id"], Counter())[item.get("type", "tag")] += 1
    for track in tracks:
        measures = labels.setdefault(track["label_id"], Counter())
        measures["track_" + track["shapes"][0]["type"]] += 1
        keyframes = {shape["frame"] for shape in track["shapes"] if not shape["outside"]}
        for frame in range(start, stop + 1):
            if seen(track, frame):
                per_frame[frame - start] += 1
                measures["keyframes" if frame in keyframes else "interpolated"] += 1
    annotated = [frame for frame, count in enumerate(per_frame, start) if count]
    together = sum(labels.values(), Counter())
    objects = [*tags, *shapes, *tracks]
    return {
        "version": document["version"],
        "total": {
            "objects": len(objects),
            "tags": len(tags),
            "shapes": len(shapes),
            "tracks": len(tracks),
            "keyframes": together["keyframes"],
            "interpolated": together["interpolated"],
        },
        "labels": {label: dict(measures) for label, measures in labels.items()},
        "sources": dict(Counter(item["source"] for item in objects)),
        "frames": {
            "start": start,
            "stop": stop,
            "total": len(per_frame),
            "annotated": len(annotated),
            "first": min(annotated, default=None),
            "last": max(annotated, default=None),
            "objects": sum(per_frame),
            "most": max(per_frame, default=0),
        },
    }


def seen(track: Json, frame: int) -> bool:
    """Whether a track is in the picture: the last keyframe so far says so."""
    before = [shape for shape in track["shapes"] if shape["frame"] <= frame]
    return bool(before) and not max(before, key=lambda shape: shape["frame"])["outside"]


def plain(answer: Json) -> Json:
    """An answer of the API in the form of `counted`."""
    labels = {}
    for label in answer["labels"]:
        measures = {
            name: count
            for name, count in label.items()
            if count and name not in {"label_id", "name", "objects"}
        }
        if measures:
            labels[label["label_id"]] = measures
    frames = {name: value for name, value in answer["frames"].items() if name != "histogram"}
    return {**answer, "labels": labels, "frames": frames}
