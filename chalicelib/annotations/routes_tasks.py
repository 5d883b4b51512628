"""Annotations of a task."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.annotations import answers, saving, store, tasks
from chalicelib.annotations.bodies import (
    LabeledData,
    LabeledDataRequest,
    PatchedLabeledDataRequest,
)
from chalicelib.annotations.labels import vocabulary_in
from chalicelib.annotations.model.completion import complete
from chalicelib.annotations.model.document import Document, Objects
from chalicelib.annotations.model.vocabulary import Vocabulary
from chalicelib.annotations.revisions.changes import identity
from chalicelib.annotations.saving import wish_of
from chalicelib.platform.http import Router
from chalicelib.platform.requests import Request
from chalicelib.projects import access
from chalicelib.projects import store as projects
from chalicelib.projects.models import Task

routes = Router(__name__, tag="tasks")

PATH = "/api/tasks/{id}/annotations"


@routes.get(PATH, response=LabeledData, query=("start_frame", "stop_frame"))
def retrieve_annotations(request: Request, task_id: int) -> Response:
    """What is annotated in a task: everything, or what can be seen on a range of frames."""
    answers.refuse_export(request)
    frames = answers.frames_of(request)
    context = access.task(request, task_id, "view:annotations", labels=True)
    vocabulary = vocabulary_in(context.labels)
    spans = tasks.spans_of(projects.task_jobs(task_id))
    revisions = store.read_revisions(span.job_id for span in spans)
    etag = answers.tag_of(*revisions.values(), vocabulary.fingerprint, *frames or ())
    known = answers.unchanged(request, etag)
    if known is not None:
        return known
    if frames is not None:
        objects, damaged = tasks.read_frames(spans, *frames)
        document = LabeledData.of(sum(revisions.values()), objects, damaged=damaged)
    else:
        parts, damaged = tasks.read_parts([span.job_id for span in spans])
        objects = tasks.merged(spans, {job_id: part for job_id, (_, part) in parts.items()})
        now = [revision for revision, _ in parts.values()]
        document = LabeledData.of(sum(now), objects, damaged=damaged)
        etag = answers.tag_of(*now, vocabulary.fingerprint)
    complete(document, vocabulary)
    return answers.read_answer(request, document, etag)


@routes.put(PATH, body=LabeledDataRequest, response=LabeledData)
def update_annotations(request: Request, task_id: int, body: LabeledDataRequest) -> Response:
    """Replace everything that is annotated in a task."""
    context = access.task(request, task_id, "update:annotations", labels=True)
    vocabulary = vocabulary_in(context.labels)
    new = saving.created(body, vocabulary).create
    warnings = _warnings(new, context.task, vocabulary)
    wish = wish_of(request, body.version or None, warnings=warnings)
    stored = tasks.replace(context.task, new, wish)
    return answers.saved_answer(request, _answer(stored, warnings))


@routes.patch(PATH, body=PatchedLabeledDataRequest, response=LabeledData, query=("action",))
def partial_update_annotations(
    request: Request, task_id: int, body: PatchedLabeledDataRequest
) -> Response:
    """Create, update or delete objects of a task."""
    action = saving.action_of(request)
    since = body.version or None
    if action == "delete":
        task = access.task(request, task_id, "delete:annotations").task
        version, gone = tasks.delete(task, saving.deleted(body), wish_of(request, since))
        return answers.saved_answer(request, _kept(body, version, gone))
    context = access.task(request, task_id, "update:annotations", labels=True)
    vocabulary = vocabulary_in(context.labels)
    change = (saving.created if action == "create" else saving.updated)(body, vocabulary)
    objects, save = (
        (change.create, tasks.create) if action == "create" else (change.update, tasks.update)
    )
    warnings = _warnings(objects, context.task, vocabulary)
    stored = save(context.task, objects, wish_of(request, since, warnings=warnings))
    return answers.saved_answer(request, _answer(stored, warnings))


@routes.delete(PATH)
def destroy_annotations(request: Request, task_id: int) -> None:
    """Delete everything that is annotated in a task."""
    task = access.task(request, task_id, "delete:annotations").task
    tasks.replace(task, Objects(), wish_of(request, None))


def _warnings(objects: Objects, task: Task, vocabulary: Vocabulary) -> list[str]:
    frames = range(task.data.size) if task.data else None
    return saving.warnings_of(objects, frames, vocabulary, task.data)


def _answer(stored: Document, warnings: list[str]) -> LabeledData:
    return LabeledData.of(stored.version, stored, warnings=warnings)


def _kept(asked: Objects, version: int, found: set[int]) -> Document:
    """The objects with these ids."""
    return Document(
        version=version,
        tags=[tag for tag in asked.tags if identity(tag) in found],
        shapes=[shape for shape in asked.shapes if identity(shape) in found],
        tracks=[track for track in asked.tracks if identity(track) in found],
    )
