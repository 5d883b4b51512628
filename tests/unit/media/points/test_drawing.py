"""The preview of a cloud shows it from above, the same for every format."""

from __future__ import annotations

import lzf  # type: ignore[import-not-found]  # compiled, without types
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.media.points.drawing import SIZE, preview
from chalicelib.media.points.pcd import BadCloud
from chalicelib.media.points.reading import coordinates, decompress

from .making import as_bin, as_pcd, street


@pytest.mark.parametrize("encoding", ["ascii", "binary", "binary_compressed"])
def test_coordinates_are_the_same_in_every_format(encoding: str) -> None:
    cloud = street()
    np.testing.assert_allclose(
        coordinates(as_pcd(cloud, encoding), "pcd", 2000), cloud[:, :3], atol=1e-4
    )
    np.testing.assert_array_equal(coordinates(as_bin(cloud), "bin", 2000), cloud[:, :3])


@pytest.mark.parametrize("encoding", ["ascii", "binary", "binary_compressed"])
def test_of_a_large_cloud_some_points_are_taken(encoding: str) -> None:
    cloud = street()
    some = coordinates(as_pcd(cloud, encoding), "pcd", 600)
    np.testing.assert_allclose(some, cloud[::4, :3], atol=1e-4)
    np.testing.assert_array_equal(coordinates(as_bin(cloud), "bin", 999), cloud[::3, :3])


def test_points_that_the_sensor_did_not_see_are_left_out() -> None:
    cloud = street()
    cloud[::2, 0] = np.nan
    assert len(coordinates(as_bin(cloud), "bin", 2000)) == 1000


def test_coordinates_among_other_fields() -> None:
    head = (
        b"VERSION 0.7\nFIELDS label x _ y z\nSIZE 2 4 1 4 8\nTYPE U F U F F\nCOUNT 1 1 3 1 1\n"
        b"WIDTH 2\nHEIGHT 1\nDATA "
    )
    row = np.dtype(
        [("label", "<u2"), ("x", "<f4"), ("_", "u1", 3), ("y", "<f4"), ("z", "<f8")], align=False
    )
    rows = np.zeros(2, row)
    rows["label"], rows["x"], rows["y"], rows["z"] = 7, [1, 4], [2, 5], [3, 6]
    wanted = [[1, 2, 3], [4, 5, 6]]
    assert coordinates(head + b"binary\n" + rows.tobytes(), "pcd", 2).tolist() == wanted
    text = b"7 1 0 0 0 2 3\n7 4 0 0 0 5 6\n"
    assert coordinates(head + b"ascii\n" + text, "pcd", 2).tolist() == wanted


def test_what_stands_where_is_drawn_where_it_stands() -> None:
    """x to the right, y up, the highest of points above each other."""
    cloud = np.zeros((400, 4), "<f4")
    cloud[:100, :3] = (-10, -10, 0)  # bottom left, low
    cloud[100:200, :3] = (10, 10, 5)  # top right, high
    cloud[200:300, :3] = (10, 10, 0)  # below that
    cloud[300:, :3] = (-10, 10, 2)
    picture = preview(as_bin(cloud), "bin")
    assert picture.shape == (SIZE, SIZE, 3)
    drawn = (picture != picture[SIZE // 2, SIZE // 2]).any(axis=2)
    half = SIZE // 2
    assert [drawn[:half, :half].sum(), drawn[:half, half:].sum()] == [1, 1]
    assert [drawn[half:, :half].sum(), drawn[half:, half:].sum()] == [1, 0]
    low, high = (
        picture[half:, :half][drawn[half:, :half]],
        picture[:half, half:][drawn[:half, half:]],
    )
    assert low[0, 2] > low[0, 0]  # blue
    assert high[0, 0] > high[0, 2]  # orange


def test_a_street_fills_its_preview() -> None:
    picture = preview(as_pcd(street(20_000)), "pcd")
    drawn = (picture != picture[0, 0]).any(axis=2)
    rows, columns = np.nonzero(drawn)
    assert columns.min() < 20
    assert columns.max() > SIZE - 20
    assert rows.max() - rows.min() == pytest.approx(SIZE / 2, abs=20)  # 80 m by 40 m


def test_strays_do_not_shrink_the_rest() -> None:
    cloud = street(5000)
    cloud[0] = (9000, 9000, 900, 0)
    drawn = (preview(as_bin(cloud), "bin") != preview(as_bin(cloud), "bin")[0, 0]).any(axis=2)
    assert drawn.sum() > 2000


def test_a_cloud_of_nothing_visible_is_a_plain_picture() -> None:
    for cloud in (np.full((4, 4), np.nan, "<f4"), np.zeros((1, 4), "<f4")):
        assert preview(as_bin(cloud), "bin").shape == (SIZE, SIZE, 3)


@given(st.lists(st.floats(width=32), min_size=1, max_size=24))
def test_any_numbers_make_a_picture(numbers: list[float]) -> None:
    body = np.array(numbers * 4, "<f4").tobytes()
    assert preview(body, "bin").shape == (SIZE, SIZE, 3)


@given(st.lists(st.floats(), min_size=3, max_size=24))
def test_numbers_that_are_too_large_are_left_out(numbers: list[float]) -> None:
    points = len(numbers)
    head = f"FIELDS x y z\nSIZE 8 8 8\nTYPE F F F\nWIDTH {points}\nHEIGHT 1\nDATA binary\n"
    body = head.encode() + np.array(numbers * 3, "<f8").tobytes()
    assert preview(body, "pcd").shape == (SIZE, SIZE, 3)


@given(st.binary(min_size=1, max_size=3000), st.integers(1, 60))
def test_compressed_points_unpack(body: bytes, repeats: int) -> None:
    whole = body * repeats
    packed = lzf.compress(whole, len(whole) * 2 + 16)
    assert packed is not None
    assert decompress(packed, len(whole)) == whole


@given(st.binary(min_size=1, max_size=300))
def test_noise_does_not_unpack(noise: bytes) -> None:
    with pytest.raises(BadCloud, match="compressed points are damaged"):
        decompress(noise, 1 << 20)


@pytest.mark.parametrize("text", [b"1 2 3\n4 5\n", b"1 2 3\n4 5 six\n"])
def test_text_that_is_no_numbers(text: bytes) -> None:
    head = b"FIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nWIDTH 2\nHEIGHT 1\nDATA ascii\n"
    with pytest.raises(BadCloud):
        preview(head + text, "pcd")
