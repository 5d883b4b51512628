"""Makes in the emulator what CDK makes on AWS: the same names, the same state machines."""

from __future__ import annotations

import importlib
import io
import json
import re
import string
import sys
import zipfile
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from infra.local.emulator import ACCOUNT, REGION
from infra.local.settings import ROOT

STATE_MACHINES = ROOT / "infra" / "cdk" / "state_machines"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/skylabel"
#: Function name without prefix → its handler, as docs/architecture.md lists them.
FUNCTIONS = {
    "ingest": "functions.ingest.handler.handle",
    "frames": "functions.frames.handler.handle",
    "export": "functions.export.handler.handle",
    "import": "functions.dataset_import.handler.handle",
    "backup": "functions.backup.write_handler.handle",
    "restore": "functions.backup.restore_handler.handle",
    "fold": "functions.fold.handler.handle",
    "sweep": "functions.sweep.handler.handle",
    "inbox": "functions.ingest.inbox.handle",
    "storages": "functions.storages.handler.handle",
}
#: Lambda's own maximum, seconds.
_TIMEOUT = 900
#: `$` alone begins a JSONPath.
_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
_ENTRY = string.Template(
    """from infra.local.worker import end_with_launcher

end_with_launcher()
from $module import $name as work


def handle(event, context):
    return None if event == {"warm": True} else work(event, context)
"""
)


def provision(table: str, bucket: str, prefix: str) -> None:
    """Create what is missing. The emulator forgets all but the table and the bucket."""
    importlib.import_module("chalicelib.platform.table").create_table()
    _expire_items(table)
    _create_bucket(bucket)
    arns = {name: _create_function(prefix + name, entry) for name, entry in FUNCTIONS.items()}
    _create_state_machines(prefix, arns)
    _watch_inbox(bucket, prefix, arns["inbox"])


def _expire_items(table: str) -> None:
    boto3.client("dynamodb").update_time_to_live(
        TableName=table,
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"},
    )


def _create_bucket(bucket: str) -> None:
    client = boto3.client("s3")
    try:
        client.create_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
            raise
    client.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )


def _create_function(name: str, handler: str) -> str:
    """A function that runs this checkout with the launcher's own interpreter. Returns its ARN."""
    module, _, attribute = handler.rpartition(".")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("entry.py", entry_code(module, attribute))
    version = sys.version_info
    answer: dict[str, Any] = boto3.client("lambda").create_function(
        FunctionName=name,
        Runtime=f"python{version.major}.{version.minor}",
        Role=ROLE,
        Handler="entry.handle",
        Code={"ZipFile": archive.getvalue()},
        Timeout=_TIMEOUT,
        MemorySize=2048,
        Environment={"Variables": {"PYTHONPATH": str(ROOT)}},
    )
    return str(answer["FunctionArn"])


def entry_code(module: str, name: str) -> str:
    """What a function's archive holds: the way to a handler of this checkout."""
    return _ENTRY.substitute(module=module, name=name)


def _create_state_machines(prefix: str, arns: dict[str, str]) -> None:
    known = {f"{name.title()}FunctionArn": arn for name, arn in arns.items()}
    client = boto3.client("stepfunctions")
    for path in sorted(STATE_MACHINES.glob("*.asl.json")):
        definition = _PLACEHOLDER.sub(lambda found: known[found[1]], path.read_text())
        client.create_state_machine(
            name=prefix + Path(path.stem).stem, definition=definition, roleArn=ROLE
        )


def _watch_inbox(bucket: str, prefix: str, arn: str) -> None:
    events = boto3.client("events")
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [bucket]}, "object": {"key": [{"prefix": "inbox/"}]}},
    }
    rule = events.put_rule(Name=f"{prefix}inbox", EventPattern=json.dumps(pattern))
    events.put_targets(Rule=f"{prefix}inbox", Targets=[{"Id": "inbox", "Arn": arn}])
    boto3.client("lambda").add_permission(
        FunctionName=arn,
        StatementId="inbox",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule["RuleArn"],
    )


def environment(bucket: str, table: str, prefix: str) -> dict[str, str]:
    """What the API and the functions read of the above."""
    return {
        "SKYLABEL_STAGE": "local",
        "SKYLABEL_TABLE": table,
        "SKYLABEL_BUCKET": bucket,
        "SKYLABEL_FUNCTION_PREFIX": prefix,
        "SKYLABEL_STATE_MACHINE_PREFIX": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:",
    }
