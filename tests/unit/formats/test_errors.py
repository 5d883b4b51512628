"""Messages of bad datasets are in plain words, also where Python found what is bad."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.formats.errors import BadDataset


@pytest.mark.parametrize(
    ("convert", "said"),
    [
        (lambda: float("wide"), '"wide" is not a number'),
        (lambda: float("it's"), '"it\'s" is not a number'),
        (lambda: float(""), '"" is not a number'),
        (lambda: int("5.5"), '"5.5" is not a whole number'),
        (lambda: int("x" * 1000), f'"{"x" * 40}…" is not a whole number'),
        (lambda: int("9" * 5000), "a number has too many digits"),
        (lambda: int(float("inf")), "a number is not finite"),
        (lambda: int(float("nan")), "a number is not finite"),
    ],
)
def test_python_is_not_quoted(convert: Callable[[], object], said: str) -> None:
    with pytest.raises((ValueError, OverflowError)) as caught:
        convert()
    error = BadDataset("a.zip/a.xml", f"in box: {caught.value}", "line 2")
    assert str(error) == f"a.zip/a.xml, line 2: in box: {said}"


def test_what_readers_say_themselves_stays() -> None:
    assert str(BadDataset("a.zip", "a box of negative size")) == "a.zip: a box of negative size"
