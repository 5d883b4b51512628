"""Kitti Raw Format 1.0: the sample, round trips, recordings as KITTI publishes them."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.annotations.model.document import Document, Shape, Track, TrackedShape
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import Frame, ProjectMeta, Source
from chalicelib.formats.importing.target import Target
from chalicelib.formats.labels import LabelSpec
from tests.unit.formats import spatial
from tests.unit.formats.datasets import NOW, export, part, read
from tests.unit.formats.golden import archived, check
from tests.unit.formats.plain import plain, seen

NAME = "Kitti Raw Format 1.0"
#: Groups are none of the format's business.
SHAPES = [replace(shape, group=0) for shape in spatial.SHAPES]
#: As in KITTI's 2011_09_26_drive_0001_sync, shortened.
PUBLISHED = """<?xml version="1.0" encoding="UTF-8" standalone="true"?>
<!DOCTYPE boost_serialization>
<boost_serialization signature="serialization::archive" version="9">
<tracklets class_id="0" tracking_level="0" version="0">
 <count>1</count>
 <item_version>1</item_version>
 <item class_id="1" tracking_level="0" version="1">
  <objectType>Car</objectType>
  <h>1.5169999</h>
  <w>1.5</w>
  <l>3.5</l>
  <first_frame>1</first_frame>
  <poses class_id="2" tracking_level="0" version="0">
   <count>3</count>
   <item_version>2</item_version>
   {poses}
  </poses>
  <finished>1</finished>
 </item>
