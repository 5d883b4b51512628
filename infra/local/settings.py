"""What the person who starts the server may choose, read from the environment."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.problems import StartupProblem

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class LauncherSettings:
    """Choices for one run of the server."""

    #: 0 lets the system choose a free port.
    port: int
    bind: str
    data_dir: Path
    admin_username: str
    #: None: a password is generated when the administrator is created.
    admin_password: str | None = field(repr=False)
    #: Enforce what Lambda and API Gateway enforce: sizes and the 29 seconds.
    lambda_limits: bool
    access_log: bool
    #: Seconds without work after which a worker process ends.
    worker_idle_seconds: float
    #: The built browser application.
    pages_dir: Path
    #: Directory whose files tasks may be made of; None: one in the data directory.
    share: Path | None


def read_settings() -> LauncherSettings:
    """Read the settings and take the password out of the environment, which children inherit.

    Raises StartupProblem if PORT is not a port.
    """
    env = os.environ
    text = env.get("PORT") or "8080"
    if not text.isdecimal() or int(text) > 65535:
        raise StartupProblem(f"PORT is {text!r}: set it to a number from 1 to 65535.")
    _check_networks(env.get("SKYLABEL_REMOTE_NETWORKS") or "")
    data_dir = Path(env.get("SKYLABEL_DATA_DIR") or ".skylabel").expanduser().absolute()
    return LauncherSettings(
        port=int(text),
        bind=env.get("SKYLABEL_BIND") or "127.0.0.1",
        data_dir=data_dir,
        admin_username=env.get("SKYLABEL_ADMIN_USERNAME") or "admin",
        admin_password=env.pop("SKYLABEL_ADMIN_PASSWORD", None) or None,
        lambda_limits=env.get("SKYLABEL_LAMBDA_LIMITS", "") == "1",
        access_log=env.get("SKYLABEL_ACCESS_LOG", "") == "1",
        worker_idle_seconds=_seconds(env.get("SKYLABEL_WORKER_IDLE_SECONDS") or "300"),
        pages_dir=Path(env.get("SKYLABEL_PAGES_DIR") or ROOT / "static" / "dist").absolute(),
        share=_share(env.get("SKYLABEL_SHARE"), data_dir),
    )


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise StartupProblem(
            f"SKYLABEL_WORKER_IDLE_SECONDS is {text!r}: set it to a number of seconds."
        ) from None


def _share(text: str | None, data_dir: Path) -> Path | None:
    if not text:
        return None
    path = Path(text).expanduser().absolute()
    if not path.is_dir():
        raise StartupProblem(f"SKYLABEL_SHARE is {text!r}, which is no directory: set it to one.")
    share, data = path.resolve(), data_dir.resolve()
    # Everybody may read the share; what the data directory holds is somebody's own.
    if data.is_relative_to(share) or (share.is_relative_to(data) and share != data / "share"):
        raise StartupProblem(
            f"SKYLABEL_SHARE is {text!r}, which holds files of {data_dir}: set it to a directory"
            " apart from that."
        )
    return path


def _check_networks(text: str) -> None:
    for network in text.replace(",", " ").split():
        try:
            ipaddress.ip_network(network)
        except ValueError:
            raise StartupProblem(
                f"SKYLABEL_REMOTE_NETWORKS has {network!r}: set it to networks such as 10.1.0.0/16,"
                " divided by commas."
            ) from None
