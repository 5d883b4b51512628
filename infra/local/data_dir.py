"""The directory that holds everything the server knows, used by one server at a time."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shutil
from pathlib import Path
from typing import IO

from infra.local.problems import StartupProblem


class DataDirectory:
    """An opened and locked data directory. The lock lives as long as the process."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = self._open()
        self.objects = root / "s3"
        self.journal = root / "table" / "table.sqlite"
        self.scratch = root / "tmp"
        #: Where the AWS services of the running server are, for tools such as the AWS CLI.
        self.endpoint = root / "aws-endpoint"
        self._empty_scratch()
        self.objects.mkdir(exist_ok=True)
        #: Files that tasks may be made of, unless another directory is chosen for them.
        self.share = root / "share"
        self.share.mkdir(exist_ok=True)

    def _open(self) -> IO[str]:
        """Create the directory and take its lock. Raises StartupProblem."""
        try:
            # What is inside is nobody else's: hashes of passwords, pictures, annotations.
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = (self.root / "lock").open("a+")
            probe = self.root / f".write-test-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except (FileExistsError, NotADirectoryError) as error:
            raise StartupProblem(
                f"{self.root} is not a directory: set SKYLABEL_DATA_DIR to a directory."
            ) from error
        except OSError as error:
            raise StartupProblem(_unusable(self.root, error)) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise StartupProblem(
                f"Another Skylabel is using {self.root}: stop it first, "
                "or set SKYLABEL_DATA_DIR to another directory."
            ) from error
        return lock

    def _empty_scratch(self) -> None:
        """Working files of a server that was killed are worth nothing to the next one."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(exist_ok=True)

    def signing_secret(self) -> str:
        """The secret behind presigned URLs: made once, so that URLs survive a restart."""
        path = self.root / "signing-secret"
        if not path.exists():
            fresh = path.with_suffix(".new")
            fresh.write_text(secrets.token_hex(32))
            fresh.chmod(0o600)
            fresh.replace(path)
        return path.read_text().strip()

    def close(self) -> None:
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.endpoint.unlink(missing_ok=True)
        self._lock.close()


def _unusable(root: Path, error: OSError) -> str:
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return (
            f"Cannot write to {root}: make it writable for this user, "
            "or set SKYLABEL_DATA_DIR to another directory."
        )
    if error.errno == errno.ENOSPC:
        return f"No space is left for {root}: free some, or set SKYLABEL_DATA_DIR to another disk."
    return f"Cannot use {root} ({error.strerror}): set SKYLABEL_DATA_DIR to another directory."
