"""Objects of a frame as COCO's instances: segmentation, area and box.

A segmentation is a list of polygons, each flat x, y pairs in pixels, or run lengths of a mask; it
is empty for a rectangle, whose box says everything.
"""

from __future__ import annotations

import msgspec

from chalicelib.formats.exporting.contents import FrameObjects, ObjectOnFrame
from chalicelib.formats.exporting.source import Frame
from chalicelib.formats.geometry.outlines import Box, bounds, fills_its_box, outline, polygon_area

WRITTEN = {"rectangle", "polygon", "ellipse", "mask"}


class Instance(msgspec.Struct):
    """One annotation. The first part gives label and attributes."""

    parts: list[ObjectOnFrame]


def instances_on_frame(content: FrameObjects) -> tuple[list[Instance], list[str]]:
    """Instances of a frame, and the kinds of the objects that COCO cannot hold."""
    left_out = ["tag"] * len(content.tags)
    instances: list[Instance] = []
    grouped: dict[tuple[int, int], Instance] = {}
    for item in content.objects:
        kind = item.geometry.type
        if kind not in WRITTEN or (kind == "mask" and not fills_its_box(item.geometry.points)):
            left_out.append(kind)
            continue
        key = (item.group, item.label_id)
        if item.group and kind == "polygon" and item.track is None:
            if key in grouped:
                grouped[key].parts.append(item)
                continue
            grouped[key] = Instance([item])
            instances.append(grouped[key])
        else:
            instances.append(Instance([item]))
    return instances, left_out


def segmented(instance: Instance, frame: Frame) -> tuple[str, float, bool]:
    """Segmentation as JSON, area in square pixels, and whether it is a mask ("crowd").

    Boxes have none.
    """
    geometry = instance.parts[0].geometry
    if geometry.type == "mask":
        # numpy is needed for masks alone.
        from chalicelib.formats.geometry.masks import coco_counts

        counts = ",".join(map(str, coco_counts(geometry.points, frame.width, frame.height)))
        size = f"[{frame.height},{frame.width}]"
        return f'{{"counts":[{counts}],"size":{size}}}', float(sum(geometry.points[1:-4:2])), True
    outlines = [outline(part.geometry) for part in instance.parts]
    polygons = ",".join(f"[{','.join([f'{value:.2f}' for value in one])}]" for one in outlines)
    return f"[{polygons}]", sum(map(polygon_area, outlines)), False


def boxed(instance: Instance) -> Box:
    """`x, y, width, height` around all the parts."""
    boxes = [bounds(part.geometry) for part in instance.parts]
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return left, top, right - left, bottom - top
