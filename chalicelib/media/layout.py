"""Where media stand in the bucket."""

from __future__ import annotations


def raw(task_id: int, name: str) -> str:
    """A file as it was uploaded."""
    return f"tasks/{task_id}/raw/{name}"


def pack(task_id: int, identity: str) -> str:
    """Several small files as they arrived in one request; each is a range of it."""
    return f"tasks/{task_id}/packs/{identity}"


def stage(task_id: int, attempt: str, name: str) -> str:
    """What the steps of one attempt to index a task's media leave for each other."""
    return f"tasks/{task_id}/stage/{attempt}/{name}"


def copy(task_id: int, attempt: str, name: str) -> str:
    """A file that indexing copied from another store."""
    return f"tasks/{task_id}/copies/{attempt}/{name}"


def frames(task_id: int, revision: int) -> str:
    """The list of frames of a version of a task's data."""
    return f"tasks/{task_id}/index/{revision}/frames"


def video(task_id: int, revision: int) -> str:
    """The sample table of its video."""
    return f"tasks/{task_id}/index/{revision}/video"


def samples(task_id: int, revision: int) -> str:
    """The same for browsers."""
    return f"tasks/{task_id}/index/{revision}/samples"


def derived(task_id: int, revision: int, name: str) -> str:
    """Something built on demand from a version of a task's data."""
    return f"tasks/{task_id}/derived/{revision}/{name}"


def piece(file_id: str, offset: int, tag: str) -> str:
    """A piece of an unfinished upload."""
    return f"uploads/{file_id}/{offset:014d}-{tag}"


def uploaded(file_id: str) -> str:
    """A finished upload that is not media."""
    return f"uploads/{file_id}/file"
