"""A service in a process of its own, on loopback, ended by its process id."""

from __future__ import annotations

import subprocess
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class NotStarted(Exception):
    """The service ended, or said nothing in time."""


class Service:
    """Runs a command until the end of the `with` block.

    The command is ready when it prints a line that holds `ready`; `said` is that line.
    """

    def __init__(
        self,
        command: Sequence[str],
        ready: str,
        *,
        environment: Mapping[str, str],
        folder: Path,
        timeout: float = 60.0,
    ) -> None:
        self._command, self._ready = list(command), ready
        self._environment, self._folder, self._timeout = dict(environment), folder, timeout
        self.said = ""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        seen = threading.Event()
        self._printed: list[str] = []
        self._reader = threading.Thread(target=self._read, args=(seen,), daemon=True)
        self._reader.start()
        if not seen.wait(self._timeout) or not self.said:
            self.__exit__()
            raise NotStarted("".join(self._printed) or self._command[0])
        return self

    def _read(self, seen: threading.Event) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._printed.append(line)
            if not self.said and self._ready in line:
                self.said = line.strip()
                seen.set()
        seen.set()

    @property
    def printed(self) -> str:
        """Everything that it printed so far."""
        return "".join(self._printed)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=5)
        self._reader.join(timeout=5)
        if self._process.stdout is not None:
            self._process.stdout.close()
