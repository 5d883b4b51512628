"""The only place that reads the environment."""

from __future__ import annotations

import os
from functools import cache

import msgspec

PRODUCT = "Skylabel"
VERSION = "0.1.0"
#: What `/api/server/about` reports: the CVAT release whose clients are served.
COMPATIBLE_VERSION = "2.80.0"


class Settings(msgspec.Struct, frozen=True):
    """Settings of one process. Sizes in bytes, times in seconds."""

    table: str
    bucket: str
    region: str
    #: "aws" or "local": chooses log format and cookie security, never behaviour of the API.
    stage: str
    #: ARN up to and including the colon, e.g. `arn:aws:states:eu-west-1:1234:stateMachine:`.
    state_machine_prefix: str
    #: Prefix of the worker functions' names.
    function_prefix: str
    #: How long a process may trust a session that it has read before. 0 reads it each time.
    session_cache_seconds: float
    #: Whether anyone may create an account.
    registration: bool
    #: Scheme and host that browsers use, if the request's own headers do not say (CloudFront).
    public_url: str | None
    #: Whether an answer may have at most the 6 MB that Lambda takes.
    lambda_limits: bool
    #: Whether this process is a worker function, here or on AWS.
    in_function: bool
    #: Where one machine keeps the credentials of cloud storages; on AWS a service does.
    secrets_dir: str
    #: The file share: an absolute path is a directory, anything else a prefix of the media bucket.
    share: str
    #: Days that deleted projects and tasks can be restored; 0: they are gone at once.
    trash_days: float
    #: How long every revision of annotations can be read and restored, days; 0 is for ever.
    history_days: float
    #: Networks, in CIDR notation, that files may be fetched from beside the public internet.
    remote_networks: tuple[str, ...]


def _flag(name: str, default: str) -> bool:
    return os.environ.get(name, default).lower() in {"1", "true", "yes", "on"}


@cache
def settings() -> Settings:
    """Read the settings once per process."""
    env = os.environ
    return Settings(
        table=env.get("SKYLABEL_TABLE", "skylabel"),
        bucket=env.get("SKYLABEL_BUCKET", "skylabel-media"),
        region=env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or "us-east-1",
        stage=env.get("SKYLABEL_STAGE", "aws"),
        state_machine_prefix=env.get(
            "SKYLABEL_STATE_MACHINE_PREFIX", "arn:aws:states:us-east-1:000000000000:stateMachine:"
        ),
        function_prefix=env.get("SKYLABEL_FUNCTION_PREFIX", "skylabel-"),
        session_cache_seconds=float(env.get("SKYLABEL_SESSION_CACHE_SECONDS", "0")),
        registration=_flag("SKYLABEL_REGISTRATION", "1"),
        public_url=env.get("SKYLABEL_PUBLIC_URL") or None,
        lambda_limits=_flag("SKYLABEL_LAMBDA_LIMITS", "0"),
        in_function="AWS_LAMBDA_FUNCTION_NAME" in env,
        secrets_dir=env.get("SKYLABEL_SECRETS_DIR") or ".skylabel/secrets",
        share=env.get("SKYLABEL_SHARE") or "share/",
        trash_days=float(env.get("SKYLABEL_TRASH_DAYS", "30")),
        history_days=float(env.get("SKYLABEL_HISTORY_DAYS") or 180),
        remote_networks=tuple(env.get("SKYLABEL_REMOTE_NETWORKS", "").replace(",", " ").split()),
    )
