"""Point clouds are known by name and content, checked before use, and served as PCD."""

from __future__ import annotations

import random
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.media.kinds import HEAD, Kind
from chalicelib.media.points import cloud_names, clouds, pcd
from chalicelib.media.points.pcd import BadCloud, Field
from chalicelib.media.reading import BytesReader

from ..pictures import photographs
from .making import as_bin, as_pcd, read_pcd, street

ENCODINGS = ["ascii", "binary", "binary_compressed"]


def kind(name: str, body: bytes) -> Kind:
    return clouds.kind_of(name, body[:HEAD], len(body))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_pcd_files_of_another_program(encoding: str) -> None:
    body = as_pcd(street(), encoding)
    assert kind("a.PCD", body) == clouds.PCD
    assert clouds.size_of(BytesReader(body), "pcd") == (2000, 1)
    assert clouds.as_pcd(body, "pcd") == body


def test_files_of_kitti() -> None:
    body = as_bin(street())
    assert kind("velodyne_points/data/0.bin", body) == clouds.BIN
    assert clouds.size_of(BytesReader(body), "bin") == (2000, 1)


def test_a_bin_becomes_a_pcd_that_another_program_reads() -> None:
    cloud = street()
    np.testing.assert_array_equal(read_pcd(clouds.as_pcd(as_bin(cloud), "bin")), cloud)


@given(st.integers(1, 300), st.integers(0, 99))
def test_a_bin_as_pcd_keeps_its_points(points: int, seed: int) -> None:
    body = as_bin(street(points, seed))
    made = clouds.as_pcd(body, "bin")
    header = pcd.parse(BytesReader(made))
    assert (header.width, header.height, header.data) == (points, 1, "binary")
    assert made[header.start :] == body


FIELDS = st.builds(Field, st.sampled_from(["a", "b", "_"]), st.just("F"), st.sampled_from([4, 8]),
                   st.integers(1, 5))  # fmt: skip


@given(st.lists(FIELDS, max_size=4), st.integers(1, 50))
def test_headers_read_back(more: list[Field], points: int) -> None:
    fields = (*(Field(name, "F", 4) for name in "xyz"), *more)
    head = pcd.write_header(fields, points)
    size = sum(field.size * field.count for field in fields) * points
    header = pcd.parse(BytesReader(head + bytes(size)))
    assert (header.fields, header.points, header.start) == (fields, points, len(head))
    with pytest.raises(BadCloud, match="cut off"):
        pcd.parse(BytesReader(head + bytes(size - 1)))


def test_clouds_with_rows_tell_them() -> None:
    body = b"VERSION .7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nWIDTH 4\nHEIGHT 3\nDATA binary\n"
    assert clouds.size_of(BytesReader(body + bytes(144)), "pcd") == (4, 3)


def test_other_files_are_what_their_content_says() -> None:
    picture = photographs()["img0.jpg"]
    assert kind("a.pcd", picture).format == "jpeg"
    assert kind("a.bin", picture + bytes(-len(picture) % 16)).format == "jpeg"
    assert kind("points.txt", as_bin(street())).family == "unknown"
    assert kind("a.bin", b"").family == "unknown"


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("a.bin", as_bin(street(9))[:-3], "four floats for each point"),
        ("a.bin", b"text, and not numbers, " * 16, "four floats for each point"),
        ("a.bin", np.full((4, 4), np.nan, "<f4").tobytes(), "four floats for each point"),
        ("a.pcd", random.Random(1).randbytes(500), "PCD header is damaged"),
        ("a.pcd", b"# only a comment\n" * 9000, "PCD header is damaged"),
    ],
)
def test_what_only_bears_the_name_is_refused(name: str, body: bytes, message: str) -> None:
    found = kind(name, body)
    assert found.family == "points"
    with pytest.raises(BadCloud, match=message):
        clouds.size_of(BytesReader(body), found.format)


GOOD = {
    "FIELDS": "x y z", "SIZE": "4 4 4", "TYPE": "F F F", "COUNT": "1 1 1", "WIDTH": "2",
    "HEIGHT": "1", "POINTS": "2", "DATA": "binary",
}  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"FIELDS": "x y i"}, "points have no z"),
        ({"FIELDS": "x y"}, "size and type for each field"),
        ({"SIZE": "4 4 3"}, "gives z an unknown type"),
        ({"TYPE": "F F X"}, "gives z an unknown type"),
        ({"COUNT": "1 1 0"}, "gives z an unknown type"),
        ({"WIDTH": "two"}, "no number for WIDTH"),
        ({"WIDTH": "-2"}, "no number for WIDTH"),
        ({"WIDTH": ""}, "does not say its WIDTH"),
        ({"POINTS": "3"}, "one number of points, and another width and height"),
        ({"WIDTH": "0", "POINTS": "0"}, "it has no points"),
        ({"WIDTH": "30000001", "POINTS": "30000001"}, "30,000,001 points; at most 30,000,000"),
        ({"WIDTH": "9" * 13}, "no number for WIDTH"),
        ({"WIDTH": "3", "POINTS": "3"}, "3 points need 36 bytes, and 24 are there"),
        ({"DATA": "binary_secret"}, "stored as binary_secret"),
        ({"DATA": "binary_compressed"}, "more or fewer points than its header says"),
    ],
)
def test_headers_that_are_wrong(wrong: dict[str, str], message: str) -> None:
    lines = "".join(f"{key} {value}\n" for key, value in {**GOOD, **wrong}.items())
    with pytest.raises(BadCloud, match=message):
        clouds.size_of(BytesReader(lines.encode() + bytes(24)), "pcd")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_cut_off_anywhere(encoding: str) -> None:
    body = as_pcd(street(200), encoding)
    for length in random.Random(2).sample(range(len(body) - 40), 20):
        with pytest.raises(BadCloud):
            clouds.size_of(BytesReader(body[:length]), "pcd")


def test_a_header_is_read_and_nothing_else() -> None:
    asked: list[int] = []

    class Counting(BytesReader):
        def read(self, offset: int, size: int) -> bytes:
            asked.append(size)
            return super().read(offset, size)

    clouds.size_of(Counting(as_pcd(street(50_000))), "pcd")
    assert sum(asked) <= 4096


@given(st.binary(max_size=200))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(BadCloud):
        clouds.size_of(BytesReader(b"VERSION 0.7\nFIELDS \xff" + noise), "pcd")


def test_a_file_that_is_too_large() -> None:
    class Large(BytesReader):
        @property
        def size(self) -> int:
            return (256 << 20) + 1

    for form in ("pcd", "bin"):
        with pytest.raises(BadCloud, match="at most 256 MB"):
            clouds.size_of(Large(b""), form)


def test_points_that_unpack_to_too_much() -> None:
    lines = {**GOOD, "COUNT": "1 1 65536", "WIDTH": "1100", "POINTS": "1100"}
    head = "".join(f"{key} {value}\n" for key, value in lines.items())
    body = head.replace("DATA binary", "DATA binary_compressed").encode()
    body += struct.pack("<2L", 8, 1100 * 65538 * 4) + bytes(8)
    with pytest.raises(BadCloud, match="288,367,200 bytes; at most 256 MB"):
        clouds.size_of(BytesReader(body), "pcd")


def test_frames_go_by_the_name_of_a_pcd() -> None:
    assert cloud_names.pcd_name("data/0001.bin") == "data/0001.pcd"
    assert cloud_names.pcd_name("data/0001.PCD") == "data/0001.PCD"
