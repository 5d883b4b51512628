"""Names of uploaded files: what clients send is a hint, never a path."""

from __future__ import annotations

import re

from chalicelib.platform.errors import Invalid

_DRIVE = re.compile("[A-Za-z]:")
#: Longest name kept, in bytes: a key of the bucket has 1024, and the name stands below a prefix.
LIMIT = 960


def sent_name(client_path: str) -> str:
    """What a file is called that came with a path of any system.

    The SDK sends absolute paths, of which only the last step says something. A relative path says
    where a file stands in the folder that somebody chose, and is kept: what is an image and what
    is shown beside it depends on folders.

    Raises:
        Invalid: nothing is left, or what is left is no name.
    """
    steps = client_path.replace("\\", "/").split("/")
    if _DRIVE.match(client_path) or any(_leads_elsewhere(step) for step in steps):
        return relative_path(steps[-1])
    return relative_path("/".join(steps))


def relative_path(path: str) -> str:
    """A path below a task's files, checked.

    Raises:
        Invalid: it leads elsewhere, is empty or too long, or holds control characters.
    """
    if "\\" in path or any(_leads_elsewhere(step) for step in path.split("/")):
        raise Invalid(filename=f"{path!r} is not a file name.")
    if len(path.encode()) > LIMIT or any(ord(c) < 32 or ord(c) == 127 for c in path):
        raise Invalid(filename=f"{path[:64]!r} is too long or holds control characters.")
    return path


def _leads_elsewhere(step: str) -> bool:
    """Whether a step is none, also once somebody on the way decodes it."""
    return step.lower().replace("%2e", ".") in {"", ".", ".."}
