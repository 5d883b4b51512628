"""What is wrong with CVAT's XML is told by file and place, and nothing comes of it."""

from __future__ import annotations

import pytest

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.target import Target
from tests.unit.formats import sample
from tests.unit.formats.datasets import read

CLIP = Target(sample.LABELS, sample.CLIP, is_video=True)


def _track(*shapes: str, label: str = "cat") -> bytes:
    body = "\n".join(shapes)
    return f'<annotations>\n<track id="5" label="{label}">{body}</track></annotations>'.encode()


def _box(frame: object, **more: object) -> str:
    given = {"frame": frame, "xtl": 1, "ytl": 2, "xbr": 3, "ybr": 4} | more
    return "<box " + " ".join([f'{name}="{value}"' for name, value in given.items()]) + "/>"


def _skeleton(points: str) -> str:
    return f'<skeleton frame="1" keyframe="1">{points}</skeleton>'


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (_track(_box(1), _box(1)), "line 2: in track: track 5 has two keyframes on one frame"),
        (_track(_box("one")), 'line 2: in track: "one" is not a whole number'),
        (_track(_box(1, xtl="inf")), "not finite numbers"),
        (_track('<box frame="1"/>'), "line 2: track lacks the attribute 'xtl'"),
        (_track(_box(1)).replace(b"label", b"name"), "track lacks the attribute 'label'"),
        (_track('<points frame="1" points="4"/>'), '"4" is not a pair of coordinates'),
        (
            _track(_skeleton('<points points="1,2"/>'), label="person"),
            "lacks the attribute 'label'",
        ),
        (
            (
                b'<annotations><image id="0" name="a.jpg"><mask label="cat" rle="1, 2" left="0" '
                b'top="0" width="2" height="2"/></image></annotations>'
            ),
            "line 1: in image: its runs do not fill its box",
        ),
    ],
)
def test_a_damaged_object_is_named(body: bytes, trouble: str) -> None:
    with pytest.raises(BadDataset, match=f"x.xml, .*{trouble}"):
        read(body, "CVAT 1.1", CLIP, "x.xml")


@pytest.mark.parametrize(
    ("body", "skipped"),
    [
        (_track(_box(77), _box(1)), {"image is not in the task": 1}),
        (_track(_box(1, outside=1)), {"track has no visible keyframe": 1}),
        (_track(_box(1), "<star/>"), {"element is no shape": 1}),
        (_track(), {"track has no visible keyframe": 1}),
        (
            _track(_skeleton('<points label="tail" points="1,2"/>'), label="person"),
            {"no label of that name": 1},
        ),
    ],
)
def test_what_cannot_be_taken_is_told(body: bytes, skipped: dict[str, int]) -> None:
    good = _track(_box(2)).replace(b'id="5"', b'id="6"').partition(b"<annotations>")[2]
    body = body.replace(b"</annotations>", good)
    imported = read(body, "CVAT 1.1", CLIP, "x.xml")
    assert imported.report.skipped == skipped
    assert imported.document.tracks[-1].shapes[0].frame == 2
