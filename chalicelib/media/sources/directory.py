"""A file share that is a directory of this machine.

The directory is the operator's, what stands in it may be anybody's: nothing that a link or a path
leads to outside of it is read, also if links change while they are followed.
"""

from __future__ import annotations

import errno
import itertools
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chalicelib.media.sources.file_names import meant, shown
from chalicelib.media.sources.places import Entry, Unreachable

#: What says that a file is not there (any more), or is none that can be read.
_ABSENT = {
    errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EINVAL, errno.ENXIO,
    errno.EISDIR, errno.EILSEQ,
}  # fmt: skip
#: Directories inside each other that a listing goes into.
_DEEPEST = 100
#: Ways to read a path whose steps may each be meant in two ways.
_MOST_READINGS = 64


class Directory:
    """Files below a directory, known by their relative paths with `/` between the steps."""

    def __init__(self, root: str) -> None:
        self._root = Path(os.path.realpath(root))

    def read(self, key: str, offset: int, size: int) -> bytes:
        with self._opened(key) as file:
            pieces = []
            # One call may give less than asked for, above all of 2 GiB and more.
            while size > 0 and (piece := self._pread(file, key, offset, size)):
                pieces.append(piece)
                offset += len(piece)
                size -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def size(self, key: str) -> int | None:
        try:
            with self._opened(key) as file:
                return os.fstat(file).st_size
        except KeyError:
            return None

    def entries(self, prefix: str) -> Iterator[Entry]:
        above, slash, begin = prefix.rpartition("/")
        if slash and not above:
            return iter(())  # no key begins with a slash
        try:
            path = self._directory(above)
        except NotADirectoryError:
            return iter(())
        return self._walk(path, f"{above}/" if above else "", begin, (os.path.realpath(path),))

    def items(self, directory: str) -> Iterator[tuple[str, bool]]:
        """See `share.Share`."""
        path = self._directory(directory)
        return ((shown(name), inner) for name, inner in self._members(path, directory))

    def _walk(self, path: Path, above: str, begin: str, outer: tuple[str, ...]) -> Iterator[Entry]:
        """Files below `path`, in the order of their keys.

        Args:
            above: what their keys begin with.
            begin: what the first step below must begin with.
            outer: the directories around, without links: one that leads back is not entered.
        """
        members = self._members(path, above, hidden=begin.startswith("."))
        # Keys are compared with their slashes: `a.jpg` stands before `a/1.jpg`.
        steps = ((shown(name) + ("/" if inner else ""), name) for name, inner in members)
        for step, name in sorted(step for step in steps if step[0].startswith(begin)):
            below = path / name
            if step.endswith("/"):
                real = os.path.realpath(below)
                if len(outer) >= _DEEPEST:
                    raise Unreachable(f"{above!r} of the file share is too deep in directories.")
                if real not in outer:
                    yield from self._walk(below, above + step, "", (*outer, real))
                continue
            try:
                yield Entry(above + step, below.stat().st_size)
            except OSError as error:
                _explain(error, above + step)

    def _members(
        self, path: Path, asked: str, *, hidden: bool = False
    ) -> Iterator[tuple[str, bool]]:
        """Names of the files and directories in a directory, and whether each is a directory."""
        try:
            with os.scandir(path) as members:
                for member in members:
                    if hidden or not member.name.startswith("."):
                        inner = self._is_directory(member)
                        if inner is not None:
                            yield member.name, inner
        except OSError as error:
            _explain(error, asked)

    def _is_directory(self, member: os.DirEntry[str]) -> bool | None:
        """None for what is no file either, is gone, or is a link that leads outside or nowhere."""
        try:
            if member.is_symlink() and not self._holds(os.path.realpath(member.path)):
                return None
            return member.is_dir() or (False if member.is_file() else None)
        except OSError:
            return None

    def _directory(self, asked: str) -> Path:
        """The path of a directory. Raises NotADirectoryError."""
        for path in self._readings(asked):
            try:
                if self._holds(os.path.realpath(path)) and stat.S_ISDIR(path.stat().st_mode):
                    return path
            except OSError as error:
                _explain(error, asked)
        self._check_connected()
        raise NotADirectoryError(asked)

    @contextmanager
    def _opened(self, key: str) -> Iterator[int]:
        """A descriptor of a file. Raises KeyError."""
        for path in self._readings(key):
            try:
                file = self._open(path)
            except OSError as error:
                _explain(error, key)
                continue
            try:
                if not stat.S_ISREG(os.fstat(file).st_mode):
                    break
                yield file
                return
            finally:
                os.close(file)
        self._check_connected()
        raise KeyError(key)

    def _open(self, path: Path) -> int:
        real = os.path.realpath(path)
        if not self._holds(real):
            raise FileNotFoundError(errno.ENOENT, "outside of the share")
        # The path holds no links any more. If one is met, it was put there just now.
        steps = Path(real).relative_to(self._root).parts or (".",)
        at = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        for number, step in enumerate(steps, 1):
            # Without O_NONBLOCK, opening a pipe would wait for somebody to write into it.
            kind = os.O_NONBLOCK if number == len(steps) else os.O_DIRECTORY
            try:
                below = os.open(step, os.O_RDONLY | os.O_NOFOLLOW | kind, dir_fd=at)
            finally:
                os.close(at)
            at = below
        return at

    def _holds(self, real: str) -> bool:
        return Path(real).is_relative_to(self._root)

    def _readings(self, key: str) -> Iterator[Path]:
        """Paths that a key may stand for; none if it leads elsewhere."""
        steps = key.split("/") if key else []
        if any(step in {"", ".", ".."} for step in steps) or not _can_be_a_path(key):
            return
        for reading in itertools.islice(
            itertools.product(*(meant(step) for step in steps)), _MOST_READINGS
        ):
            yield self._root.joinpath(*reading)

    def _check_connected(self) -> None:
        if not self._root.is_dir():
            raise Unreachable("The file share is not connected: its directory is not there.")

    @staticmethod
    def _pread(file: int, key: str, offset: int, size: int) -> bytes:
        try:
            return os.pread(file, min(size, 1 << 30), offset)
        except OSError as error:
            _explain(error, key)
            return b""


def _can_be_a_path(key: str) -> bool:
    try:
        return b"\0" not in os.fsencode(key)
    except UnicodeEncodeError:  # half of a pair of surrogates
        return False


def _explain(error: OSError, key: str) -> None:
    """Nothing for what is absent. Raises Unreachable for what the system refuses."""
    if error.errno not in _ABSENT:
        what = f"{key!r} of the file share" if key else "the file share"
        raise Unreachable(f"The server cannot read {what}: {error.strerror}.") from error
