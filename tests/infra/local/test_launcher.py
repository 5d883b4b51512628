"""Starting, stopping and failing to start, as the person at the terminal sees it."""

from __future__ import annotations

import io
import json
import re
import signal
import socket
import threading
import zipfile
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.provisioning import ROLE, entry_code
from infra.local.settings import ROOT
from infra.local.worker_pool import WARM_AT_START
from tests.support.processes import alive, children, eventually, resident_megabytes
from tests.support.server import NotStarted, Server

if TYPE_CHECKING:
    from pathlib import Path

BUCKET = "skylabel-media"


def status(url: str, method: str = "GET", data: bytes | None = None) -> int:
    try:
        with urlopen(Request(url, data, method=method), timeout=10) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code


def add_function(server: Server, name: str, code: str) -> None:
    """A worker function that starts as the server's own do."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("entry.py", entry_code("work", "handle"))
        package.writestr("work.py", code)
    server.aws("lambda").create_function(
        FunctionName=name, Runtime="python3.11", Role=ROLE, Handler="entry.handle",
        Code={"ZipFile": archive.getvalue()}, Timeout=900,
        Environment={"Variables": {"PYTHONPATH": str(ROOT)}},
    )  # fmt: skip


def invoke_aside(server: Server, name: str) -> None:
    """Call a function whose answer nobody waits for."""

    def call() -> None:
        try:
            server.aws("lambda").invoke(FunctionName=name, Payload=b"{}")
        except (BotoCoreError, ClientError):
            return  # the server was stopped meanwhile, as the test wants

    threading.Thread(target=call, daemon=True).start()


BUSY = "import time\ndef handle(event, context):\n    time.sleep(120)\n"
QUICK = "import os\ndef handle(event, context):\n    return os.getpid()\n"


def test_ready_means_healthy(own_server: Server) -> None:
    assert status(f"{own_server.url}/api/server/health/") == 200
    assert own_server.log.count("Skylabel is ready at") == 1


def test_the_second_start_is_quick_and_needs_no_network(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9"
    with Server(
        tmp_path / "data", HTTP_PROXY=nowhere, HTTPS_PROXY=nowhere, ALL_PROXY=nowhere,
        http_proxy=nowhere, https_proxy=nowhere, all_proxy=nowhere,
    ) as server:  # fmt: skip
        server.aws("s3").put_object(Bucket=BUCKET, Key="test/kept", Body=b"kept")
        assert server.stop() == 0
        server.start()
        body = server.aws("s3").get_object(Bucket=BUCKET, Key="test/kept")["Body"].read()
        assert body == b"kept"


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_stopping_ends_every_worker_even_a_busy_one(
    own_server: Server, kind: signal.Signals
) -> None:
    add_function(own_server, "busy", BUSY)
    invoke_aside(own_server, "busy")
    assert eventually(lambda: bool(children(own_server.pid)))
    workers = children(own_server.pid)
    assert own_server.stop(kind) == 0
    assert not any(alive(worker) for worker in workers)
    assert not own_server.log.partition("Skylabel is ready")[2].partition("\n")[2]


def test_workers_end_by_themselves_when_the_server_alone_is_killed(own_server: Server) -> None:
    add_function(own_server, "busy", BUSY)
    add_function(own_server, "quick", QUICK)
    invoke_aside(own_server, "busy")
    own_server.aws("lambda").invoke(FunctionName="quick", Payload=b"{}")
    # These two, and those that are started ahead of the first task.
    assert eventually(lambda: len(children(own_server.pid)) == 2 + len(WARM_AT_START))
    workers = children(own_server.pid)
    own_server.kill_alone()
    assert eventually(lambda: not any(alive(worker) for worker in workers), seconds=5)


def test_idle_memory_is_small(own_server: Server) -> None:
    assert status(f"{own_server.url}/api/server/health/") == 200
    assert eventually(lambda: len(children(own_server.pid)) == len(WARM_AT_START))
    pids = [own_server.pid, *children(own_server.pid)]
    assert sum(resident_megabytes(pid) for pid in pids) < 400


def test_a_generated_password_is_printed_once(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", SKYLABEL_ADMIN_PASSWORD="")
    with server:
        shown = re.findall(r"^Admin: admin / (\S+) \(shown once\)$", server.log, re.MULTILINE)
        assert len(shown) == 1
        assert len(shown[0]) >= 12
        server.stop()
        server.start()
        assert "Admin:" not in server.log


class TestBucket:
    """The bucket behind the server's own port: for presigned URLs only."""

    def link(self, server: Server, operation: str, host: str | None = None, **extra: Any) -> str:
        session: Any = boto3.Session()
        signer = session.client(
            "s3", endpoint_url=host or server.url, region_name="us-east-1",
            aws_access_key_id="000000000000",
            aws_secret_access_key=(server.data_dir / "signing-secret").read_text(),
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
        )  # fmt: skip
        params = {"Bucket": BUCKET, "Key": "test/ä b+c.bin"} | extra
        link: str = signer.generate_presigned_url(operation, params, ExpiresIn=60)
        return link

    def test_what_is_signed_is_served_and_nothing_else(self, server: Server) -> None:
        put, get = self.link(server, "put_object"), self.link(server, "get_object")
        assert status(put, "PUT", b"0123456789") == 200
        with urlopen(Request(get, headers={"Range": "bytes=2-4"})) as answer:
            assert (answer.status, answer.read()) == (206, b"234")
        assert status(get.partition("?")[0]) == 403
        assert status(get, "PUT", b"x") == 403
        assert status(get.replace("b%2Bc", "other")) == 403
        flipped = get[:-1] + ("0" if get[-1] != "0" else "1")
        assert status(flipped) == 403
        assert status(get.replace("X-Amz-Expires=60", "X-Amz-Expires=6000")) == 403
        port = server.url.rpartition(":")[2]
        assert status(get.replace("localhost", "127.0.0.1")) == 403
        assert status(self.link(server, "get_object", f"http://127.0.0.1:{port}")) == 200

    def test_the_answer_carries_what_was_signed(self, server: Server) -> None:
        assert status(self.link(server, "put_object"), "PUT", b"abc") == 200
        link = self.link(
            server, "get_object", ResponseContentDisposition='attachment; filename="x y.zip"'
        )
        with urlopen(link) as answer:
            assert answer.headers["Content-Disposition"] == 'attachment; filename="x y.zip"'

    def test_parts_of_a_large_upload_go_straight_to_the_bucket(self, server: Server) -> None:
        bucket = server.aws("s3")
        where = {"Bucket": BUCKET, "Key": "test/large.mov"}
        upload = bucket.create_multipart_upload(**where)["UploadId"]
        tags = []
        for number, part in enumerate([b"a" * 6_000_000, b"tail"], 1):
            link = self.link(
                server, "upload_part", Key="test/large.mov", UploadId=upload, PartNumber=number
            )
            with urlopen(Request(link, part, method="PUT")) as answer:
                tags.append({"PartNumber": number, "ETag": answer.headers["ETag"]})
        bucket.complete_multipart_upload(**where, UploadId=upload, MultipartUpload={"Parts": tags})
        assert bucket.head_object(**where)["ContentLength"] == 6_000_004


