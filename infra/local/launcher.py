"""Starts everything in order, serves until told to stop, and stops everything."""

from __future__ import annotations

import importlib
import os
import secrets
import sys
import threading
from typing import TYPE_CHECKING

from infra.local.data_dir import DataDirectory
from infra.local.http_server import FrontServer, configuration, listening_socket
from infra.local.problems import StartupProblem
from infra.local.settings import ROOT, LauncherSettings

if TYPE_CHECKING:
    import socket

    from infra.local.emulator import Emulator

TABLE, BUCKET, PREFIX = "skylabel", "skylabel-media", "skylabel-"


def run(settings: LauncherSettings) -> None:
    """Serve until SIGINT or SIGTERM. Raises StartupProblem."""
    if not (settings.pages_dir / "index.html").is_file():
        raise StartupProblem(
            "The browser application is not built: run `make setup`, which needs Node 20 or newer."
        )
    listener = listening_socket(settings.bind, settings.port)
    data = DataDirectory(settings.data_dir)
    try:
        _serve(settings, listener, data)
    finally:
        listener.close()
        data.close()


def _serve(settings: LauncherSettings, listener: socket.socket, data: DataDirectory) -> None:
    # Imported late: what follows reads the environment that the emulator prepares.
    emulator = importlib.import_module("infra.local.emulator").Emulator(data)
    stopped = threading.Event()
    try:
        os.environ["SKYLABEL_SHARE"] = str(settings.share or data.share)
        _start_application(settings)
        gateway = _gateway(settings, emulator)
        worker = importlib.import_module("infra.local.worker")
        worker.keep_ending_idle_workers(stopped, settings.worker_idle_seconds)
        # What is left of an interrupted deletion is out of sight already, so nobody waits for it.
        importlib.import_module("infra.local.sweeping").keep_sweeping(stopped)
        config = configuration(gateway, access_log=settings.access_log)
        host = "localhost" if settings.bind in {"127.0.0.1", "0.0.0.0", "::"} else settings.bind  # noqa: S104 - a comparison, nothing is bound
        port = listener.getsockname()[1]
        ready = f"Skylabel is ready at http://{host}:{port}"

        def say_so() -> None:
            print(ready, flush=True)
            importlib.import_module("infra.local.worker_pool").warm_up(PREFIX)

        FrontServer(config, on_ready=say_so).run(sockets=[listener])
    finally:
        stopped.set()
        emulator.stop()


def _start_application(settings: LauncherSettings) -> None:
    """Create what the application needs, its administrator, and take up unfinished work."""
    provisioning = importlib.import_module("infra.local.provisioning")
    os.environ |= provisioning.environment(BUCKET, TABLE, PREFIX)
    os.environ["SKYLABEL_SECRETS_DIR"] = str(settings.data_dir / "secrets")
    os.environ.setdefault("SKYLABEL_SESSION_CACHE_SECONDS", "5")
    provisioning.provision(TABLE, BUCKET, PREFIX)
    _ensure_admin(settings)
    importlib.import_module("chalicelib.activity.recovery").resume_unfinished()


def _ensure_admin(settings: LauncherSettings) -> None:
    admin = importlib.import_module("chalicelib.accounts.admin")
    password = settings.admin_password or secrets.token_urlsafe(12)
    created = admin.ensure_admin(settings.admin_username, password)
    if created and settings.admin_password is None:
        print(f"Admin: {settings.admin_username} / {password} (shown once)", flush=True)


def _gateway(settings: LauncherSettings, emulator: Emulator) -> object:
    from infra.local.api_gateway import ApiGateway
    from infra.local.gateway import Gateway
    from infra.local.lambda_limits import LambdaLimits
    from infra.local.object_door import ObjectDoor
    from infra.local.pages import Pages

    sys.path.insert(0, str(ROOT))
    application = importlib.import_module("app").app
    limits = LambdaLimits() if settings.lambda_limits else None
    api = ApiGateway(application, limits=limits)
    return Gateway(api, ObjectDoor(emulator.objects), Pages(settings.pages_dir), BUCKET)
