"""What is missing, in words."""

from __future__ import annotations

from chalicelib.annotations.model.document import Kind
from chalicelib.annotations.revisions.pages import Entry
from chalicelib.annotations.upkeep.evidence import described, together


def _page(kind: Kind, first: int, last: int, count: int) -> Entry:
    return Entry(0, kind, first, last, count, file=1, offset=0, packed=9, raw=9)


def test_the_pages_of_a_lost_file_are_one_sentence_for_each_kind() -> None:
    pages = [
        _page("shape", 4, 9, 72),
        _page("track", 3, 30, 1),
        _page("shape", 0, 4, 72),
        _page("shape", 9, 12, 48),
    ]
    told = [described(entry) for entry in together(pages)]
    assert told == ["192 shapes on frames 0 to 12", "1 track on frames 3 to 30"]
