"""Annotations of a job."""

from __future__ import annotations

from typing import Any

from chalice.app import Response

from chalicelib.annotations import answers, saving, store
from chalicelib.annotations.bodies import (
    ChangesAnswer,
    ChangesRequest,
    LabeledData,
    LabeledDataRequest,
    PatchedLabeledDataRequest,
)
from chalicelib.annotations.labels import vocabulary_for
from chalicelib.annotations.marking import mark_updated
from chalicelib.annotations.model.completion import complete
from chalicelib.annotations.model.document import Document, Objects
from chalicelib.annotations.revisions import reading
from chalicelib.annotations.revisions.changes import Change, identity, replacement
from chalicelib.annotations.saving import Wish, wish_of
from chalicelib.annotations.store import Save, Saved
from chalicelib.platform.http import Router
from chalicelib.platform.requests import Request
from chalicelib.projects import access
from chalicelib.projects.access import JobContext

routes = Router(__name__, tag="jobs")

PATH = "/api/jobs/{id}/annotations"


@routes.get(PATH, response=LabeledData)
def retrieve_annotations(request: Request, job_id: int) -> Response:
    """Everything that is annotated in a job."""
    answers.refuse_export(request)
    context = access.job(request, job_id, "view:annotations")
    vocabulary = vocabulary_for(context.task)
    view = reading.look_at(job_id)
    etag = answers.tag_of(view.head.revision, vocabulary.fingerprint)
    known = answers.unchanged(request, etag)
    if known is not None:
        return known
    document = reading.snapshot_of(job_id, view).document()
    complete(document, vocabulary)
    etag = answers.tag_of(document.version, vocabulary.fingerprint)
    return answers.read_answer(request, document, etag)


@routes.put(PATH, body=LabeledDataRequest, response=LabeledData)
def update_annotations(request: Request, job_id: int, body: LabeledDataRequest) -> Response:
    """Replace everything that is annotated in a job."""
    context = access.job(request, job_id, "update:annotations")
    change = saving.replaced(body, vocabulary_for(context.task))
    saved = _save(context, change, wish_of(request, body.version or None))
    return answers.saved_answer(request, _stored(saved))


@routes.patch(PATH, body=PatchedLabeledDataRequest, response=LabeledData, query=("action",))
def partial_update_annotations(
    request: Request, job_id: int, body: PatchedLabeledDataRequest
) -> Response:
    """Create, update or delete objects of a job."""
    action = saving.action_of(request)
    scope = "delete:annotations" if action == "delete" else "update:annotations"
    context = access.job(request, job_id, scope)
    wish = wish_of(request, body.version or None)
    if action == "delete":
        saved = _save(context, saving.deleted(body), wish)
        return answers.saved_answer(request, _gone(body, saved))
    vocabulary = vocabulary_for(context.task)
    change = (saving.created if action == "create" else saving.updated)(body, vocabulary)
    return answers.saved_answer(request, _stored(_save(context, change, wish)))


@routes.delete(PATH)
def destroy_annotations(request: Request, job_id: int) -> None:
    """Delete everything that is annotated in a job."""
    context = access.job(request, job_id, "delete:annotations")
    _save(context, replacement(Objects()), wish_of(request, None))


@routes.post(f"{PATH}/changes", body=ChangesRequest, response=ChangesAnswer)
def save_changes(request: Request, job_id: int, body: ChangesRequest) -> Any:
    """Create, update and delete objects of a job in one atomic save that may be repeated.

    409 names the objects that someone else has changed since `version`, and saves nothing.
    """
    scopes = ["update:annotations", *(["delete:annotations"] if body.delete else [])]
    context = access.job(request, job_id, *scopes)
    change = saving.mixed(body.change(), vocabulary_for(context.task))
    saved = _save(context, change, wish_of(request, body.version))
    stored = saved.change
    ids = map(identity, stored.create.all())
    return ChangesAnswer(saved.revision, dict(zip(stored.clients, ids, strict=True)))


def _save(context: JobContext, change: Change, wish: Wish) -> Saved:
    [saved] = store.save(
        Save(
            job_id=context.job.id,
            change=change,
            author=wish.author,
            since=wish.since,
            key=wish.key,
            digest=wish.digest,
        )
    )
    if saved.moved:
        mark_updated(context.task, [saved.job_id])
    return saved


def _stored(saved: Saved) -> Document:
    """What a save stored, in the order in which it was sent."""
    created, updated = saved.change.create, saved.change.update
    return Document(
        version=saved.revision,
        tags=created.tags + updated.tags,
        shapes=created.shapes + updated.shapes,
        tracks=created.tracks + updated.tracks,
    )


def _gone(asked: Objects, saved: Saved) -> Document:
    """What a save deleted."""
    gone = set(saved.change.delete)
    return Document(
        version=saved.revision,
        tags=[tag for tag in asked.tags if tag.id in gone],
        shapes=[shape for shape in asked.shapes if shape.id in gone],
        tracks=[track for track in asked.tracks if track.id in gone],
    )
