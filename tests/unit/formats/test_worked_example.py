"""One small task with every kind of object, exported; what must come out is worked out by hand.

Three frames of 640 × 480. On them, as CVAT's rules have it:

* frame 0: a triangle that lies below the rest, a box turned by 30°, a polyline, a mask, a skeleton
  and a tag; frame 1: two points, an ellipse and a cuboid; frame 2: nothing of its own.
* track A, a cat asleep: a box that moves from (0, 0) on frame 0 to (2, 4) on frame 2, so it is at
  (1, 2) on frame 1; it wakes up on frame 2, where it is also occluded. Its age is the track's.
* track B: a box that stays where it is and turns from 350° to 10°. The shorter way is 20° through
  0°, so on frame 1 it is not turned.
* track C: two points, which do not move between keyframes; they leave the picture on frame 2.
"""

from __future__ import annotations

import json
import math
import zipfile
from io import BytesIO
from typing import Any

import pytest

from chalicelib.annotations.model.document import (
    AttributeValue,
    Document,
    Shape,
    SubShape,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.formats.report import Report
from tests.unit.formats.datasets import CAT, DOG, export, photos, task

ASLEEP, AGE, NAME = 100, 101, 102
FRAMES = photos(["a.jpg", "b.jpg", "c.jpg"])


def _dog(kind: Any, frame: int, points: list[float], **fields: Any) -> Shape:
    return Shape(type=kind, frame=frame, points=points, label_id=DOG.id, **fields)


def _key(kind: Any, frame: int, points: list[float], **fields: Any) -> TrackedShape:
    return TrackedShape(type=kind, frame=frame, points=points, **fields)


#: Four corners of the front of a cuboid, then of its back; x and y of each.
CUBOID: list[float] = [10, 10, 10, 50, 40, 10, 40, 50, 60, 10, 60, 50, 30, 10, 30, 50]
SHAPES = [
    Shape(
        type="rectangle",
        frame=0,
        points=[10, 20, 40, 60],
        rotation=30,
        label_id=CAT.id,
        attributes=[AttributeValue(ASLEEP, "true"), AttributeValue(NAME, "Tom")],
    ),
    _dog("polygon", 0, [0, 0, 10, 0, 10, 10], z_order=-1, occluded=True, source="auto"),
    _dog("polyline", 0, [1, 2, 3.5, 4], group=3),
    # 3 × 2 pixels at (5, 7): two set, three clear, one set.
    _dog("mask", 0, [0, 2, 3, 1, 5, 7, 7, 8]),
    _dog("skeleton", 0, [], elements=[SubShape(type="points", frame=0, points=[1, 2], label_id=1)]),
    _dog("points", 1, [1, 2, 3, 4]),
    # Middle (50, 40), right end x = 60, upper end y = 35: radii 10 and 5.
    _dog("ellipse", 1, [50, 40, 60, 35], source="semi-auto"),
    _dog("cuboid", 1, CUBOID),
]
TRACKS = [
    Track(
        frame=0,
        label_id=CAT.id,
        group=2,
        attributes=[AttributeValue(AGE, "5")],
        shapes=[
            _key("rectangle", 0, [0, 0, 10, 10], attributes=[AttributeValue(ASLEEP, "true")]),
            _key(
                "rectangle",
                2,
                [2, 4, 12, 14],
                occluded=True,
                attributes=[AttributeValue(ASLEEP, "false")],
            ),
        ],
    ),
    Track(
        frame=0,
        label_id=DOG.id,
        shapes=[
            _key("rectangle", 0, [100, 100, 140, 120], rotation=350),
            _key("rectangle", 2, [100, 100, 140, 120], rotation=10),
        ],
    ),
    Track(
        frame=0,
        label_id=DOG.id,
        shapes=[
            _key("points", 0, [7, 7, 9, 9], z_order=1),
            _key("points", 2, [8, 8, 9, 9], z_order=1, outside=True),
        ],
    ),
]
_DRAWN: list[Shape | Track] = [*SHAPES, *TRACKS]
for _number, _object in enumerate(_DRAWN, 1):
    _object.id = _number
DOCUMENT = Document(tags=[Tag(frame=0, label_id=CAT.id)], shapes=SHAPES, tracks=TRACKS)

DOG_XML = "big &quot;dog&quot; &amp; &lt;co&gt;"
CUBOID_XML = (
    'xtl1="10.00" ytl1="10.00" xbl1="10.00" ybl1="50.00" xtr1="40.00" ytr1="10.00" '
    'xbr1="40.00" ybr1="50.00" xtl2="60.00" ytl2="10.00" xbl2="60.00" ybl2="50.00" '
    'xtr2="30.00" ytr2="10.00" xbr2="30.00" ybr2="50.00"'
)


def _values(asleep: str, age: int, name: str) -> str:
    """Every attribute of the label; those that an object does not mention have their defaults."""
    return f"""
      <attribute name="asleep">{asleep}</attribute>
      <attribute name="age">{age}</attribute>
      <attribute name="name">{name}</attribute>"""


#: Shapes and tracks on each frame from the lowest z-order up, shapes first; then tags. Track C is
#: above the rest, and not on frame 2.
IMAGES = f"""\
  <image id="0" name="a.jpg" width="640" height="480">
    <polygon label="{DOG_XML}" source="auto" occluded="1" \
points="0.00,0.00;10.00,0.00;10.00,10.00" z_order="-1">
    </polygon>
    <box label="cat" source="manual" occluded="0" xtl="10.00" ytl="20.00" xbr="40.00" \
ybr="60.00" rotation="30.00" z_order="0">{_values("true", 1, "Tom")}
    </box>
    <polyline label="{DOG_XML}" source="manual" occluded="0" points="1.00,2.00;3.50,4.00" \
z_order="0" group_id="3">
    </polyline>
    <mask label="{DOG_XML}" source="manual" occluded="0" rle="0, 2, 3, 1" left="5" top="7" \
width="3" height="2" z_order="0">
    </mask>
    <box label="cat" source="manual" occluded="0" xtl="0.00" ytl="0.00" xbr="10.00" \
ybr="10.00" z_order="0" group_id="2">{_values("true", 5, "")}
    </box>
    <box label="{DOG_XML}" source="manual" occluded="0" xtl="100.00" ytl="100.00" \
xbr="140.00" ybr="120.00" rotation="350.00" z_order="0">
    </box>
    <points label="{DOG_XML}" source="manual" occluded="0" points="7.00,7.00;9.00,9.00" \
z_order="1">
    </points>
    <tag label="cat" source="manual">{_values("false", 1, "")}
    </tag>
  </image>
  <image id="1" name="b.jpg" width="640" height="480">
    <points label="{DOG_XML}" source="manual" occluded="0" points="1.00,2.00;3.00,4.00" \
z_order="0">
    </points>
    <ellipse label="{DOG_XML}" source="semi-auto" occluded="0" cx="50.00" cy="40.00" \
rx="10.00" ry="5.00" z_order="0">
    </ellipse>
    <cuboid label="{DOG_XML}" source="manual" occluded="0" {CUBOID_XML} z_order="0">
    </cuboid>
    <box label="cat" source="manual" occluded="0" xtl="1.00" ytl="2.00" xbr="11.00" \
ybr="12.00" z_order="0" group_id="2">{_values("true", 5, "")}
    </box>
    <box label="{DOG_XML}" source="manual" occluded="0" xtl="100.00" ytl="100.00" \
xbr="140.00" ybr="120.00" z_order="0">
    </box>
    <points label="{DOG_XML}" source="manual" occluded="0" points="7.00,7.00;9.00,9.00" \
z_order="1">
    </points>
  </image>
  <image id="2" name="c.jpg" width="640" height="480">
    <box label="cat" source="manual" occluded="1" xtl="2.00" ytl="4.00" xbr="12.00" \
ybr="14.00" z_order="0" group_id="2">{_values("false", 5, "")}
    </box>
    <box label="{DOG_XML}" source="manual" occluded="0" xtl="100.00" ytl="100.00" \
xbr="140.00" ybr="120.00" rotation="10.00" z_order="0">
    </box>
  </image>
</annotations>
"""


def _box(frame: int, keyframe: int, xtl: int, ytl: int, asleep: str, occluded: int = 0) -> str:
    """Track A on one frame: always 10 × 10."""
    return f"""\
    <box frame="{frame}" keyframe="{keyframe}" outside="0" occluded="{occluded}" xtl="{xtl}.00" \
ytl="{ytl}.00" xbr="{xtl + 10}.00" ybr="{ytl + 10}.00" z_order="0">{_values(asleep, 5, "")}
    </box>
"""


def _turned(frame: int, keyframe: int, rotation: str) -> str:
    """Track B on one frame."""
    return f"""\
    <box frame="{frame}" keyframe="{keyframe}" outside="0" occluded="0" xtl="100.00" \
ytl="100.00" xbr="140.00" ybr="120.00"{rotation} z_order="0">
    </box>
"""


def _twice(
    number: int, tag: str, frame: int, geometry: str, *, label: str = DOG_XML,
    source: str = "manual", occluded: int = 0, z_order: int = 0, group: str = "", values: str = "",
) -> str:  # fmt: skip
    """A shape: a track of its frame, which has left the picture on the next."""
    shapes = "".join(
        f"""\
    <{tag} frame="{frame + outside}" keyframe="1" outside="{outside}" occluded="{occluded}" \
{geometry} z_order="{z_order}">{values}
    </{tag}>
"""
        for outside in (0, 1)
    )
    return f'  <track id="{number}" label="{label}" source="{source}"{group}>\n{shapes}  </track>\n'


#: Tracks first, then shapes as tracks; a frame between keyframes is none.
VIDEO = f"""\
  <track id="0" label="cat" source="manual" group_id="2">
{_box(0, 1, 0, 0, "true")}{_box(1, 0, 1, 2, "true")}{_box(2, 1, 2, 4, "false", 1)}\
  </track>
  <track id="1" label="{DOG_XML}" source="manual">
{_turned(0, 1, ' rotation="350.00"')}{_turned(1, 0, "")}{_turned(2, 1, ' rotation="10.00"')}\
  </track>
  <track id="2" label="{DOG_XML}" source="manual">
    <points frame="0" keyframe="1" outside="0" occluded="0" points="7.00,7.00;9.00,9.00" \
z_order="1">
    </points>
    <points frame="1" keyframe="0" outside="0" occluded="0" points="7.00,7.00;9.00,9.00" \
z_order="1">
    </points>
    <points frame="2" keyframe="1" outside="1" occluded="0" points="8.00,8.00;9.00,9.00" \
z_order="1">
    </points>
  </track>
""" + "".join(
    [
        _twice(
            3, "box", 0,
            'xtl="10.00" ytl="20.00" xbr="40.00" ybr="60.00" rotation="30.00"',
            label="cat", values=_values("true", 1, "Tom"),
        ),
        _twice(
            4, "polygon", 0, 'points="0.00,0.00;10.00,0.00;10.00,10.00"',
            source="auto", occluded=1, z_order=-1,
        ),
        _twice(5, "polyline", 0, 'points="1.00,2.00;3.50,4.00"', group=' group_id="3"'),
        _twice(6, "mask", 0, 'rle="0, 2, 3, 1" left="5" top="7" width="3" height="2"'),
        _twice(7, "points", 1, 'points="1.00,2.00;3.00,4.00"'),
        _twice(8, "ellipse", 1, 'cx="50.00" cy="40.00" rx="10.00" ry="5.00"', source="semi-auto"),
        _twice(9, "cuboid", 1, CUBOID_XML),
    ]
) + "</annotations>\n"  # fmt: skip


def _exported(name: str, file: str, document: Document = DOCUMENT) -> tuple[str, Report]:
    body, report = export(task(FRAMES, document), name)
    with zipfile.ZipFile(BytesIO(body)) as archive:
        return archive.read(file).decode(), report


@pytest.mark.parametrize(
    ("name", "first", "wanted"),
    [("CVAT for images 1.1", "  <image", IMAGES), ("CVAT for video 1.1", "  <track", VIDEO)],
)
def test_in_cvats_xml(name: str, first: str, wanted: str) -> None:
    drawn = [shape for shape in SHAPES if shape.type != "skeleton"]  # cvat/test_skeletons.py
    document = Document(tags=DOCUMENT.tags, shapes=drawn, tracks=TRACKS)
    written, report = _exported(name, "annotations.xml", document)
    assert written[written.index(first) :] == wanted
    assert report.skipped == ({"tag cannot be written": 1} if "video" in name else {})


def _instance(image: int, label: int, bbox: list[float], **fields: Any) -> dict[str, Any]:
    """An annotation, a box unless `fields` say something else."""
    box = {
        "image_id": image, "category_id": label, "bbox": bbox, "iscrowd": 0, "segmentation": [],
        "area": bbox[2] * bbox[3],
    }  # fmt: skip
    return box | fields


def _track_a(image: int, x: float, y: float, *, asleep: bool, keyframe: bool) -> dict[str, Any]:
    attributes = {
        "asleep": asleep, "age": 5.0, "name": "", "occluded": not asleep, "rotation": 0.0,
        "track_id": 0, "keyframe": keyframe,
    }  # fmt: skip
    return _instance(image, 1, [x, y, 10, 10], attributes=attributes)


def _track_b(image: int, rotation: float, *, keyframe: bool) -> dict[str, Any]:
    attributes = {
        "occluded": False, "rotation": rotation, "track_id": 1, "keyframe": keyframe,
    }  # fmt: skip
    return _instance(image, 2, [100, 100, 40, 20], attributes=attributes)


#: The mask is set at (5, 7), (6, 7) and (7, 8). Down the columns of the picture that is the pixels
#: 5·480+7 = 2407, 6·480+7 = 2887 and 7·480+8 = 3368 of 307,200: 2,407 clear, one set, 479 clear,
#: one set, 480 clear, one set, and 307,200 − 3,369 = 303,831 clear.
MASK = {"counts": [2407, 1, 479, 1, 480, 1, 303_831], "size": [480, 640]}
COCO = [
    _instance(
        1, 2, [0, 0, 10, 10], segmentation=[[0, 0, 10, 0, 10, 10]], area=50,
        attributes={"occluded": True},
    ),
    _instance(
        1, 1, [10, 20, 30, 40],
        attributes={
            "asleep": True, "age": 1.0, "name": "Tom", "occluded": False, "rotation": 30.0,
        },
    ),
    _instance(
        1, 2, [5, 7, 3, 2], segmentation=MASK, area=3, iscrowd=1, attributes={"occluded": False},
    ),
    _track_a(1, 0, 0, asleep=True, keyframe=True),
    _track_b(1, 350.0, keyframe=True),
    _instance(2, 2, [40, 35, 20, 10], attributes={"occluded": False}),  # the ellipse
    _track_a(2, 1, 2, asleep=True, keyframe=False),
    _track_b(2, 0.0, keyframe=False),
    _track_a(3, 2, 4, asleep=False, keyframe=True),
    _track_b(3, 10.0, keyframe=True),
]  # fmt: skip


def test_in_coco() -> None:
    text, report = _exported("COCO 1.0", "annotations/instances_default.json")
    written = json.loads(text)["annotations"]
    assert [annotation.pop("id") for annotation in written] == list(range(1, len(COCO) + 1))
    ellipse = written[5]
    outline = ellipse.pop("segmentation")[0]
    # Corners on the ellipse, as many as make its area π·10·5 but for a few parts in a thousand.
    for x, y in zip(outline[::2], outline[1::2], strict=True):
        assert ((x - 50) / 10) ** 2 + ((y - 40) / 5) ** 2 == pytest.approx(1, abs=0.004)
    assert ellipse.pop("area") == pytest.approx(math.pi * 10 * 5, rel=0.005)
    expected = [dict(annotation) for annotation in COCO]
    del expected[5]["segmentation"], expected[5]["area"]
    assert written == expected
    assert report.skipped == {
        "tag cannot be written": 1,
        "polyline cannot be written": 1,
        "points cannot be written": 3,  # of frame 1, and track C on two frames
        "cuboid cannot be written": 1,
        "skeleton cannot be written": 1,
    }
