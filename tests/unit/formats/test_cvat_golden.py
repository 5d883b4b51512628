"""One small dataset in each flavour of CVAT's XML, written by hand."""

from __future__ import annotations

import zipfile
from io import BytesIO

from chalicelib.annotations.model.document import (
    AttributeValue,
    Document,
    Shape,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.formats.exporting.source import Person, ProjectMeta, SegmentMeta, Source
from chalicelib.formats.importing.target import Target
from tests.unit.formats.datasets import CAT, DOG, NOW, export, part, photos, read, video

LABELS = """\
      <labels>
        <label>
          <name>cat</name>
          <color>#ff0000</color>
          <type>any</type>
          <attributes>
            <attribute>
              <name>asleep</name>
              <mutable>True</mutable>
              <input_type>checkbox</input_type>
              <default_value>false</default_value>
              <values></values>
            </attribute>
            <attribute>
              <name>age</name>
              <mutable>False</mutable>
              <input_type>number</input_type>
              <default_value>1</default_value>
              <values>0
30
1</values>
            </attribute>
            <attribute>
              <name>name</name>
              <mutable>False</mutable>
              <input_type>text</input_type>
              <default_value></default_value>
              <values></values>
            </attribute>
          </attributes>
        </label>
        <label>
          <name>big "dog" &amp; &lt;co&gt;</name>
          <color>#00ff00</color>
          <type>any</type>
          <attributes>
          </attributes>
        </label>
      </labels>
"""
IMAGES_XML = f"""\
<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta>
    <task>
      <id>7</id>
      <name>pets</name>
      <size>2</size>
      <mode>annotation</mode>
      <overlap>0</overlap>
      <bugtracker></bugtracker>
      <created>2026-01-02 03:04:05.678000+00:00</created>
      <updated>2026-01-02 03:04:05.678000+00:00</updated>
      <subset>default</subset>
      <start_frame>0</start_frame>
      <stop_frame>1</stop_frame>
      <frame_filter></frame_filter>
      <segments>
        <segment>
          <id>4</id>
          <start>0</start>
          <stop>1</stop>
          <url>http://localhost/api/jobs/4</url>
        </segment>
      </segments>
      <owner>
        <username>ann</username>
        <email>ann@example.com</email>
      </owner>
      <assignee></assignee>
{LABELS}\
    </task>
    <dumped>2026-01-02 03:04:05.678000+00:00</dumped>
  </meta>
  <image id="0" name="a.jpg" width="640" height="480">
    <polygon label="big &quot;dog&quot; &amp; &lt;co&gt;" source="auto" occluded="1" \
points="0.00,0.00;10.00,0.00;10.00,10.50" z_order="-1" group_id="3">
    </polygon>
    <box label="cat" source="manual" occluded="0" xtl="10.00" ytl="20.00" xbr="40.50" \
ybr="60.25" rotation="30.00" z_order="0">
      <attribute name="asleep">true</attribute>
      <attribute name="age">1</attribute>
      <attribute name="name">Tom &amp; Jerry</attribute>
    </box>
    <tag label="big &quot;dog&quot; &amp; &lt;co&gt;" source="manual">
    </tag>
  </image>
  <image id="1" name="b/c.png" width="640" height="480">
    <ellipse label="big &quot;dog&quot; &amp; &lt;co&gt;" source="manual" occluded="0" cx="50.00" \
cy="40.00" rx="10.00" ry="5.00" z_order="0">
    </ellipse>
    <mask label="big &quot;dog&quot; &amp; &lt;co&gt;" source="manual" occluded="0" \
rle="0, 2, 3, 1" left="5" top="7" width="3" height="2" z_order="0">
    </mask>
  </image>
</annotations>
"""
IMAGES_DOCUMENT = Document(
    tags=[Tag(frame=0, label_id=DOG.id)],
    shapes=[
        Shape(
            type="rectangle",
            frame=0,
            points=[10, 20, 40.5, 60.25],
            rotation=30,
            label_id=CAT.id,
            attributes=[AttributeValue(100, "true"), AttributeValue(102, "Tom & Jerry")],
        ),
        Shape(
            type="polygon",
            frame=0,
            points=[0, 0, 10, 0, 10, 10.5],
            label_id=DOG.id,
            occluded=True,
            z_order=-1,
            group=3,
            source="auto",
        ),
        Shape(type="ellipse", frame=1, points=[50, 40, 60, 35], label_id=DOG.id),
        Shape(type="mask", frame=1, points=[0, 2, 3, 1, 5, 7, 7, 8], label_id=DOG.id),
    ],
)
TRACK_XML = """\
  <track id="0" label="cat" source="manual">
    <box frame="10" keyframe="1" outside="0" occluded="0" xtl="0.00" ytl="0.00" xbr="10.00" \
ybr="10.00" z_order="0">
      <attribute name="asleep">true</attribute>
      <attribute name="age">5</attribute>
      <attribute name="name"></attribute>
    </box>
    <box frame="12" keyframe="0" outside="0" occluded="0" xtl="1.00" ytl="2.00" xbr="11.00" \
ybr="12.00" z_order="0">
      <attribute name="asleep">true</attribute>
      <attribute name="age">5</attribute>
      <attribute name="name"></attribute>
    </box>
    <box frame="14" keyframe="1" outside="1" occluded="0" xtl="2.00" ytl="4.00" xbr="12.00" \
ybr="14.00" z_order="0">
      <attribute name="asleep">true</attribute>
      <attribute name="age">5</attribute>
      <attribute name="name"></attribute>
    </box>
  </track>
  <track id="1" label="big &quot;dog&quot; &amp; &lt;co&gt;" source="manual">
    <points frame="12" keyframe="1" outside="0" occluded="0" points="1.00,2.00" z_order="0">
    </points>
    <points frame="14" keyframe="1" outside="1" occluded="0" points="1.00,2.00" z_order="0">
    </points>
  </track>
</annotations>
"""
VIDEO_DOCUMENT = Document(
    shapes=[Shape(type="points", frame=1, points=[1, 2], label_id=DOG.id)],
    tracks=[
        Track(
            frame=0,
            label_id=CAT.id,
            attributes=[AttributeValue(101, "5")],
            shapes=[
                TrackedShape(
                    type="rectangle",
                    frame=0,
                    points=[0, 0, 10, 10],
                    attributes=[AttributeValue(100, "true")],
                ),
                TrackedShape(
                    type="rectangle",
                    frame=2,
                    points=[2, 4, 12, 14],
                    outside=True,
                    attributes=[AttributeValue(100, "true")],
                ),
            ],
        )
    ],
)


def images_source(**options: bool) -> Source:
    meta = part(
        photos(["a.jpg", "b/c.png"]),
        IMAGES_DOCUMENT,
        segments=(SegmentMeta(4, 0, 1, "http://localhost/api/jobs/4"),),
        owner=Person("ann", "ann@example.com"),
    )
    return Source("task", (CAT, DOG), [meta], options.get("images", False), NOW)


def test_images_are_written_as_cvat_writes_them() -> None:
    body, report = export(images_source(images=True), "CVAT for images 1.1")
    with zipfile.ZipFile(BytesIO(body)) as archive:
        assert archive.namelist() == [
            "annotations.xml", "images/a.jpg", "images/b/c.png", "report.json",
        ]  # fmt: skip
        assert archive.read("annotations.xml").decode() == IMAGES_XML
        assert archive.read("images/a.jpg") == b"picture 0"
        assert archive.getinfo("images/a.jpg").compress_type == zipfile.ZIP_STORED
    assert (report.objects, report.frames, report.skipped) == (5, 2, {})


def test_a_bare_xml_file_is_read() -> None:
    target = Target((CAT, DOG), photos(["a.jpg", "b/c.png"]))
    document = read(IMAGES_XML.encode(), "CVAT 1.1", target, "a.xml").document
    assert [shape.points for shape in document.shapes] == [
        IMAGES_DOCUMENT.shapes[1].points,
        IMAGES_DOCUMENT.shapes[0].points,
        *(shape.points for shape in IMAGES_DOCUMENT.shapes[2:]),
    ]
    assert {shape.source for shape in document.shapes} == {"file"}
    assert document.shapes[0].group == 3
    assert document.tags == [Tag(frame=0, label_id=DOG.id, source="file")]


def test_video_is_written_as_cvat_writes_it() -> None:
    frames = video(3, start=10, step=2)
    clip = part(frames, VIDEO_DOCUMENT, mode="interpolation", original_size=(640, 480), step=2)
    source = Source("task", (CAT, DOG), [clip], True, NOW)
    body, _ = export(source, "CVAT for video 1.1")
    with zipfile.ZipFile(BytesIO(body)) as archive:
        assert archive.namelist()[1:-1] == [f"images/frame_{at:06d}.PNG" for at in (10, 12, 14)]
        written = archive.read("annotations.xml").decode()
    assert written.endswith("  </meta>\n" + TRACK_XML)
    assert "<original_size>\n        <width>640</width>" in written


def test_tracks_are_split_into_frames_for_images() -> None:
    frames = video(3, start=10, step=2)
    clip = part(frames, VIDEO_DOCUMENT, mode="interpolation", step=2)
    source = Source("task", (CAT, DOG), [clip], False, NOW)
    body, _ = export(source, "CVAT for images 1.1")
    with zipfile.ZipFile(BytesIO(body)) as archive:
        written = archive.read("annotations.xml").decode()
    assert written.count("<box ") == 2
    assert '<image id="12" name="frame_000012" width="640" height="480">' in written


def test_a_project_keeps_subsets_apart() -> None:
    box = Shape(type="rectangle", frame=0, points=[0, 0, 10, 10], label_id=DOG.id)
    parts = [
        part(photos(["a.jpg", "b.jpg"]), Document(), id=3),
        part(photos(["a.jpg"]), Document(shapes=[box]), id=1, subset="train"),
        part(photos(["a.jpg"]), Document(shapes=[box]), id=2, subset="train"),
    ]
    project = ProjectMeta(id=9, name="animals", created=NOW, updated=NOW)
    source = Source("project", (CAT, DOG), parts, True, NOW, project)
    body, _ = export(source, "CVAT for images 1.1")
    with zipfile.ZipFile(BytesIO(body)) as archive:
        assert archive.namelist()[1:-1] == [
            "images/default/a.jpg",
            "images/default/b.jpg",
            "images/train/a.jpg",
            "images/train/a_1.jpg",
        ]
        written = archive.read("annotations.xml").decode()
    assert "<subsets>default\ntrain</subsets>" in written
    assert (
        '<image id="1" name="a_1.jpg" subset="train" task_id="2" width="640" height="480">'
    ) in written
    coco, _ = export(source, "COCO 1.0")
    with zipfile.ZipFile(BytesIO(coco)) as archive:
        assert archive.namelist()[:2] == [
            "annotations/instances_default.json",
            "annotations/instances_train.json",
        ]
