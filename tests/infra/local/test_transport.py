"""Calls inside the server's process mean what they mean over HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from tests.support.server import ROOT, clean_environment

if TYPE_CHECKING:
    from pathlib import Path

#: Runs in a process of its own, because the emulator is set up once for the life of a process.
PROGRAM = """
import io, json, sys
from pathlib import Path
from infra.local.data_dir import DataDirectory
from infra.local.emulator import Emulator

data = DataDirectory(Path(sys.argv[1]))
emulator = Emulator(data)

import boto3
from botocore.exceptions import ClientError
from botocore.config import Config
from botocore.handlers import BUILTIN_HANDLERS
from chalicelib.platform import bucket, table
from chalicelib.platform.table import Create, Lost, Put, Record, Update

table.create_table()
bucket.client().create_bucket(Bucket="skylabel-media")
said = {}

def lost(*writes):
    try:
        table.commit(*writes)
    except Lost as error:
        return error.failed
    return None

record = Record("a", "1", doc=b"{}", blob=b"\\x00\\xff", by_kind="k", num=7)
table.commit(Create(record))
found = table.load("a", "1")
said["read back"] = [found.doc.decode(), list(found.blob), int(found.num)]
said["index"] = [list(key) for key in table.listed(Record.kind_index, "k")]
said["created twice"] = lost(Create(Record("a", "1")))
table.commit(Update(table.load("a", "1")))
said["stale"] = lost(Put(Record("a", "2")), Update(found))
said["nothing of it"] = table.load("a", "2") is None

names = {
    "in process": boto3.client("dynamodb"),
    "over http": boto3.client("dynamodb", config=Config(retries={"max_attempts": 0})),
}
# The second client loses the short cut, so that it takes the way of the workers.
for event, handler, *_ in BUILTIN_HANDLERS:
    if event.startswith("before-call.dynamodb."):
        names["over http"].meta.events.unregister(event, handler)

def ask(client, operation, **wanted):
    try:
        answer = getattr(client, operation)(**wanted)
    except ClientError as error:
        answer = error.response
    answer.pop("ResponseMetadata")
    answer.pop("ConsumedCapacity", None)
    return repr(answer)

key = {"pk": {"S": "a"}, "sk": {"S": "1"}}
questions = [
    ("get_item", dict(TableName="skylabel", Key=key)),
    ("get_item", dict(TableName="skylabel", Key={"pk": {"S": "none"}, "sk": {"S": "-"}})),
    ("get_item", dict(TableName="nowhere", Key=key)),
    ("query", dict(TableName="skylabel", KeyConditionExpression="pk = :a",
                   ExpressionAttributeValues={":a": {"S": "a"}})),
    ("put_item", dict(TableName="skylabel", Item=key,
                      ConditionExpression="attribute_not_exists(pk)")),
    ("transact_write_items", dict(TransactItems=[
        {"Put": dict(TableName="skylabel", Item=key,
                     ConditionExpression="attribute_not_exists(pk)")}])),
    ("batch_get_item", dict(RequestItems={"skylabel": {"Keys": [key]}})),
    ("describe_table", dict(TableName="skylabel")),
]
said["different"] = [
    operation for operation, wanted in questions
    if len({ask(client, operation, **wanted) for client in names.values()}) != 1
]

bucket.put("k", b"0123456789", "text/plain")
said["object"] = [bucket.get("k").decode(), bucket.get_range("k", 3, 4).decode(),
                  bucket.get_range("k", 99, 4).decode(), bucket.get("none"), bucket.size("k"),
                  [list(entry) for entry in bucket.listing("")],
                  b"".join(bucket.stream("k")).decode()]
bucket.put("file", io.BytesIO(b"from a file"))
said["file"] = bucket.get("file").decode()
bucket.delete("k", "file")
said["deleted"] = list(bucket.listing(""))
print(json.dumps(said))
emulator.stop()
data.close()
"""


def test_the_short_way_and_the_long_way_answer_alike(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "data")],
        cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert said == {
        "read back": ["{}", [0, 255], 7],
        "index": [["a", "1"]],
        "created twice": [0],
        "stale": [1],
        "nothing of it": True,
        "different": [],
        "object": ["0123456789", "3456", "", None, 10, [["k", 10]], "0123456789"],
        "file": "from a file",
        "deleted": [],
    }
