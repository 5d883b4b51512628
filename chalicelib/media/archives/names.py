"""Names of files in archives: which are of use, and which are an attack."""

from __future__ import annotations

import re

from chalicelib.media.archives.limits import MEMBER_LIMIT, BadArchive, check_member
from chalicelib.media.extensions import family_of

#: Characters of a name, as CVAT keeps it.
NAME_LIMIT = 1024
_CONTROL = re.compile("[\x00-\x1f\x7f]")


class Chooser:
    """Takes the names of an archive's files one by one and says which are wanted."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def choose(self, name: str, size: int) -> str | None:
        """The name that a file goes by, or None if it is passed over.

        Passed over are hidden files, what macOS adds, and files that are no pictures, point
        clouds or documents by their extension.

        Raises:
            BadArchive: the name leads elsewhere or occurs twice, the file is too large, or it is
                an archive or a video.
        """
        name = normal(name)
        if hidden(name):
            return None
        match family_of(name):
            case "archive":
                raise BadArchive(
                    f"it holds another archive, {name}: unpack that one and upload its files"
                )
            case "video":
                raise BadArchive(
                    f"it holds a video, {name}: archives may hold images or point clouds;"
                    " upload the video itself to a task of its own"
                )
            case "image" | "points" | "document":
                check_member(name, size)
            case _:
                return None
        if name in self._taken:
            raise BadArchive(f"it holds {name} twice")
        self._taken.add(name)
        if len(self._taken) > MEMBER_LIMIT:
            raise BadArchive(f"it holds more than {MEMBER_LIMIT:,} files, the most that fit a task")
        return name

    def finish(self) -> None:
        """Refuse an archive without anything of use. Raises BadArchive."""
        if not self._taken:
            raise BadArchive("it holds no pictures or point clouds")


def normal(name: str) -> str:
    """A name without steps that say nothing (`./a//b` is `a/b`).

    Raises:
        BadArchive: it leads out of the archive or is no name of a file.
    """
    steps = name.split("/")
    if ".." in steps or name.startswith("/") or "\\" in name:
        raise BadArchive(f"it holds a file that leads outside of it: {name!r}")
    if _CONTROL.search(name):
        raise BadArchive(f"it holds a file whose name has control characters: {name!r}")
    if len(name) > NAME_LIMIT:
        raise BadArchive(f"it holds a file whose name has {len(name):,} characters: {name[:80]}…")
    return "/".join(step for step in steps if step not in {"", "."})


def hidden(name: str) -> bool:
    """Whether a file, or a folder above it, is not meant to be seen."""
    steps = name.split("/")
    return "__MACOSX" in steps or any(step.startswith(".") for step in steps) or not name


def undecodable(raw: bytes) -> BadArchive:
    """The error for a name that is not text."""
    shown = raw.decode("utf-8", "backslashreplace")
    return BadArchive(f"it holds a file whose name is not UTF-8: '{shown}'")
