"""Names of uploaded files: what clients send is a hint, never a path."""

from __future__ import annotations

from chalicelib.platform.errors import Invalid

#: Longest name kept, in bytes: a key of the bucket has 1024, and the name stands below a prefix.
LIMIT = 960


def basename(client_path: str) -> str:
    """The last step of a client's path of any system: the SDK sends absolute paths.

    Raises:
        Invalid: nothing is left.
    """
    return file_name(client_path.replace("\\", "/").rpartition("/")[2])


def file_name(name: str) -> str:
    """A plain file name, checked.

    Raises:
        Invalid: it is empty, a relative path, too long, or holds control characters.
    """
    if "/" in name or "\\" in name:
        raise Invalid(filename=f"File name {name!r} must not hold path separators.")
    return relative_path(name)


def relative_path(path: str) -> str:
    """A path below a task's files, checked.

    Raises:
        Invalid: it leads elsewhere, is empty or too long, or holds control characters.
    """
    steps = path.split("/")
    if "\\" in path or any(step in {"", ".", ".."} for step in steps):
        raise Invalid(filename=f"{path!r} is not a file name.")
    if len(path.encode()) > LIMIT or any(ord(c) < 32 or ord(c) == 127 for c in path):
        raise Invalid(filename=f"{path[:64]!r} is too long or holds control characters.")
    return path
