"""What requests for history ask for."""

from __future__ import annotations

from chalicelib.platform.errors import Invalid, NotFound
from chalicelib.platform.requests import Request

#: Digits of a number that may still be a revision or an id.
_DIGITS = 15


def revision_in(text: str) -> int:
    """The revision that a path names.

    Raises:
        Invalid: it is no whole number from 0. NotFound: there can never be so many.
    """
    if not text.isascii() or not text.isdigit():
        raise Invalid(revision="A revision is a whole number from 0.")
    if len(text) > _DIGITS:
        raise NotFound(f"There is no revision {text[:_DIGITS]}….")
    return int(text)


def against_in(request: Request, revision: int) -> int:
    """The revision to compare with: the one before, unless the request names one.

    Raises:
        Invalid: it is no whole number from 0. NotFound: there can never be so many.
    """
    text = request.query("against")
    if text is None or text == "":
        return max(0, revision - 1)
    try:
        return revision_in(text)
    except Invalid:
        raise Invalid(against="A revision is a whole number from 0.") from None


def object_in(request: Request) -> int | None:
    """The id of the object whose history is asked for; None for all. Raises Invalid."""
    text = request.query("object")
    if text is None or text == "":
        return None
    if not text.isascii() or not text.isdigit() or len(text) > _DIGITS:
        raise Invalid(object="An id of an object is a whole number.")
    return int(text)