class TestRefusals:
    """Each problem is one sentence that says what to do, and an exit code other than 0."""

    def refusal(self, server: Server) -> str:
        with pytest.raises(NotStarted):
            server.start()
        assert server.stop() != 0
        lines = server.log.strip().splitlines()
        assert len(lines) == 1, server.log
        return lines[0]

    def test_port_in_use(self, tmp_path: Path) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            said = self.refusal(Server(tmp_path / "data", PORT=port))
        assert said.startswith(f"Port {port} is in use: stop what listens there")

    def test_a_browser_application_that_is_not_built(self, tmp_path: Path) -> None:
        said = self.refusal(Server(tmp_path / "data", SKYLABEL_PAGES_DIR=str(tmp_path)))
        assert "is not built: run `make setup`, which needs Node 20" in said

    def test_data_directory_in_use(self, server: Server) -> None:
        said = self.refusal(
            Server(server.data_dir.parent / "other", SKYLABEL_DATA_DIR=str(server.data_dir))
        )
        assert said.startswith(f"Another Skylabel is using {server.data_dir}: stop it first")

    def test_a_file_in_place_of_the_data_directory(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("")
        said = self.refusal(Server(tmp_path / "data"))
        assert "is not a directory: set SKYLABEL_DATA_DIR" in said

    def test_a_data_directory_that_cannot_be_written(self, tmp_path: Path) -> None:
        # /proc refuses everyone, root too.
        said = self.refusal(Server(tmp_path / "data", SKYLABEL_DATA_DIR="/proc/skylabel"))
        assert "set SKYLABEL_DATA_DIR to another directory" in said

    def test_a_damaged_database_and_the_advice_given(self, tmp_path: Path) -> None:
        with Server(tmp_path / "data") as server:
            server.kill()
            database = tmp_path / "data" / "table" / "table.sqlite"
            for leftover in database.parent.glob("*-*"):
                leftover.unlink()
            database.write_bytes(b"not a database" * 500)
            said = self.refusal(server)
            advice = re.search(r"`mv (\S+) (\S+)`", said)
            assert advice
            assert str(database) in said
            database.parent.rename(advice[2])
            server.start()
            assert status(f"{server.url}/api/server/health/") == 200


def test_a_worker_that_nobody_needs_is_ended(tmp_path: Path) -> None:
    with Server(tmp_path / "data", SKYLABEL_WORKER_IDLE_SECONDS="1") as own:
        add_function(own, "quick", QUICK)
        answer = own.aws("lambda").invoke(FunctionName="quick", Payload=b"{}")
        worker = int(answer["Payload"].read())
        assert alive(worker)
        assert eventually(lambda: not alive(worker), seconds=8)
        again = own.aws("lambda").invoke(FunctionName="quick", Payload=b"{}")
        assert int(again["Payload"].read()) != worker


class TestStrangers:
    """Other users of the machine, and pages in a browser, at the port of the AWS services."""

    def test_an_unsigned_request_is_refused(self, server: Server) -> None:
        endpoint = (server.data_dir / "aws-endpoint").read_text()
        assert status(f"{endpoint}/{BUCKET}") == 403
        assert status(f"{endpoint}/_ministack/reset", "POST", b"") == 403
        assert status(f"{endpoint}/2015-03-31/functions/") == 403

    @pytest.mark.parametrize(
        "path", [f"/{BUCKET}", "/2015-03-31/functions/", "/_ministack/reset", "/"]
    )
    def test_what_only_looks_like_a_presigned_url_is_refused(
        self, server: Server, path: str
    ) -> None:
        endpoint = (server.data_dir / "aws-endpoint").read_text()
        url = f"{endpoint}{path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0"
        assert status(url) == 403
        assert status(url, "POST", b"") == 403

    @pytest.mark.parametrize(
        ("service", "operation"),
        [("dynamodb", "list_tables"), ("s3", "list_buckets"), ("lambda", "list_functions"),
         ("stepfunctions", "list_state_machines"), ("events", "list_rules")],
    )  # fmt: skip
    def test_the_server_s_secret_opens_every_service(
        self, server: Server, service: str, operation: str
    ) -> None:
        getattr(server.aws(service), operation)()
        session: Any = boto3.Session()
        stranger = session.client(
            service, endpoint_url=(server.data_dir / "aws-endpoint").read_text(),
            region_name="us-east-1", aws_access_key_id="000000000000",
            aws_secret_access_key="guessed", config=Config(retries={"max_attempts": 0}),
        )  # fmt: skip
        with pytest.raises(ClientError, match=r"403|InvalidSignature"):
            getattr(stranger, operation)()

    def test_names_that_need_encoding_are_signed_right(self, server: Server) -> None:
        bucket, functions = server.aws("s3"), server.aws("lambda")
        key = "test/ä b+c:%=&.bin"
        bucket.put_object(Bucket=BUCKET, Key=key, Body=b"1")
        assert bucket.get_object(Bucket=BUCKET, Key=key)["Body"].read() == b"1"
        arn = functions.get_function(FunctionName="skylabel-ingest")["Configuration"]["FunctionArn"]
        assert functions.get_function(FunctionName=arn)["Configuration"]["FunctionArn"] == arn


def test_a_file_dropped_into_the_bucket_reaches_a_function(own_server: Server) -> None:
    """The way of the inbox: bucket, event rule, worker, and the worker's own signed call."""
    code = (
        "import boto3\n"
        "def handle(event, context):\n"
        "    key = event['detail']['object']['key']\n"
        f"    boto3.client('s3').put_object(Bucket='{BUCKET}', Key='heard/' + key, Body=b'1')\n"
    )
    add_function(own_server, "listener", code)
    events, bucket = own_server.aws("events"), own_server.aws("s3")
    pattern = json.loads(events.describe_rule(Name="skylabel-inbox")["EventPattern"])
    pattern["detail"]["object"]["key"] = [{"prefix": "test-inbox/"}]
    events.put_rule(Name="test", EventPattern=json.dumps(pattern))
    arn = own_server.aws("lambda").get_function(FunctionName="listener")["Configuration"]
    events.put_targets(Rule="test", Targets=[{"Id": "1", "Arn": arn["FunctionArn"]}])
    bucket.put_object(Bucket=BUCKET, Key="elsewhere/a.jpg", Body=b"1")
    bucket.put_object(Bucket=BUCKET, Key="test-inbox/b.jpg", Body=b"1")

    def heard() -> list[str]:
        found = bucket.list_objects_v2(Bucket=BUCKET, Prefix="heard/").get("Contents", [])
        return [entry["Key"] for entry in found]

    assert eventually(lambda: bool(heard()))
    assert heard() == ["heard/test-inbox/b.jpg"]
