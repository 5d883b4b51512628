"""Asking for a backup and for restoring one: what workers are told, and what files are called."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import quote

import msgspec

from chalicelib.activity import requests
from chalicelib.activity.models import Request
from chalicelib.annotations import store as annotation_store
from chalicelib.formats import request_files
from chalicelib.platform import bucket, keys, table
from chalicelib.platform.errors import Invalid
from chalicelib.projects import store
from chalicelib.projects.models import Task

Target = Literal["project", "task"]

#: State machines.
WRITING, RESTORING = "backup", "restore"
#: What the clients accept as the name of a downloaded file.
_SAFE_NAME = re.compile(r"[A-Za-z0-9_\-. ]{1,254}")
#: Characters of a task's or project's name that are kept in that of its backup.
_NAME_KEPT = 180


class BackupInputs(msgspec.Struct, kw_only=True):
    """What the worker is told that writes a backup.

    Attributes:
        target, target_id: what is backed up.
        lightweight: whether media that stands in the share or in a cloud storage is left there.
        filename: name of the file that the user gets.
        signature: changes whenever what is backed up changes.
        cloud_storage_id: where the file is to go; None: to be downloaded.
    """

    target: Target
    target_id: int
    lightweight: bool
    filename: str
    signature: str
    cloud_storage_id: int | None = None


class RestoreInputs(msgspec.Struct, kw_only=True):
    """What the worker is told that restores a backup.

    Attributes:
        key: object that holds the backup: of the media bucket, or of the cloud storage.
        filename: what the user's file is called, for messages.
        owner_id: who gets what is restored; `admin`: whether that is an administrator.
    """

    target: Target
    key: str
    filename: str
    owner_id: int
    admin: bool = False
    cloud_storage_id: int | None = None


def checked_filename(name: str) -> str:
    """A name that a user wants. Raises Invalid if clients could not store it."""
    if not _SAFE_NAME.fullmatch(name) or name.startswith(".") or not PurePosixPath(name).suffix:
        raise Invalid(
            filename="A file name has letters, digits, spaces, '_', '-' and '.', and an extension."
        )
    return name


def default_filename(target: Target, name: str, moment: datetime, *, lightweight: bool) -> str:
    """CVAT's name of a backup, e.g. `task_street_backup_2026_01_02_03_04_05.zip`."""
    kind = "backup-lightweight" if lightweight else "backup"
    title = re.sub(r"[^A-Za-z0-9_\-. ]", "_", name)[:_NAME_KEPT]
    return f"{target}_{title}_{kind}_{moment:%Y_%m_%d_%H_%M_%S}.zip".lower()


def own_prefix(request: Request) -> str:
    """Where the files of a request stand: an overtaken one must not touch its successor's."""
    return request_files.own_prefix(request)


def download_path(inputs: BackupInputs, request_id: str) -> str:
    """Path of this server from which a backup is downloaded."""
    return f"/api/{inputs.target}s/{inputs.target_id}/backup/download?rq_id={quote(request_id)}"


def tasks_of_project(project_id: int) -> list[Task]:
    """Tasks with data, in the order of their ids."""
    parent = keys.child_of("task", keys.project(project_id))
    records = table.load_many(table.listed(table.Record.parent_index, parent))
    tasks = (store.decode(record, Task) for record in records.values())
    ready = (task for task in tasks if task.data is not None and task.project_id == project_id)
    return sorted(ready, key=lambda task: task.id)


def signature(parts: Iterable[object], tasks: Iterable[Task]) -> str:
    """A digest of what a backup depends on: of `parts`, and of tasks and their annotations."""
    digest = hashlib.sha256(repr(tuple(parts)).encode())
    for task in tasks:
        jobs = store.task_jobs(task.id)
        revisions = annotation_store.read_revisions(job.id for job in jobs)
        digest.update(msgspec.json.encode(task))
        digest.update(msgspec.json.encode([(job, revisions[job.id]) for job in jobs]))
    return digest.hexdigest()


def reusable(request_id: str, inputs: BackupInputs) -> bool:
    """Whether there is a finished backup of the same state, whose file is still there."""
    request = requests.load(request_id)
    if request is None or request.status != "finished" or not request.result_key:
        return False
    if request.inputs.get("signature") != inputs.signature:
        return False
    return bucket.size(request.result_key) is not None
