"""What is wrong with a dataset, said so that its owner can put it right."""

from __future__ import annotations

import re

#: What Python says of texts and numbers that it cannot convert, and how people say it.
_IN_PLAIN_WORDS = (
    (r"could not convert string to float: (['\"])(?P<text>.*)\1", '"{text}" is not a number'),
    (
        r"invalid literal for int\(\) with base \d+: (['\"])(?P<text>.*)\1",
        '"{text}" is not a whole number',
    ),
    # Long ones are cut off.
    (
        r"invalid literal for int\(\) with base \d+: ['\"](?P<text>.*)",
        '"{text}" is not a whole number',
    ),
    (r"cannot convert float (infinity|NaN) to integer", "a number is not finite"),
    (r"Exceeds the limit \(\d+ digits\) for integer string .*", "a number has too many digits"),
)
#: Characters of such a text that are shown.
_SHOWN = 40


class BadDataset(Exception):
    """The file cannot be imported. The text names the file, the place and the trouble."""

    def __init__(self, file: str, trouble: str, place: str = "") -> None:
        where = f"{file}, {place}" if place else file
        super().__init__(f"{where}: {_plain(trouble)}")


def _plain(trouble: str) -> str:
    """What is wrong, which readers of numbers leave to Python to say."""
    for pattern, said in _IN_PLAIN_WORDS:
        found = re.search(pattern, trouble, re.DOTALL)
        if found is not None:
            text = found.groupdict().get("text") or ""
            shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
            before, after = trouble[: found.start()], trouble[found.end() :]
            return f"{before}{said.format(text=shown)}{after}"
    return trouble
