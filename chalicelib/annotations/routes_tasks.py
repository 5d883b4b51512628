"""Annotations of a task."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.annotations import answers, saving, store, tasks
from chalicelib.annotations.bodies import (
    LabeledData,
    LabeledDataRequest,
    PatchedLabeledDataRequest,
)
from chalicelib.annotations.labels import vocabulary_for
from chalicelib.annotations.model.completion import complete
from chalicelib.annotations.model.document import Document, Objects
from chalicelib.annotations.revisions.changes import identity
from chalicelib.annotations.saving import wish_of
from chalicelib.platform.http import Router
from chalicelib.platform.requests import Request
from chalicelib.projects import access
from chalicelib.projects import store as projects

routes = Router(__name__, tag="tasks")

PATH = "/api/tasks/{id}/annotations"


@routes.get(PATH, response=LabeledData)
def retrieve_annotations(request: Request, task_id: int) -> Response:
    """Everything that is annotated in a task."""
    answers.refuse_export(request)
    context = access.task(request, task_id, "view:annotations")
    vocabulary = vocabulary_for(context.task)
    spans = tasks.spans_of(projects.task_jobs(task_id))
    revisions = store.read_revisions(span.job_id for span in spans)
    etag = answers.tag_of(*revisions.values(), vocabulary.fingerprint)
    known = answers.unchanged(request, etag)
    if known is not None:
        return known
    snapshots = store.read_snapshots(span.job_id for span in spans)
    document = tasks.merged_document(spans, snapshots)
    complete(document, vocabulary)
    etag = answers.tag_of(*(one.revision for one in snapshots.values()), vocabulary.fingerprint)
    return answers.read_answer(request, document, etag)


@routes.put(PATH, body=LabeledDataRequest, response=LabeledData)
def update_annotations(request: Request, task_id: int, body: LabeledDataRequest) -> Response:
    """Replace everything that is annotated in a task."""
    task = access.task(request, task_id, "update:annotations").task
    new = saving.created(body, vocabulary_for(task)).create
    stored = tasks.replace(task, new, wish_of(request, body.version or None))
    return answers.saved_answer(request, stored)


@routes.patch(PATH, body=PatchedLabeledDataRequest, response=LabeledData, query=("action",))
def partial_update_annotations(
    request: Request, task_id: int, body: PatchedLabeledDataRequest
) -> Response:
    """Create, update or delete objects of a task."""
    action = saving.action_of(request)
    scope = "delete:annotations" if action == "delete" else "update:annotations"
    task = access.task(request, task_id, scope).task
    wish = wish_of(request, body.version or None)
    if action == "delete":
        asked = saving.deleted(body).delete
        version, gone = tasks.delete(task, asked, wish)
        return answers.saved_answer(request, _kept(body, version, gone))
    vocabulary = vocabulary_for(task)
    if action == "create":
        stored = tasks.create(task, saving.created(body, vocabulary).create, wish)
    else:
        stored = tasks.update(task, saving.updated(body, vocabulary).update, wish)
    return answers.saved_answer(request, stored)


@routes.delete(PATH)
def destroy_annotations(request: Request, task_id: int) -> None:
    """Delete everything that is annotated in a task."""
    task = access.task(request, task_id, "delete:annotations").task
    tasks.replace(task, Objects(), wish_of(request, None))


def _kept(asked: Objects, version: int, found: set[int]) -> Document:
    """The objects with these ids."""
    return Document(
        version=version,
        tags=[tag for tag in asked.tags if identity(tag) in found],
        shapes=[shape for shape in asked.shapes if identity(shape) in found],
        tracks=[track for track in asked.tracks if identity(track) in found],
    )
