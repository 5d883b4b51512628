"""Pages of lists, as CVAT's clients read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar
from urllib.parse import urlencode

import msgspec

from chalicelib.platform.errors import NotFound
from chalicelib.platform.requests import Request

T = TypeVar("T")
S = TypeVar("S")

DEFAULT_SIZE = 10


class Page(msgspec.Struct, Generic[T]):
    """One page. `next` and `previous` are absolute URLs or null."""

    count: int
    next: str | None
    previous: str | None
    results: list[T]


def paginate(request: Request, items: Sequence[S], show: Callable[[S], T]) -> Page[T]:
    """The page that the request asks for, each item shown by `show`.

    Raises:
        NotFound: beyond the last page, or a page or size that is no positive integer.
    """
    number = _positive(request.query("page"), 1)
    size_text = request.query("page_size")
    size = max(1, len(items)) if size_text == "all" else _positive(size_text, DEFAULT_SIZE)
    last = max(1, -(-len(items) // size))
    if number > last:
        raise NotFound("Invalid page.")
    start = (number - 1) * size
    return Page(
        count=len(items),
        next=_link(request, number + 1) if number < last else None,
        previous=_link(request, number - 1) if number > 1 else None,
        results=[show(item) for item in items[start : start + size]],
    )


def _positive(value: str | None, default: int) -> int:
    if value is None or value == "":
        return default
    # Digits of other scripts are digits to Python, too, and not all of them make a number.
    if not value.isascii() or not value.isdigit() or len(value) > 18 or int(value) < 1:
        raise NotFound("Invalid page.")
    return int(value)


def _link(request: Request, number: int) -> str:
    kept = [
        (name, value)
        for name in sorted(request.query_names - {"page"})
        for value in request.query_all(name)
    ]
    if number > 1:
        kept.append(("page", str(number)))
    query = f"?{urlencode(kept)}" if kept else ""
    return f"{request.base_url}{request.path}{query}"
