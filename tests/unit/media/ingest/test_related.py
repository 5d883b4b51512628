"""Pictures beside a frame are found in every layout that people use, and never become frames."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.media.files import File
from chalicelib.media.ingest.related import match


def files(*names: str) -> list[File]:
    """Files not looked into yet: their names decide."""
    return [File(name, f"raw/{name}", 0, 10, "unknown") for name in names]


def matched(*names: str) -> dict[str, list[str]]:
    found = match(files(*names))
    return {frame.name: [f.name for f in found.related.get(frame.name, [])]
            for frame in found.frames}  # fmt: skip


def test_pictures_stand_in_a_folder_named_after_the_image() -> None:
    assert matched(
        "b.png",
        "a.jpg",
        "related_images/a_jpg/2.jpg",
        "related_images/a_jpg/1.png",
        "related_images/b_png/x.webp",
    ) == {
        "b.png": ["related_images/b_png/x.webp"],
        "a.jpg": ["related_images/a_jpg/1.png", "related_images/a_jpg/2.jpg"],
    }


def test_the_folder_is_beside_the_image_at_any_depth() -> None:
    assert matched(
        "day/one/a.b.jpg",
        "day/one/related_images/a.b_jpg/c.jpg",
        "day/a.b.jpg",
        "a.b.jpg",
    ) == {
        "day/one/a.b.jpg": ["day/one/related_images/a.b_jpg/c.jpg"],
        "day/a.b.jpg": [],
        "a.b.jpg": [],
    }


def test_pictures_beside_no_image_are_left_out_and_told() -> None:
    found = match(files("a.jpg", "related_images/b_jpg/1.jpg", "related_images/a_jpg/deep/1.jpg"))
    assert [file.name for file in found.frames] == ["a.jpg"]
    assert found.related == {}
    assert [file.name for file in found.left_out] == [
        "related_images/b_jpg/1.jpg",
        "related_images/a_jpg/deep/1.jpg",
    ]


@pytest.mark.parametrize(
    ("cloud", "picture"),
    [
        ("pointcloud/00001.pcd", "related_images/00001_pcd/cam.png"),
        ("pointcloud/00001.bin", "related_images/00001_pcd/cam.png"),
        ("pointcloud/00001.bin", "related_images/00001_bin/cam.png"),
        ("set/pointcloud/00001.pcd", "set/related_images/00001_pcd/cam.png"),
        ("velodyne_points/data/0001.bin", "image_00/data/0001.png"),
        ("drive/velodyne_points/data/0001.pcd", "drive/IMAGE_03/data/0001.jpg"),
        ("00001.pcd", "00001.jpg"),
        ("data/00001.pcd", "data/00001.png"),
        ("data/00001/00001.pcd", "data/00001/front.png"),
    ],
)
def test_pictures_beside_a_point_cloud(cloud: str, picture: str) -> None:
    found = match(files(cloud, picture))
    assert found.dimension == "3d"
    assert [file.name for file in found.frames] == [cloud]
    assert [file.name for file in found.related[cloud]] == [picture]


@pytest.mark.parametrize(
    ("cloud", "picture"),
    [
        ("pointcloud/00001.pcd", "related_images/00002_pcd/cam.png"),
        ("velodyne_points/data/0001.bin", "image_00/data/0002.png"),
        ("velodyne_points/data/0001.bin", "other/image_00/data/0001.png"),
        ("points/data/0001.bin", "image_00/data/0001.png"),
        ("data/00001.pcd", "other/00001.png"),
        ("00001.pcd", "00002.jpg"),
    ],
)
def test_pictures_of_no_point_cloud_are_left_out(cloud: str, picture: str) -> None:
    found = match(files(cloud, picture))
    assert [file.name for file in found.frames] == [cloud]
    assert found.related == {}
    assert [file.name for file in found.left_out] == [picture]


def test_several_cameras_of_a_drive() -> None:
    names = ["velodyne_points/data/1.bin", "velodyne_points/data/2.bin"]
    cameras = [f"image_0{camera}/data/{frame}.png" for frame in (1, 2) for camera in range(4)]
    found = matched(*names, *cameras)
    assert found == {names[0]: cameras[:4], names[1]: cameras[4:]}


def test_what_a_file_is_goes_before_what_its_name_says() -> None:
    cloud = File("scan.dat", "k", 0, 10, "points", "pcd")
    found = match([cloud, File("scan.txt", "k", 0, 10, "image", "png")])
    assert found.frames == (cloud,)
    assert [file.name for file in found.related["scan.dat"]] == ["scan.txt"]


def test_a_manifest_names_pictures_anywhere() -> None:
    found = match(files("a.jpg", "b.jpg", "side/b.jpg"), {"b.jpg": ["side/b.jpg"]})
    assert [file.name for file in found.frames] == ["a.jpg", "b.jpg"]
    assert [[f.name for f in of] for of in found.of(found.frames)] == [[], ["side/b.jpg"]]


def test_no_lists_where_no_frame_has_any() -> None:
    found = match(files("a.jpg", "b.jpg"))
    assert found.of(found.frames) == []


SEGMENT = st.sampled_from(["a", "b", "data", "related_images", "a_jpg", "image_00", "pointcloud"])
NAMES = st.lists(
    st.tuples(st.lists(SEGMENT, max_size=4), st.sampled_from(["a.jpg", "b.png", "a.pcd"])).map(
        lambda found: "/".join([*found[0], found[1]])
    ),
    unique=True,
    max_size=12,
)


@given(NAMES)
def test_every_file_is_a_frame_or_beside_one_or_left_out(names: list[str]) -> None:
    found = match(files(*names))
    frames = {file.name for file in found.frames}
    beside = {file.name for group in found.related.values() for file in group}
    left = {file.name for file in found.left_out}
    assert frames | beside | left == set(names)
    assert len(frames) + len(left) == len(names) - len(beside)
    assert set(found.related) <= frames