</tracklets>
</boost_serialization>
"""
POSE = (
    "<item class_id='3' tracking_level='0' version='1'><tx>{x}</tx><ty>-5.6</ty><tz>-1.7</tz>"
    "<rx>0</rx><ry>0</ry><rz>1.57</rz><state>{state}</state><occlusion>{occlusion}</occlusion>"
    "<occlusion_kf>0</occlusion_kf><truncation>{truncation}</truncation>"
    "<amt_occlusion>0</amt_occlusion></item>"
)
CAR = (LabelSpec(1, "Car"),)
DRIVE = tuple(Frame(n, n, f"{n:010d}.pcd", f"{n:010d}.pcd", 0, 0) for n in range(5))


def published(*poses: str) -> bytes:
    return PUBLISHED.format(poses="".join(poses)).encode()


def pose(x: float, *, state: int = 2, occlusion: int = 0, truncation: int = 0) -> str:
    return POSE.format(x=x, state=state, occlusion=occlusion, truncation=truncation)


def test_the_sample_is_written() -> None:
    body, report = export(spatial.source(), NAME)
    check("kitti_raw", body)
    assert report.kinds == {"cuboid": 2, "cuboid track": 1}
    assert report.skipped == {"tag cannot be written": 1}


def test_the_sample_comes_back_as_it_was() -> None:
    imported = read(archived("kitti_raw"), NAME, spatial.TARGET)
    assert plain(Document(shapes=imported.document.shapes)) == plain(Document(shapes=SHAPES))
    assert plain(Document(tracks=imported.document.tracks)) == plain(
        Document(tracks=spatial.TRACKS)
    )


def test_tracklets_alone_are_matched_by_place() -> None:
    with zipfile.ZipFile(io.BytesIO(export(spatial.source(), NAME)[0])) as archive:
        body = archive.read("tracklet_labels.xml")
    imported = read(body, NAME, spatial.TARGET, "tracklet_labels.xml")
    assert plain(Document(shapes=imported.document.shapes)) == plain(Document(shapes=SHAPES))


@st.composite
def _walks(draw: st.DrawFn) -> Track:
    """A cuboid of one size that is seen on several frames."""
    size = draw(spatial.sizes())
    frames = sorted(draw(st.sets(st.integers(0, 3), min_size=2, max_size=4)))
    gone = draw(st.sampled_from([*frames[2:], None]))
    return Track(
        frame=frames[0],
        label_id=11,
        shapes=[
            TrackedShape(
                type="cuboid",
                frame=frame,
                points=draw(spatial.cuboids(size)),
                occluded=draw(st.booleans()),
                outside=frame == gone,
            )
            for frame in frames
        ],
    )


@given(
    st.lists(st.tuples(st.integers(0, 3), spatial.cuboids()), max_size=3),
    st.lists(_walks(), max_size=3),
)
def test_everything_is_seen_where_it_was(
    cuboids: list[tuple[int, list[float]]], tracks: list[Track]
) -> None:
    shapes = [Shape(type="cuboid", frame=frame, points=one, label_id=11) for frame, one in cuboids]
    document = Document(shapes=shapes, tracks=sorted(tracks, key=lambda track: track.frame))
    body, _ = export(spatial.source(part(spatial.FRAMES, document)), NAME)
    imported = read(body, NAME, spatial.TARGET)
    assert seen(imported.document, spatial.FRAMES) == seen(document, spatial.FRAMES)
    assert not imported.report.skipped


def test_a_track_of_changing_size_is_cut() -> None:
    shapes = [
        TrackedShape(type="cuboid", frame=frame, points=spatial.cuboid(0, 0, 0, length=frame + 1))
        for frame in (0, 2)
    ]
    document = Document(tracks=[Track(frame=0, label_id=11, shapes=shapes)])
    body, report = export(spatial.source(part(spatial.FRAMES, document)), NAME)
    assert report.converted == {"track of changing size became several tracks": 1}
    imported = read(body, NAME, spatial.TARGET).document
    assert seen(imported, spatial.FRAMES) == seen(document, spatial.FRAMES)


def test_subsets_of_a_project_are_folders() -> None:
    meta = replace(spatial.SCENE.meta, id=8, subset="train")
    parts = [spatial.SCENE, replace(spatial.SCENE, meta=meta)]
    project = ProjectMeta(id=3, name="drives")
    body, _ = export(Source("project", spatial.LABELS, parts, True, NOW, project), NAME)
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert "5 train/scene/b.x\n" in archive.read("frame_list.txt").decode()
        assert archive.read("velodyne_points/data/train/scene/b.x.pcd") == b"picture 1"
        assert archive.read("image_00/data/default/last.jpg") == b"beside 3"
        assert b"<count>6</count>" in archive.read("tracklet_labels.xml")


def test_a_published_recording_is_read() -> None:
    body = published(pose(1), pose(2.5, occlusion=1), pose(4, truncation=2))
    (track,) = read(body, NAME, Target(CAR, DRIVE, dimension="3d"), "x.xml").document.tracks
    assert [(key.frame, key.outside, key.occluded) for key in track.shapes] == [
        (1, False, False), (2, False, True), (3, True, True),
    ]  # fmt: skip
    assert track.shapes[1].points == [2.5, -5.6, -1.7, 0, 0, 1.57, 1.5169999, 1.5, 3.5, *[0] * 7]


def test_interpolated_poses_off_the_straight_line_are_kept() -> None:
    target = Target(CAR, DRIVE, dimension="3d")
    straight = published(pose(1), pose(2, state=1), pose(3))
    (track,) = read(straight, NAME, target, "x.xml").document.tracks
    assert [key.frame for key in track.shapes] == [1, 3, 4]
    bent = published(pose(1), pose(2.2, state=1), pose(3))
    (track,) = read(bent, NAME, target, "x.xml").document.tracks
    assert [key.frame for key in track.shapes] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (b"", "x.xml: has no XML element"),
        (b"<annotations/>", 'its root is "annotations"'),
        (published(pose(1))[:-60], "x.xml, line .* not well-formed"),
        (published(pose(float("nan"))), "line 7: in a tracklet: tx is not a finite number"),
        (published(pose(1)).replace(b"<h>1.5169999</h>", b""), "in a tracklet: item has no h"),
        (published(pose(1)).replace(b"<h>1", b"<h>-1"), "a cuboid of negative size"),
        (published(pose(1)).replace(b"<first_frame>1", b"<first_frame>x"), "is not a whole number"),
        (
            published(pose(1)).replace(
                b"<!DOCTYPE boost_serialization>",
                b'<!DOCTYPE boost_serialization [<!ENTITY a "b">]>',
            ),
            "declares a document type",
        ),
        (
            published(pose(1)).replace(
                b"<!DOCTYPE boost_serialization>",
                b'<!DOCTYPE boost_serialization SYSTEM "file:///etc/passwd">',
            ),
            "declares a document type",
        ),
        (published(pose(1)).replace(b"Car", b"Tank"), "none of its labels"),
    ],
)
def test_a_bad_file_is_refused(body: bytes, trouble: str) -> None:
    with pytest.raises(BadDataset, match=trouble):
        read(body, NAME, Target(CAR, DRIVE, dimension="3d"), "x.xml")


@pytest.mark.parametrize(
    ("listed", "trouble"),
    [("a b\n", "line 1: is not a number and a name"), ("0 a\n0 b\n", "line 2: frame 0 occurs")],
)
def test_a_bad_list_of_frames_is_refused(listed: str, trouble: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("tracklet_labels.xml", published(pose(1)))
        archive.writestr("frame_list.txt", listed)
    with pytest.raises(BadDataset, match=f"frame_list.txt, {trouble}"):
        read(packed.getvalue(), NAME, Target(CAR, DRIVE, dimension="3d"))


def test_what_cannot_be_taken_is_told() -> None:
    body = published(*[pose(x) for x in range(6)])
    imported = read(body, NAME, Target(CAR, DRIVE, dimension="3d"), "x.xml")
    assert imported.report.skipped == {"image is not in the task": 2}
    assert imported.report.examples == {"image is not in the task": ["0000000005", "0000000006"]}
    body = published(pose(1, truncation=2))
    imported = read(body, NAME, Target(CAR, DRIVE, dimension="3d"), "x.xml")
    assert imported.report.skipped == {"tracklet is nowhere in the picture": 1}
