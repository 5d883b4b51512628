"""Orders of files, however many there are."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.media.files import File
from chalicelib.media.ingest.catalogue import Catalogue
from chalicelib.media.ingest.sorting import BadOrder, SortingMethod

NAMES = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8), unique=True
)


def arranged(
    names: Sequence[str],
    method: SortingMethod,
    predefined: Sequence[str] = (),
    seed: int = 0,
) -> list[str]:
    with Catalogue() as files:
        files.add(File(name, name, 0, 1, "image") for name in names)
        return [file.name for file in files.arranged(method, predefined, seed)]


def test_natural_order_counts() -> None:
    names = ["b/10.jpg", "b/2.jpg", "a.jpg", "b/01.jpg", "b/1.jpg"]
    assert arranged(names, "natural") == ["a.jpg", "b/01.jpg", "b/1.jpg", "b/2.jpg", "b/10.jpg"]


@given(NAMES)
def test_lexicographical_order_is_that_of_code_points(names: list[str]) -> None:
    assert arranged(names, "lexicographical") == sorted(names)


@given(st.lists(st.text("019abz/. é", max_size=12), unique=True))
def test_natural_order_is_that_of_values_then_text(names: list[str]) -> None:
    def parts(name: str) -> list[tuple[int, int, str]]:
        split = (part for part in re.split(r"(\d+)", name) if part)
        return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in split]

    assert arranged(names, "natural") == sorted(names, key=lambda name: (parts(name), name))


@given(NAMES, st.integers())
def test_random_order_is_a_repeatable_permutation(names: list[str], seed: int) -> None:
    once = arranged(names, "random", seed=seed)
    assert once == arranged(names[::-1], "random", seed=seed)
    assert sorted(once) == sorted(names)


def test_random_order_differs_by_seed() -> None:
    names = [f"{number}.jpg" for number in range(50)]
    orders = {tuple(arranged(names, "random", seed=seed)) for seed in range(20)}
    assert len(orders) == 20
    firsts = {order[0] for order in orders}
    assert len(firsts) > 10


@given(NAMES)
def test_files_stay_as_they_came_without_a_predefined_order(names: list[str]) -> None:
    assert arranged(names, "predefined") == names


def test_a_predefined_order_must_name_each_file_once() -> None:
    assert arranged(["a", "b"], "predefined", ["b", "a"]) == ["b", "a"]
    for order, message in [(["a", "c"], "'c', which was not"), (["a"], "does not name 'b'"),
                           (["a", "b", "a"], "twice")]:  # fmt: skip
        with pytest.raises(BadOrder, match=message):
            arranged(["a", "b"], "predefined", order)


def test_a_later_file_of_a_name_replaces_an_earlier_one_or_is_left_out() -> None:
    with Catalogue() as files:
        files.add([File("a", "1", 0, 1, "image"), File("b", "1", 0, 1, "image")])
        files.add([File("a", "2", 0, 1, "image")])
        assert [(file.name, file.key) for file in files] == [("b", "1"), ("a", "2")]
        files.add([File("a", "3", 0, 1, "image"), File("c", "3", 0, 1, "image")], again=False)
        assert [(file.name, file.key) for file in files] == [("b", "1"), ("a", "2"), ("c", "3")]
        files.discard(["b"])
        assert [file.name for file in files] == ["a", "c"]
