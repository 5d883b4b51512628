"""`kill -9` of the whole process group while clients write as fast as they can."""

from __future__ import annotations

import hashlib
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.server import Server

TABLE, BUCKET = "skylabel", "skylabel-media"
#: Seconds of writing before each kill.
ROUND = 0.8


class Writers:
    """Threads that write until the server is gone, each remembering what was acknowledged."""

    def __init__(self) -> None:
        self.acknowledged: list[Any] = []
        self._threads: list[threading.Thread] = []

    def start(self, write: Callable[[int], Any], count: int) -> None:
        for number in range(count):
            thread = threading.Thread(target=self._run, args=(write, number * 1_000_000))
            thread.start()
            self._threads.append(thread)

    def _run(self, write: Callable[[int], Any], number: int) -> None:
        while True:
            try:
                self.acknowledged.append(write(number))
            except (BotoCoreError, ClientError):
                return
            number += 1

    def join(self) -> None:
        for thread in self._threads:
            thread.join()


def item(key: str, text: str) -> dict[str, Any]:
    return {"pk": {"S": f"TEST#{key}"}, "sk": {"S": "-"}, "v": {"S": text}}


def read(client: Any, key: str) -> str | None:
    answer = client.get_item(
        TableName=TABLE, Key={"pk": {"S": f"TEST#{key}"}, "sk": {"S": "-"}}, ConsistentRead=True
    )
    found: str | None = answer.get("Item", {}).get("v", {}).get("S")
    return found


def test_every_acknowledged_write_survives_being_killed(own_server: Server) -> None:
    items, pairs, objects = [], [], []
    for turn in range(30):
        # Three rounds; a machine that is busy with other tests needs more for as much.
        if turn >= 3 and len(items) > 100 and len(objects) > 50:
            break
        table, bucket = own_server.aws("dynamodb"), own_server.aws("s3")

        def put_item(number: int, turn: int = turn, table: Any = table) -> tuple[str, str]:
            key, text = f"{turn}-{number}", "x" * (number % 700)
            table.put_item(TableName=TABLE, Item=item(key, text))
            return key, text

        def put_pair(number: int, turn: int = turn, table: Any = table) -> tuple[str, str]:
            left, right = f"l{turn}-{number}", f"r{turn}-{number}"
            writes = [{"Put": {"TableName": TABLE, "Item": item(k, "both")}} for k in (left, right)]
            pairs.append((left, right))  # noted before: an unacknowledged pair must be whole too
            table.transact_write_items(TransactItems=writes)
            return left, "both"

        def put_object(number: int, turn: int = turn, bucket: Any = bucket) -> tuple[str, str]:
            key, body = f"test/{turn}/{number}", str(number).encode() * (number % 9000)
            bucket.put_object(Bucket=BUCKET, Key=key, Body=body)
            return key, hashlib.md5(body).hexdigest()

        table_writers, object_writers = Writers(), Writers()
        table_writers.start(put_item, 3)
        table_writers.start(put_pair, 2)
        object_writers.start(put_object, 2)
        time.sleep(ROUND)
        own_server.kill()
        table_writers.join()
        object_writers.join()
        items += table_writers.acknowledged
        objects += object_writers.acknowledged
        own_server.start()

    assert len(items) > 100
    assert len(objects) > 50
    table, bucket = own_server.aws("dynamodb"), own_server.aws("s3")
    assert [key for key, text in items if read(table, key) != text] == []
    torn = [p for p in pairs if (read(table, p[0]) is None) != (read(table, p[1]) is None)]
    assert torn == []
    for key, digest in objects:
        body = bucket.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        assert hashlib.md5(body).hexdigest() == digest, key


def test_a_completed_multipart_upload_survives_being_killed(own_server: Server) -> None:
    bucket = own_server.aws("s3")
    parts = [b"a" * 5_300_000, b"b" * 100]
    upload = bucket.create_multipart_upload(Bucket=BUCKET, Key="test/video.mp4")["UploadId"]
    where = {"Bucket": BUCKET, "Key": "test/video.mp4", "UploadId": upload}
    done = [
        {"PartNumber": n, "ETag": bucket.upload_part(**where, PartNumber=n, Body=part)["ETag"]}
        for n, part in enumerate(parts, 1)
    ]
    bucket.complete_multipart_upload(**where, MultipartUpload={"Parts": done})
    own_server.restart()
    answer = own_server.aws("s3").get_object(
        Bucket=BUCKET, Key="test/video.mp4", Range="bytes=5299998-5300001"
    )
    assert answer["Body"].read() == b"aabb"
    assert answer["ContentRange"] == "bytes 5299998-5300001/5300100"


def test_presigned_urls_made_before_a_kill_still_open(own_server: Server) -> None:
    own_server.aws("s3").put_object(Bucket=BUCKET, Key="test/a", Body=b"abc")
    session: Any = boto3.Session()
    signer = session.client(
        "s3", endpoint_url=own_server.url, region_name="us-east-1",
        aws_access_key_id="000000000000",
        aws_secret_access_key=(own_server.data_dir / "signing-secret").read_text(),
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )  # fmt: skip
    link = signer.generate_presigned_url("get_object", {"Bucket": BUCKET, "Key": "test/a"})
    own_server.restart()
    with urlopen(link) as answer:
        assert answer.read() == b"abc"
