"""Asking for an export: what it is called, where it will stand, and whether it is there already."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import quote

import msgspec

from chalicelib.activity import requests
from chalicelib.activity.models import Request
from chalicelib.annotations import store as annotation_store
from chalicelib.platform import bucket, keys, table
from chalicelib.platform.errors import Invalid
from chalicelib.projects import store
from chalicelib.projects.models import Job, Task

Target = Literal["project", "task", "job"]

#: What the clients accept as the name of a downloaded file.
_SAFE_NAME = re.compile(r"[A-Za-z0-9_\-. ]{1,254}")

#: Tasks that are looked at one after another; of more, this many at a time.
FEW, AT_ONCE = 4, 16


class ExportInputs(msgspec.Struct, kw_only=True):
    """What the worker is told.

    Attributes:
        target, target_id: what is exported.
        filename: name of the file that the user gets.
        signature: changes whenever what is exported changes.
        base_url: this server's address, for links inside the dataset.
        cloud_storage_id: where the file goes; None if it is to be downloaded from here.
    """

    target: Target
    target_id: int
    format: str
    save_images: bool
    filename: str
    signature: str
    base_url: str
    cloud_storage_id: int | None = None


def checked_filename(name: str) -> str:
    """A name that a user wants. Raises Invalid if clients could not store it."""
    if not _SAFE_NAME.fullmatch(name) or name.startswith(".") or not PurePosixPath(name).suffix:
        raise Invalid(
            filename="A file name has letters, digits, spaces, '_', '-' and '.', and an extension."
        )
    return name


def default_filename(
    target: Target, target_id: int, format_name: str, moment: datetime, *, save_images: bool
) -> str:
    """CVAT's name of an export, e.g. `task_1_dataset_2026_01_02_03_04_05_coco 1.0.zip`."""
    what = "dataset" if save_images else "annotations"
    name = f"{target}_{target_id}_{what}_{moment:%Y_%m_%d_%H_%M_%S}_{format_name}.zip"
    return re.sub(r"[^A-Za-z0-9_\-. ]", "_", name).lower()


def download_path(inputs: ExportInputs, request_id: str) -> str:
    """Path of this server from which the result of an export is downloaded."""
    return f"/api/{inputs.target}s/{inputs.target_id}/dataset/download?rq_id={quote(request_id)}"


def tasks_of_project(project_id: int) -> list[Task]:
    """Tasks with data, in order of subset and id, as CVAT numbers their frames."""
    parent = keys.child_of("task", keys.project(project_id))
    records = table.load_many(table.listed(table.Record.parent_index, parent))
    tasks = [store.decode(record, Task) for record in records.values()]
    ready = (task for task in tasks if task.data is not None and task.project_id == project_id)
    return sorted(ready, key=lambda task: (task.subset, task.id))


def signature(parts: Iterable[object], tasks: Iterable[Task]) -> str:
    """A digest of what an export depends on.

    Args:
        parts: whatever else it depends on.
        tasks: the tasks exported; their data, jobs and annotations count.
    """
    digest = hashlib.sha256(repr(tuple(parts)).encode())
    exported = list(tasks)
    jobs = _jobs_of(exported)
    revisions = annotation_store.read_revisions(job.id for those in jobs for job in those)
    for task, those in zip(exported, jobs, strict=True):
        digest.update(msgspec.json.encode(task))
        digest.update(msgspec.json.encode([(job, revisions[job.id]) for job in those]))
    return digest.hexdigest()


def _jobs_of(tasks: Sequence[Task]) -> list[list[Job]]:
    """Jobs by task; of a project there may be thousands, and someone waits for the answer."""
    if len(tasks) < FEW:
        return [list(store.task_jobs(task.id)) for task in tasks]
    # Imported when first needed: not by a cold start of the API.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda task: list(store.task_jobs(task.id)), tasks))


def reusable(request_id: str, inputs: ExportInputs) -> Request | None:
    """The finished export of the same state with the same options, if its file is still there."""
    request = requests.load(request_id)
    if request is None or request.status != "finished" or not request.result_key:
        return None
    if request.inputs.get("signature") != inputs.signature:
        return None
    return request if bucket.size(request.result_key) is not None else None
