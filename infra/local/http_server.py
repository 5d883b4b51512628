"""uvicorn, set up the same way wherever this project serves HTTP on one machine."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import threading
from typing import TYPE_CHECKING, Any

import uvicorn

from infra.local.problems import StartupProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound socket. Raises StartupProblem if the port cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except PermissionError as error:
        listener.close()
        raise StartupProblem(
            f"Port {port} needs privileges: choose one above 1023, for example PORT=8080."
        ) from error
    except OSError as error:
        listener.close()
        if error.errno in {98, 48}:
            message = (
                f"Port {port} is in use: stop what listens there, "
                f"or choose another, for example PORT={port + 1 if port < 65535 else 8080}."
            )
        else:
            message = f"Cannot listen on {host} ({error.strerror}): set SKYLABEL_BIND to an address"
            message += " of this machine, for example 127.0.0.1."
        raise StartupProblem(message) from error
    return listener


def configuration(app: Any, *, access_log: bool = False) -> uvicorn.Config:
    """The uvicorn configuration of both servers and of the benchmarks."""
    return uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_level="info" if access_log else "warning",
        access_log=access_log,
        proxy_headers=False,
        server_header=False,
        date_header=True,
        timeout_keep_alive=65,
        timeout_graceful_shutdown=3,
    )


class FrontServer(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM, and return: uvicorn would raise the signal again and end
        the process before its workers are ended."""
        kinds = (signal.SIGINT, signal.SIGTERM)
        before = [signal.signal(kind, self.handle_exit) for kind in kinds]
        try:
            yield
        finally:
            for kind, handler in zip(kinds, before, strict=True):
                signal.signal(kind, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and not self.should_exit:
            self._on_ready()


class ThreadServer(uvicorn.Server):
    """A server in a thread of its own, with its own loop."""

    def __init__(self, app: Any, listener: socket.socket) -> None:
        super().__init__(configuration(app))
        self._listener = listener
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._run, name="emulator-http", daemon=True)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to the main thread."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._listening.set()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=self.config.get_loop_factory()) as runner:
            runner.run(self.serve([self._listener]))
        self._listening.set()

    def start(self) -> None:
        """Return when the server listens. Raises StartupProblem if it could not start."""
        self._thread.start()
        self._listening.wait(timeout=20)
        if not self.started:
            raise StartupProblem("The AWS emulator did not start: see the messages above.")

    def stop(self) -> None:
        self.should_exit = True
        self._thread.join(timeout=5)
