"""Pieces of an archive become one object of parts that S3 takes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.platform import bucket as storage
from chalicelib.projects.models import Task
from functions.export import joining, plan
from functions.export.joining import COPY, LEAST, Range, parts_of

from .conftest import Clock, Export, inputs_of

sizes = st.one_of(st.integers(0, 3 * LEAST), st.integers(COPY - 2, COPY * 3), st.integers(0, 9))


@given(st.lists(sizes, max_size=8))
def test_parts_are_all_the_bytes_in_order(found: list[int]) -> None:
    parts, rest = parts_of([Range(str(n), 0, size) for n, size in enumerate(found)])
    for part in parts:
        # More than one range is passed through memory, one is copied where it stands.
        assert sum(one.size for one in part) >= LEAST
        assert sum(one.size for one in part) <= (COPY if len(part) == 1 else LEAST)
    assert sum(one.size for one in rest) < LEAST
    ends = {str(number): 0 for number in range(len(found))}
    order = [one for part in [*parts, rest] for one in part]
    assert [int(one.key) for one in order] == sorted(int(one.key) for one in order)
    for one in order:
        assert one.offset == ends[one.key]
        ends[one.key] += one.size
    assert list(ends.values()) == found


def test_large_pieces_are_not_read(
    pictures: Callable[..., Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "WITH_IMAGES", 12)
    export = Export(inputs_of(pictures([bytes([n]) * (1 << 20) for n in range(24)])))
    for piece in export.step("prepare")["pieces"]:
        export.step("piece", piece=piece)
    read = _counted(monkeypatch)
    export.step("finish", message=export.step("join")["message"])
    # What fills up the first part after each seam, and what is left of each piece.
    assert 0 < sum(read) < 3 * LEAST
    with zipfile.ZipFile(io.BytesIO(export.body())) as archive:
        assert archive.testzip() is None
        assert archive.read("images/23.jpg") == b"\x17" * (1 << 20)


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    read: list[int] = []
    original = storage.get_range

    def get_range(key: str, offset: int, size: int) -> bytes:
        read.append(size)
        return original(key, offset, size)

    monkeypatch.setattr(storage, "get_range", get_range)
    return read


def test_joining_goes_on_where_it_stopped(
    pictures: Callable[..., Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "WITH_IMAGES", 8)
    monkeypatch.setattr(joining, "AT_ONCE", 1)
    export = Export(inputs_of(pictures([bytes([n]) * (1 << 20) for n in range(24)])))
    for piece in export.step("prepare")["pieces"]:
        export.step("piece", piece=piece)
    copies: list[Any] = []
    original = joining._part

    def part(*args: Any) -> Any:
        copies.append(args)
        return original(*args)

    monkeypatch.setattr(joining, "_part", part)
    assert export.step("join", Clock(1)) == {"state": "join"}
    assert len(copies) == 2
    # However late it is, each call makes a part.
    while (joined := export.step("join", Clock(0)))["state"] == "join":
        pass
    export.step("finish", message=joined["message"])
    assert len({part[1] for part in copies}) == len(copies)
    with zipfile.ZipFile(io.BytesIO(export.body())) as archive:
        assert archive.testzip() is None
