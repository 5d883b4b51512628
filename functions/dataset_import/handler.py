"""The step of `import.asl.json`: read an uploaded file and store its annotations or nothing."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

import msgspec
from aws_lambda_powertools import Logger

from chalicelib.activity import requests
from chalicelib.activity.failures import cause_of
from chalicelib.activity.models import Request
from chalicelib.annotations.tasks import import_document
from chalicelib.formats import registry
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.collecting import Collected, collect
from chalicelib.formats.importing.reading import Reader
from chalicelib.formats.importing.requested import ImportInputs
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.stored import frames_of, label_specs
from chalicelib.media.reading import RangeReader, SeekableFile
from chalicelib.platform import bucket
from chalicelib.platform.errors import ApiError
from chalicelib.projects import store

log = Logger(service="skylabel-import")

#: Bytes of one request when a file is read.
BLOCK = 4 << 20
OVER = {"state": "over"}


class Gone(Exception):
    """What was to be imported, or into what, is not there any more. The text is for the user."""


@log.inject_lambda_context
def handle(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Import the file of a request, or say that it failed."""
    request = requests.named_by(event)
    if request is None or not request.is_open:
        log.info("nothing to do", request_id=event["request_id"])
        return OVER
    if event["step"] == "fail":
        cause = cause_of(event.get("error"))
        requests.fail(request, f"The annotations could not be imported: {cause}")
        return OVER
    try:
        _import(request, msgspec.convert(request.inputs, ImportInputs))
    except (BadDataset, Gone) as error:
        requests.fail(request, str(error))
    except ApiError as error:
        requests.fail(request, f"The annotations cannot be stored: {_flat(error.body)}")
    return OVER


def _import(request: Request, inputs: ImportInputs) -> None:
    if not requests.progress(request, 0.0, "The file is being read"):
        return
    imported = _read(inputs)
    requests.progress(request, 0.5, "Annotations are being stored")
    # From here on it cannot be cancelled: what is stored is seen.
    if not requests.settle(request):
        return
    # The attempt as idempotency key: a repeated step adds nothing twice.
    import_document(
        inputs.target,
        inputs.target_id,
        imported.document,
        inputs.mode,
        author=inputs.author,
        key=f"import-{request.attempt}",
    )
    requests.finish(request, message=imported.report.sentences("Imported"))
    bucket.delete(inputs.key)


def _read(inputs: ImportInputs) -> Collected:
    job = store.load_job(inputs.target_id) if inputs.target == "job" else None
    if inputs.target == "job" and job is None:
        raise Gone("The job has been deleted.")
    task = store.load_task(job.task_id if job else inputs.target_id)
    if task is None or task.data is None:
        raise Gone("The task has been deleted.")
    target = Target(
        labels=label_specs(store.labels_of_task(task)),
        frames=frames_of(task, task.data, job),
        is_video=task.data.media_type == "video",
        masks_as_polygons=inputs.masks_as_polygons,
    )
    size = bucket.size(inputs.key)
    if size is None:
        raise Gone("The uploaded file is not there any more. Upload it again.")
    if size == 0:
        raise BadDataset(inputs.filename, "is empty")
    ranges = RangeReader(lambda at, count: bucket.get_range(inputs.key, at, count), size, BLOCK)
    reader: Reader = registry.importer(inputs.format).load()
    file = cast(BinaryIO, SeekableFile(ranges))
    return collect(reader, Upload(file, inputs.filename), target)


def _flat(body: Any) -> str:
    """An API error's body as one line."""
    if isinstance(body, dict):
        return "; ".join(f"{name}: {_flat(value)}" for name, value in body.items())
    if isinstance(body, list):
        return ", ".join(map(_flat, body))
    return str(body)
