"""Which files of a file share or a cloud storage a client means.

Directories are taken with everything below them. `server_files_exclude` names files and
directories to leave out. `filename_pattern` (`*`, `?`, `[…]`, where `*` also matches `/`) narrows
what directories and manifests bring; with nothing else named, the whole store.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from chalicelib.media.extensions import family_of
from chalicelib.media.files import File
from chalicelib.media.ingest.parameters import DataRequest
from chalicelib.media.ingest.refusal import Refused
from chalicelib.media.sources import places
from chalicelib.media.sources.places import Entry, Place

#: Names whose sizes are asked for one by one; more are looked up in a listing.
ASKED_SINGLY = 50


def place_name(wanted: DataRequest) -> str:
    """The store that `server_files` are of."""
    if wanted.cloud_storage_id is None:
        return places.SHARE
    return f"{places.CLOUD}{wanted.cloud_storage_id}"


def manifest_of(wanted: DataRequest) -> str | None:
    """The manifest among `server_files`. Raises Refused."""
    named = [_path(name) for name in wanted.server_files if name.endswith(".jsonl")]
    if len(named) > 1:
        raise Refused(f"Only one manifest can describe a task; {named[0]} and {named[1]} do.")
    return named[0] if named else None


def expand(wanted: DataRequest, described: Sequence[str] = ()) -> Iterator[File]:
    """The files that are meant, in the order of the request; some may come twice.

    Args:
        described: names in the manifest.

    Raises:
        Refused: naming what is not there. Unreachable.
    """
    name = place_name(wanted)
    store = places.place(name)
    named = [_path(path) for path in wanted.server_files if not path.endswith(".jsonl")]
    for entry in _kept(_entries(store, named, described, wanted), wanted):
        yield File(entry.key, entry.key, 0, entry.size, "unknown", place=name)


def _entries(
    store: Place, named: Sequence[str], described: Sequence[str], wanted: DataRequest
) -> Iterator[Entry]:
    if named:
        yield from _named(store, named, wanted.filename_pattern)
    elif described:
        yield from _sized(store, [n for n in described if _matches(n, wanted.filename_pattern)])
    elif wanted.filename_pattern:
        yield from _media(store.entries(""), wanted.filename_pattern)


def _named(store: Place, named: Sequence[str], pattern: str | None) -> Iterator[Entry]:
    if len(named) > ASKED_SINGLY and not any(map(_is_directory, named)):
        yield from _sized(store, named)
        return
    for name in named:
        size = None if _is_directory(name) else store.size(name)
        yield from [Entry(name, size)] if size is not None else _directory(store, name, pattern)


def _is_directory(name: str) -> bool:
    """Whether this can be no file; the whole store has no name."""
    return not name or name.endswith("/")


def _directory(store: Place, name: str, pattern: str | None) -> Iterator[Entry]:
    below = name.rstrip("/") + "/" if name.rstrip("/") else ""
    found = False
    for entry in store.entries(below):
        found = True
        yield from _media([entry], pattern)
    if not found:
        raise Refused(f"{name or '(empty)'}: there is no such file or directory, or nothing in it.")


def _sized(store: Place, names: Sequence[str]) -> Iterator[Entry]:
    """Sizes of many files, from a listing of what they have in common."""
    sizes = dict.fromkeys(names, -1)
    if len(names) <= ASKED_SINGLY:
        sizes = {name: _or_absent(store.size(name)) for name in names}
    else:
        common = posixpath.commonpath([posixpath.dirname(name) for name in names])
        for entry in store.entries(f"{common}/" if common else ""):
            if entry.key in sizes:
                sizes[entry.key] = entry.size
    for name, size in sizes.items():
        if size >= 0:
            yield Entry(name, size)
        else:
            yield from _directory(store, name, None)


def _or_absent(size: int | None) -> int:
    return -1 if size is None else size


def _media(entries: Iterable[Entry], pattern: str | None) -> Iterator[Entry]:
    """Without what is no media by its name: directories hold all sorts of things."""
    for entry in entries:
        if family_of(entry.key) != "unknown" and _matches(entry.key, pattern):
            yield entry


def _matches(name: str, pattern: str | None) -> bool:
    return not pattern or fnmatchcase(name, pattern)


def _kept(entries: Iterable[Entry], wanted: DataRequest) -> Iterator[Entry]:
    excluded = {_path(path).rstrip("/") for path in wanted.server_files_exclude}
    below = tuple(f"{path}/" for path in excluded)
    for entry in entries:
        if entry.key not in excluded and not entry.key.startswith(below):
            yield entry


def _path(path: str) -> str:
    return path.lstrip("/")
