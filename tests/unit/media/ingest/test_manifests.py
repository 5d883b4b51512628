"""`manifest.jsonl`: what is written reads back, and what is wrong is named with its line."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.media.files import File
from chalicelib.media.frame_list import FrameList, VideoFile
from chalicelib.media.ingest import manifest_rules, manifests
from chalicelib.media.ingest.manifests import (
    BadManifest,
    ImageEntry,
    ImageManifest,
    KeyFrame,
    Manifest,
    VideoManifest,
)
from chalicelib.media.video.index import VideoIndex

# As CVAT's documentation shows them.
OF_IMAGES = b"""{"version":"1.0"}
{"type":"images"}
{"name":"image1","extension":".jpg","width":720,"height":405,"checksum":"548918ec"}
{"name":"sub\\\\image2","extension":".jpg","width":183,"height":275,"meta":{"related_images":["related_images/image2_jpg/a.png"]}}
"""
OF_A_VIDEO = b"""{"version":"1.0"}
{"type":"video"}
{"properties":{"name":"video.mp4","resolution":[1280,720],"length":778}}
{"number":0,"pts":0,"checksum":"17bb40d7"}
{"number":135,"pts":486000,"checksum":"9da9b4d4"}
"""

STEPS = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="/\\\0"), min_size=1, max_size=8
).filter(lambda text: text not in {".", ".."})
NAMES = st.lists(STEPS, min_size=1, max_size=3).map("/".join)
SIDES = st.integers(0, 1 << 20)
CHECKSUMS = st.text("0123456789abcdef", max_size=32)


@st.composite
def image_manifests(draw: st.DrawFn) -> ImageManifest:
    three = draw(st.booleans())
    ending = ".pcd" if three else draw(st.sampled_from([".jpg", ".PNG", ""]))
    names = draw(st.lists(NAMES, min_size=1, max_size=6, unique=True))
    if not three and not ending:
        names = [name + "x" for name in names]  # an ending that says nothing
    entries = st.builds(
        ImageEntry, st.just(""), SIDES, SIDES, st.lists(NAMES, max_size=2).map(tuple), CHECKSUMS
    )
    return ImageManifest(
        tuple(
            ImageEntry(name + ending, e.width, e.height, e.related, e.checksum)
            for name in names
            for e in [draw(entries)]
        ),
        "3d" if three else "2d",
    )


@st.composite
def video_manifests(draw: st.DrawFn) -> VideoManifest:
    numbers = sorted(draw(st.sets(st.integers(0, 999), max_size=5)))
    keys = [KeyFrame(n, draw(st.integers(-99, 1 << 40)), draw(CHECKSUMS)) for n in numbers]
    return VideoManifest(draw(NAMES), draw(SIDES), draw(SIDES), 1000, tuple(keys))


@given(st.one_of(image_manifests(), video_manifests()), st.integers(1, 100))
def test_what_is_written_reads_back(manifest: Manifest, size: int) -> None:
    body = b"".join(manifests.write(manifest))
    assert manifests.read(body) == manifest
    assert manifests.read(body[at : at + size] for at in range(0, len(body), size)) == manifest


def test_a_manifest_of_images_as_cvat_writes_it() -> None:
    assert manifests.read(OF_IMAGES) == ImageManifest(
        (
            ImageEntry("image1.jpg", 720, 405, (), "548918ec"),
            ImageEntry("sub/image2.jpg", 183, 275, ("related_images/image2_jpg/a.png",)),
        )
    )


def test_a_manifest_of_a_video_as_cvat_writes_it() -> None:
    keys = (KeyFrame(0, 0, "17bb40d7"), KeyFrame(135, 486000, "9da9b4d4"))
    assert manifests.read(OF_A_VIDEO) == VideoManifest("video.mp4", 1280, 720, 778, keys)


def test_point_clouds_are_known_by_the_type_or_by_their_names() -> None:
    line = b'{"name":"a","extension":".pcd"}\n'
    for kind in (b"images", b"images_3d"):
        body = b'{"version":"1.1"}\n{"type":"%s"}\n' % kind + line
        assert manifests.read(body) == ImageManifest((ImageEntry("a.pcd"),), "3d")


def test_what_editors_add_does_not_matter() -> None:
    body = b"\xef\xbb\xbf" + OF_IMAGES.replace(b"\n", b"\r\n\r\n") + b"{}\n\n"
    assert manifests.read(body) == manifests.read(OF_IMAGES)


IMAGES = b'{"version":"1.1"}\n{"type":"images"}\n'
VIDEO = b'{"version":"1.1"}\n{"type":"video"}\n'


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "ends before the line that tells its version"),
        (b'{"version":"1.1"}\n', "ends before the line that tells its type"),
        (b'{"version":"2.0"}\n', "line 1: this version is not supported"),
        (b'{"version":"1.1"}\n{"type":"sounds"}\n', "line 2: .*sounds"),
        (b"PK\x03\x04 no manifest", "line 1"),
        (IMAGES, "names no files"),
        (IMAGES + b'{"name":"a"}\n', "line 3: .*extension"),
        (IMAGES + b'\n{"name":"a","extension":".png","width":"wide"}\n', "line 4: .*width"),
        (IMAGES + b'{"name":"a","extension":".png","width":-1}\n', "line 3: .*width"),
        (IMAGES + b'{"name":"a","extension":\n', "line 3"),
        (IMAGES + b'{"name":"\xff","extension":".png"}\n', "line 3"),
        (IMAGES + b'{"name":"../a","extension":".png"}\n', "line 3: '../a.png' is not the name"),
        (IMAGES + b'{"name":"/etc/a","extension":".png"}\n', "line 3: '/etc/a.png'"),
        (IMAGES + b'{"name":"a\\u0000","extension":".png"}\n', "line 3"),
        (
            IMAGES + b'{"name":"a","extension":".png","meta":{"related_images":["../../b.png"]}}\n',
            "line 3: '../../b.png'",
        ),
        (IMAGES + b'{"name":"a","extension":".png"}\n' * 2, "line 4 names a.png a second time"),
        (
            IMAGES + b'{"name":"a","extension":".png"}\n{"name":"a","extension":".pcd"}\n',
            "line 4: a.pcd stands among files of another kind",
        ),
        (IMAGES + b"[" * 100_000, "line 3"),
        (IMAGES + b'{"name":"' + b"a" * (1 << 20) + b'"}\n', "line 3 has more than 1 MB"),
        (IMAGES + b"\n" * 1_000_000, "more than 1,000,000 lines"),
        (VIDEO, "ends before the line that tells its properties"),
        (VIDEO + b'{"properties":{"name":"v","resolution":[1],"length":3}}\n', "line 3"),
        (
            VIDEO + b'{"properties":{"name":"v","resolution":[1,1],"length":3}}\n'
            b'{"number":3,"pts":0}\n',
            "line 4: key frame 3 of a video of 3 frames",
        ),
        (
            VIDEO + b'{"properties":{"name":"v","resolution":[1,1],"length":3}}\n'
            b'{"number":1,"pts":0}\n{"number":1,"pts":1}\n',
            "line 5: key frame 1 does not follow",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(body: bytes, message: str) -> None:
    with pytest.raises(BadManifest, match=message):
        manifests.read(body)


def test_a_manifest_without_an_end_is_not_read_on() -> None:
    read = 0

    def endless() -> object:
        nonlocal read
        while True:
            read += 1
            yield b" " * (1 << 19) + b"\n"

    with pytest.raises(BadManifest, match="more than 256 MB"):
        manifests.read(endless())  # type: ignore[arg-type]  # a generator of bytes
    assert read < 600


@given(st.binary(max_size=200))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(BadManifest):
        manifests.read(IMAGES + b"\x00" + noise)


def test_names_below_the_folder_of_the_manifest() -> None:
    moved = manifests.below(manifests.read(OF_IMAGES), "in/here")  # type: ignore[arg-type]
    assert [entry.name for entry in moved.entries] == [
        "in/here/image1.jpg",
        "in/here/sub/image2.jpg",
    ]
    assert moved.related == {"in/here/sub/image2.jpg": ("in/here/related_images/image2_jpg/a.png",)}


def picture(name: str, width: int = 0, height: int = 0, orientation: int = 1) -> File:
    return File(name, "k", 0, 9, "image", "jpeg", width, height, orientation)


BESIDE = picture("related_images/image2_jpg/a.png")
IMAGE_1, IMAGE_2 = picture("image1.jpg", 405, 720, orientation=6), picture("sub/image2.jpg")


@pytest.mark.parametrize(
    ("files", "whole", "message"),
    [
        ([IMAGE_1, IMAGE_2, BESIDE], True, None),
        ([IMAGE_1], False, None),
        ([IMAGE_1], True, "there is not: sub/image2.jpg, related_images/image2_jpg/a.png"),
        ([IMAGE_2], False, "there is not: related_images/image2_jpg/a.png"),
        ([IMAGE_1, picture("x.jpg")], False, "does not name: x.jpg"),
        ([picture("image1.jpg", 720, 404)], False, r"image1.jpg \(720 × 405, but it has 720 × 404"),
        ([File("image1.jpg", "k", 0, 9, "points", "pcd")], False, "2D data, but image1.jpg is a p"),
        ([File("image1.jpg", "k", 0, 9, "unknown")], False, None),
    ],
)
def test_a_manifest_must_agree_with_the_files(
    files: list[File], whole: bool, message: str | None
) -> None:
    manifest = manifests.read(OF_IMAGES)
    if message is None:
        manifest_rules.check(manifest, files, whole=whole)
        return
    with pytest.raises(BadManifest, match=message):
        manifest_rules.check(manifest, files, whole=whole)


def test_only_a_few_names_are_told() -> None:
    manifest = ImageManifest(tuple(ImageEntry(f"{n}.jpg") for n in range(100)))
    with pytest.raises(BadManifest, match=r"0.jpg, 1.jpg, 2.jpg, 3.jpg, 4.jpg and 95 more\."):
        manifest_rules.check(manifest, [])


def test_a_manifest_of_a_video_must_agree_with_it() -> None:
    manifest = manifests.read(OF_A_VIDEO)
    assert isinstance(manifest, VideoManifest)
    manifest_rules.check(manifest, [File("in/video.mp4", "k", 0, 9, "video", "mp4")])
    for wrong in ([], [IMAGE_1], [File("other.mp4", "k", 0, 9, "video", "mp4")]):
        with pytest.raises(BadManifest, match=r"describes the video video\.mp4"):
            manifest_rules.check(manifest, wrong)
    manifest_rules.check_video(manifest, 1280, 720, 778)
    with pytest.raises(BadManifest, match="has 1280 × 720 pixels, but it has 720 × 1280"):
        manifest_rules.check_video(manifest, 720, 1280, 778)
    with pytest.raises(BadManifest, match="has 778 frames, but it has 777"):
        manifest_rules.check_video(manifest, 1280, 720, 777)


def test_whose_order_counts() -> None:
    manifest = manifests.read(OF_IMAGES)
    names = ["image1.jpg", "sub/image2.jpg"]
    given_order = ["z", "a"]
    order = manifest_rules.order
    assert order(manifest, "predefined", archive=True) == names
    assert order(manifest, "predefined", upload_file_order=given_order) == names
    assert order(None, "predefined", upload_file_order=given_order) == given_order
    assert order(None, "predefined") == []
    assert order(manifest, "natural") == []
    with pytest.raises(BadManifest, match=r"upload a manifest\.jsonl beside"):
        order(None, "predefined", archive=True)
    with pytest.raises(BadManifest, match="another sorting method than random"):
        order(manifest, "random")


def test_the_manifest_of_a_task_of_images() -> None:
    listed = FrameList(2, images=[IMAGE_2, IMAGE_1], related=[[BESIDE], []])
    body = b"".join(manifests.of_frames(listed, None))
    assert manifests.read(body) == ImageManifest(
        (
            ImageEntry("sub/image2.jpg", 0, 0, (BESIDE.name,)),
            ImageEntry("image1.jpg", 720, 405),
        )
    )


def test_the_manifest_of_a_task_of_point_clouds() -> None:
    cloud = File("a.pcd", "k", 0, 9, "points", "pcd", 100, 1)
    body = b"".join(manifests.of_frames(FrameList(1, images=[cloud]), None))
    assert manifests.read(body) == ImageManifest((ImageEntry("a.pcd", 100, 1),), "3d")


def test_the_manifest_of_a_task_of_a_video_names_its_key_frames() -> None:
    # Decode order I0 P2 B1 I5 B3 B4 of frames 0…5: sample 3 is shown as frame 5.
    def numbers(*values: int) -> array[int]:
        return array("q", values)

    index = VideoIndex(
        container="mp4", codec="h264", codec_string="", config=b"", timescale=25,
        coded_width=8, coded_height=6, rotation=90,
        offsets=numbers(0, 1, 2, 3, 4, 5), sizes=numbers(1, 1, 1, 1, 1, 1),
        dts=numbers(0, 1, 2, 3, 4, 5), pts=numbers(10, 30, 20, 60, 40, 50),
        keys=numbers(0, 3), frames=numbers(0, 2, 1, 4, 5, 3), expected_frames=6,
    )  # fmt: skip
    video = VideoFile(File("v.mp4", "k", 0, 9, "video", "mp4"), 6, 8, 6, "")
    listed = FrameList(3, 0, 2, video=video)
    assert manifests.read(b"".join(manifests.of_frames(listed, index))) == VideoManifest(
        "v.mp4", 6, 8, 6, (KeyFrame(0, 10), KeyFrame(5, 60))
    )
    assert manifests.read(b"".join(manifests.of_frames(listed, None))) == VideoManifest(
        "v.mp4", 6, 8, 6
    )
