"""Answers to requests for the history of a job's annotations."""

from __future__ import annotations

from typing import Any

from chalice.app import Response
from msgspec.structs import replace

from chalicelib.annotations import answers, store
from chalicelib.annotations.bodies import LabeledData
from chalicelib.annotations.history import comparing, listing, restoring, tracing
from chalicelib.annotations.history.bodies import RestoreAnswer, RestoreRequest
from chalicelib.annotations.history.damage import readable
from chalicelib.annotations.history.parameters import against_in, object_in, revision_in
from chalicelib.annotations.labels import vocabulary_in
from chalicelib.annotations.model.completion import complete
from chalicelib.annotations.revisions import reading
from chalicelib.annotations.saving import wish_of
from chalicelib.platform.requests import Request
from chalicelib.projects import access
from chalicelib.projects import store as projects


def list_revisions(request: Request, job_id: int) -> Any:
    """Saves of a job, newest first; with `object`, those that touched it."""
    object_id = object_in(request)
    key = reading.head_key(job_id)
    context = access.job(
        request, job_id, "view:annotations", labels=object_id is not None, also=[key]
    )
    head = reading.view_of(job_id, context.found.get(key)).head
    if object_id is None:
        return listing.of_job(request, job_id, head)
    alone = len(projects.task_jobs(context.task.id)) == 1
    with readable():
        found = tracing.events(job_id, head, object_id, alone=alone)
    return tracing.job_page(request, found, vocabulary_in(context.labels))


def retrieve_revision(request: Request, job_id: int, revision: str) -> Response:
    """Everything that was annotated in a job at a revision."""
    number = revision_in(revision)
    context = access.job(request, job_id, "view:annotations", labels=True)
    vocabulary = vocabulary_in(context.labels)
    with readable():
        snapshot = store.read_as_of(job_id, number)
        etag = answers.tag_of("as of", number, vocabulary.fingerprint)
        known = answers.unchanged(request, etag)
        if known is not None:
            return known
        document = LabeledData.of(number, snapshot.objects())
    complete(document, vocabulary)
    return answers.read_answer(request, document, etag)


def compare_revision(request: Request, job_id: int, revision: str) -> Response:
    """What makes a revision of another one, of the one before if none is named."""
    number = revision_in(revision)
    against = against_in(request, number)
    context = access.job(request, job_id, "view:annotations", labels=True)
    vocabulary = vocabulary_in(context.labels)
    with readable():
        found = comparing.of_job(job_id, against, number)
    answer = comparing.shown(found, number, against, vocabulary)
    etag = answers.tag_of("diff", number, against, vocabulary.fingerprint)
    return answers.unchanged(request, etag) or answers.read_answer(request, answer, etag)


def restore_revision(
    request: Request, job_id: int, revision: str, body: RestoreRequest
) -> RestoreAnswer:
    """Make an earlier revision of a job the latest one. What is there now stays in the history.

    409 if something was saved since `version`.
    """
    number = revision_in(revision)
    context = access.job(request, job_id, "update:annotations", labels=True)
    wish = replace(wish_of(request, body.version or None), message=f"Restored revision {number}")
    others = [job.id for job in projects.task_jobs(context.task.id) if job.id != job_id]
    with readable():
        restored = restoring.restore(
            context.task, {job_id: number}, vocabulary_in(context.labels), wish, others=others
        )
    return restored.answer(number)
