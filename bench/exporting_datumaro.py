"""`python -m bench.exporting_datumaro FORMAT FRAMES FOLDER`: datumaro writes the same dataset.

Prints what it took as JSON; importing it is not counted.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from bench.exporting_store import HEIGHT, LABELS, ON_A_FRAME, WIDTH, boxes, name_of

#: datumaro's names of formats.
NAMES = {
    "COCO 1.0": "coco_instances",
    "CVAT for images 1.1": "cvat",
    "PASCAL VOC 1.1": "voc",
    "YOLO 1.1": "yolo",
    "MOT 1.1": "mot_seq_gt",
}


def _items(frames: int, *, tracked: bool) -> Iterator[Any]:
    from datumaro.components.annotation import Bbox
    from datumaro.components.dataset_base import DatasetItem
    from datumaro.components.media import Image

    for frame, found in groupby(boxes(range(frames)), key=lambda box: box[0]):
        annotations = [
            Bbox(
                left,
                top,
                right - left,
                bottom - top,
                label=label,
                id=number,
                attributes={"occluded": False, **_track(frame, number, tracked)},
            )
            for number, (_, label, (left, top, right, bottom)) in enumerate(found)
        ]
        yield DatasetItem(
            name_of(frame).removesuffix(".jpg"),
            subset="default",
            media=Image.from_file(path=name_of(frame), size=(HEIGHT, WIDTH)),
            annotations=annotations,
            attributes={"id": frame, "frame": frame},
        )


def _track(frame: int, number: int, tracked: bool) -> dict[str, int]:
    return {"track_id": frame // 100 * ON_A_FRAME + number} if tracked else {}


def _main(format_name: str, frames: int, directory: str) -> None:
    import datumaro as dm

    seconds, drawing = time.perf_counter(), _drawing(frames)
    cpu = time.process_time()
    dataset = dm.Dataset.from_iterable(
        # A list: an iterator that ends is read as an empty dataset.
        list(_items(frames, tracked=format_name == "MOT 1.1")),
        categories=list(LABELS),
    )
    dataset.export(directory, NAMES[format_name], save_media=False)
    told = {
        "objects": frames * ON_A_FRAME,
        "cpu": time.process_time() - cpu - drawing,
        "seconds": time.perf_counter() - seconds,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(told))


def _drawing(frames: int) -> float:
    """CPU seconds of making up the boxes, which is no work of datumaro's."""
    before = time.process_time()
    for _ in boxes(range(frames)):
        pass
    return time.process_time() - before


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
