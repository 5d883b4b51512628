"""That a task cannot be made of what was given."""

from __future__ import annotations

from collections.abc import Sequence

#: Names of bad files that a message spells out.
SHOWN = 5


class Refused(Exception):
    """The task cannot be made. The text is a sentence for the user."""


class Cancelled(Exception):
    """The request does not want its result any more."""


def some(names: Sequence[str], count: int | None = None) -> str:
    """The first names of a list, and how many more there are.

    Args:
        count: of all names, if `names` holds only the first.
    """
    rest = (len(names) if count is None else count) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
