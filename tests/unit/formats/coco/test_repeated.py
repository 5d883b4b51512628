"""Ids that occur twice are found among numbers of any length and names, however they come."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.formats.catalogue.coco.repeated import Id, Ids

_NUMBERS = st.integers(-3, 3) | st.sampled_from([-(2**63), 2**63 - 1, 2**63, -(2**63) - 1, 2**80])
_IDS: st.SearchStrategy[Id] = _NUMBERS | st.sampled_from(["1", "a", "b"])


@given(st.lists(st.lists(_IDS, max_size=4), max_size=5))
def test_the_first_that_occurred_before_is_found(batches: list[list[Id]]) -> None:
    found = Ids()
    for batch in batches:
        found.extend(batch)
    everything = [one for batch in batches for one in batch]
    again = [at for at, one in enumerate(everything) if one in everything[:at]]
    assert found.repeated() == (again[0] if again else None)
