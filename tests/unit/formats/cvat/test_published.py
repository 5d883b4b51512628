"""Files as CVAT publishes them in the description of its XML, old ones among them, are read."""

from __future__ import annotations

from chalicelib.formats.importing.target import Target
from chalicelib.formats.labels import LabelSpec
from tests.unit.formats import sample
from tests.unit.formats.datasets import read, video

POINTS = tuple(LabelSpec(20 + number, str(number), type="points") for number in (1, 2))
S1 = LabelSpec(19, "s1", type="skeleton", sublabels=POINTS)
IMAGES = b"""<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <image id="0" name="a.jpg" width="40" height="30">
    <skeleton label="s1" source="manual" z_order="0">
      <points label="1" source="manual" outside="0" occluded="0" points="54.47,94.81">
      </points>
      <points label="2" source="manual" outside="1" occluded="1" points="68.02,162.34">
      </points>
    </skeleton>
    <mask label="cat" source="manual" occluded="0" rle="3, 5, 7" left="1" top="2" width="5"
      height="3" z_order="1">
    </mask>
    <box label="cat" xtl="1.00" ytl="2.00" xbr="3.00" ybr="4.00" occluded="1"
      annotation_type="manual"/>
  </image>
</annotations>
"""
VIDEO = b"""<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <track id="0" label="s1" source="manual">
    <skeleton frame="0" keyframe="1" z_order="0">
      <points label="1" keyframe="1" outside="0" occluded="0" points="112.07,258.59">
      </points>
      <points label="2" keyframe="1" outside="0" occluded="0" points="127.87,333.23">
      </points>
    </skeleton>
    <skeleton frame="1" keyframe="0" z_order="0">
      <points label="1" keyframe="0" outside="0" occluded="0" points="112.07,258.59">
      </points>
      <points label="2" keyframe="1" outside="1" occluded="0" points="127.87,333.23">
      </points>
    </skeleton>
  </track>
</annotations>
"""


def test_pictures_with_a_skeleton_are_read() -> None:
    imported = read(IMAGES, "CVAT 1.1", Target((sample.CAT, S1), sample.FRAMES), "a.xml")
    skeleton, mask, box = imported.document.shapes
    assert [(one.label_id, one.points, one.outside, one.occluded) for one in skeleton.elements] == [
        (21, [54.47, 94.81], False, False), (22, [68.02, 162.34], True, True),
    ]  # fmt: skip
    assert (mask.points, mask.z_order) == ([3, 5, 7, 1, 2, 5, 4], 1)
    assert (box.points, box.occluded, box.z_order) == ([1, 2, 3, 4], True, 0)
    assert not imported.report.skipped


def test_keyframes_of_points_count_between_those_of_their_skeleton() -> None:
    target = Target((S1,), video(3), is_video=True)
    (track,) = read(VIDEO, "CVAT 1.1", target, "a.xml").document.tracks
    assert [key.frame for key in track.shapes] == [0]
    assert [[(key.frame, key.outside) for key in one.shapes] for one in track.elements] == [
        [(0, False)], [(0, False), (1, True)],
    ]  # fmt: skip
