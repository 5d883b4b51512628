"""Pages hold what the clients ask for, and links lead to the neighbours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.platform.errors import NotFound
from chalicelib.platform.paging import paginate
from tests.unit.platform.requests import request


@given(st.integers(0, 60), st.integers(1, 25))
def test_pages_put_together_are_the_list(count: int, size: int) -> None:
    items = list(range(count))
    seen: list[int] = []
    number = 1
    while True:
        page = paginate(request(query=f"page={number}&page_size={size}"), items, lambda i: i)
        assert page.count == count
        assert (page.previous is None) == (number == 1)
        seen += page.results
        if not page.next:
            break
        number += 1
    assert seen == items


def test_links_keep_the_other_parameters() -> None:
    page = paginate(request(query="page=2&search=a b"), list(range(30)), str)
    assert page.next == "http://localhost:8080/api/things?search=a+b&page=3"
    assert page.previous == "http://localhost:8080/api/things?search=a+b"


def test_all_is_one_page() -> None:
    page = paginate(request(query="page_size=all"), list(range(30)), str)
    assert len(page.results) == 30
    assert page.next is None


@pytest.mark.parametrize(
    "query",
    ["page=4", "page=0", "page=-1", "page=x", "page_size=0", "page=²", f"page={'9' * 5000}"],
)
def test_a_page_that_does_not_exist_is_not_found(query: str) -> None:
    with pytest.raises(NotFound, match="Invalid page"):
        paginate(request(query=query), list(range(30)), str)
