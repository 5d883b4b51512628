"""Files dropped under `inbox/` of the bucket become tasks of an administrator.

The same version of an object makes one task, however often its event is delivered.
"""

from __future__ import annotations

import hashlib
from typing import Any, cast

import msgspec
from boto3.s3.inject import copy as copy_object

from chalicelib.accounts import users
from chalicelib.accounts.models import User
from chalicelib.media import layout
from chalicelib.media.ingest.parameters import DataRequest
from chalicelib.media.ingest.starting import start_ingest
from chalicelib.media.uploads import receiving
from chalicelib.media.uploads.names import LIMIT
from chalicelib.platform import bucket, clock, ids, keys, table
from chalicelib.platform.config import settings
from chalicelib.platform.errors import Conflict
from chalicelib.platform.table import Create, Lost, Record
from chalicelib.projects import store
from chalicelib.projects.indexing import task_record
from chalicelib.projects.models import Task

PREFIX = "inbox/"
SORT_KEY = "INBOX"
#: Seconds that a drop is remembered: longer than events are delivered again.
LIFETIME = 14 * 24 * 3600


class Drop(msgspec.Struct, frozen=True):
    """A version of an object under `inbox/`. `version` is whatever tells it from earlier ones."""

    key: str
    version: str

    @property
    def name(self) -> str:
        """The file's own name, for people."""
        return self.key.rpartition("/")[2][:LIMIT]

    @property
    def identity(self) -> str:
        return hashlib.sha256(f"{self.key}\n{self.version}".encode()).hexdigest()


class _Claim(msgspec.Struct):
    task_id: int


def receive(drop: Drop) -> int | None:
    """Make a task of a dropped file and begin to index it. Returns the task's id.

    None if there is nothing to do: a folder, a file that is gone again, or no administrator.
    """
    owner = _administrator()
    if not drop.name or not drop.key.startswith(PREFIX) or owner is None:
        return None
    task_id = _claim(drop)
    task = store.load_task(task_id)
    size = bucket.size(drop.key)
    if task is None:
        if size is None:
            return None
        task = _create(task_id, drop, owner)
    if task.data is not None:
        return task_id
    key = layout.raw(task_id, drop.name)
    if size is not None:
        _copy(drop.key, key)
    elif bucket.size(key) is None:
        return None
    receiving.note_object(task_id, drop.name, key, size or bucket.size(key) or 0)
    try:
        start_ingest(owner, task, DataRequest())
    except Conflict:
        return task_id  # an earlier delivery of the event has started it
    bucket.delete(drop.key)
    return task_id


def _administrator() -> User | None:
    """The oldest active administrator: the one of the first start."""
    found = [user for user in users.everybody() if user.is_admin and user.is_active]
    return min(found, key=lambda user: user.id, default=None)


def _claim(drop: Drop) -> int:
    """The task of a drop: a new id for the first event of it."""
    where = keys.upload(drop.identity), SORT_KEY
    known = table.load(*where)
    if known is None:
        record = Record(*where).write(_Claim(ids.allocate("task").start))
        record.expires = clock.epoch(LIFETIME)
        try:
            table.commit(Create(record))
        except Lost:
            return _claim(drop)
        known = record
    return known.read(_Claim).task_id


def _create(task_id: int, drop: Drop, owner: User) -> Task:
    moment = clock.iso()
    task = Task(
        id=task_id,
        name=drop.name,
        owner_id=owner.id,
        created_date=moment,
        updated_date=moment,
    )
    try:
        table.commit(Create(task_record(task)))
    except Lost:
        return store.load_task(task_id) or task
    return task


def _copy(source: str, target: str) -> None:
    """Within the bucket, in parts where S3 demands it. No byte passes through here."""
    name = settings().bucket
    copy_object(cast(Any, bucket.client()), {"Bucket": name, "Key": source}, name, target)
