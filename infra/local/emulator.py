"""MiniStack, the AWS emulator, inside this process: durable, on loopback, closed to strangers."""

from __future__ import annotations

import importlib
import logging
import os
import sys
import tempfile
from typing import TYPE_CHECKING

from infra.local.durable_objects import DurableObjects
from infra.local.durable_table import DurableTable
from infra.local.http_server import ThreadServer, listening_socket
from infra.local.journal import Journal
from infra.local.transport import Transport

if TYPE_CHECKING:
    from infra.local.data_dir import DataDirectory

ACCOUNT = "000000000000"
REGION = "us-east-1"
LOOPBACK = "127.0.0.1"


class Emulator:
    """AWS on one machine. Make it before anything imports botocore clients."""

    def __init__(self, data: DataDirectory) -> None:
        """Start everything. Raises StartupProblem."""
        self._journal = Journal(data.journal)
        listener = listening_socket(LOOPBACK, 0)
        self.port = listener.getsockname()[1]
        _prepare_environment(self.port, data)
        app = importlib.import_module("ministack.app")
        dynamodb, s3 = app._get_module("dynamodb"), app._get_module("s3")
        importlib.import_module("infra.local.conditions").install(dynamodb)
        DurableTable(dynamodb, self._journal).install()
        self.objects = DurableObjects(s3)
        self.objects.install()
        Transport(dynamodb, self.objects, app).install()
        importlib.import_module("infra.local.delays").install()
        importlib.import_module("infra.local.worker_pool").limit_workers()
        guard = importlib.import_module("infra.local.guard")
        self._server = ThreadServer(guard.Guard(app.app, data.signing_secret()), listener)
        self._server.start()
        data.endpoint.write_text(os.environ["AWS_ENDPOINT_URL"])

    def stop(self) -> None:
        logging.disable()  # work that is cut off here is taken up at the next start
        runtime = sys.modules.get("ministack.core.lambda_runtime")
        if runtime is not None:
            runtime.reset()
        self._server.stop()
        self._journal.close()


def _prepare_environment(port: int, data: DataDirectory) -> None:
    """What the emulator reads while it is imported, and what AWS clients and workers inherit."""
    for name in [n for n in os.environ if n.startswith(("AWS_", "MINISTACK_", "LOCALSTACK_"))]:
        del os.environ[name]  # somebody's real credentials must not reach the emulator
    endpoint = f"http://{LOOPBACK}:{port}"
    os.environ |= {
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": data.signing_secret(),
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "BIND_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "AUTH": "false",
        "PERSIST_STATE": "0",
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(data.objects),
        "MINISTACK_HOST": "localhost",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        "LAMBDA_EXECUTOR": "local",
        "LOG_LEVEL": os.environ.get("SKYLABEL_EMULATOR_LOG", "ERROR"),
        "POWERTOOLS_TRACE_DISABLED": "true",
        "POWERTOOLS_METRICS_DISABLED": "true",
        "NO_PROXY": f"{LOOPBACK},localhost",
        "no_proxy": f"{LOOPBACK},localhost",
        # Where there is a Docker, it is none of the emulator's business.
        "DOCKER_HOST": f"unix://{data.scratch}/no-docker.sock",
        "TMPDIR": str(data.scratch),
    }
    tempfile.tempdir = None  # it may have been chosen already
