"""Answers to requests for the history of a task's annotations, over its jobs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chalice.app import Response
from msgspec.structs import replace

from chalicelib.annotations import answers, store
from chalicelib.annotations.bodies import LabeledData
from chalicelib.annotations.history import comparing, listing, restoring, tracing
from chalicelib.annotations.history.bodies import RestoreAnswer, RestoreRequest
from chalicelib.annotations.history.damage import readable
from chalicelib.annotations.history.parameters import against_in, object_in, revision_in
from chalicelib.annotations.history.timeline import Timeline
from chalicelib.annotations.labels import vocabulary_in
from chalicelib.annotations.merging.slicing import Span
from chalicelib.annotations.model.completion import complete
from chalicelib.annotations.saving import wish_of
from chalicelib.annotations.tasks import spans_of
from chalicelib.platform.requests import Request
from chalicelib.projects import access
from chalicelib.projects import store as projects


def list_revisions(request: Request, task_id: int) -> Any:
    """Saves of all jobs of a task, newest first; with `object`, those that touched it."""
    object_id = object_in(request)
    context = access.task(request, task_id, "view:annotations", labels=object_id is not None)
    spans = spans_of(projects.task_jobs(task_id))
    heads = store.read_heads(span.job_id for span in spans)
    timeline = Timeline(heads)
    if object_id is None:
        return listing.of_task(request, timeline)
    with readable():
        found = {
            job_id: tracing.events(job_id, head, object_id, alone=len(heads) == 1)
            for job_id, head in heads.items()
        }
    return tracing.task_page(request, timeline, found, vocabulary_in(context.labels))


def retrieve_revision(request: Request, task_id: int, revision: str) -> Response:
    """Everything that was annotated in a task at a revision."""
    number = revision_in(revision)
    context = access.task(request, task_id, "view:annotations", labels=True)
    vocabulary = vocabulary_in(context.labels)
    spans = spans_of(projects.task_jobs(task_id))
    then = _timeline(spans).at(number)
    etag = answers.tag_of("as of", *then.values(), vocabulary.fingerprint)
    known = answers.unchanged(request, etag)
    if known is not None:
        return known
    with readable():
        document = LabeledData.of(number, comparing.document_of(spans, then))
    complete(document, vocabulary)
    return answers.read_answer(request, document, etag)


def compare_revision(request: Request, task_id: int, revision: str) -> Response:
    """What makes a revision of another one, of the one before if none is named."""
    number = revision_in(revision)
    against = against_in(request, number)
    context = access.task(request, task_id, "view:annotations", labels=True)
    vocabulary = vocabulary_in(context.labels)
    spans = spans_of(projects.task_jobs(task_id))
    timeline = _timeline(spans)
    before, after = timeline.at(against), timeline.at(number)
    etag = answers.tag_of("diff", *before.values(), *after.values(), vocabulary.fingerprint)
    known = answers.unchanged(request, etag)
    if known is not None:
        return known
    with readable():
        found = comparing.of_task(spans, before, after)
    answer = comparing.shown(found, number, against, vocabulary)
    return answers.read_answer(request, answer, etag)


def restore_revision(
    request: Request, task_id: int, revision: str, body: RestoreRequest
) -> RestoreAnswer:
    """Make an earlier revision of a task the latest one. What is there now stays in the history.

    409 if something was saved since `version`.
    """
    number = revision_in(revision)
    context = access.task(request, task_id, "update:annotations", labels=True)
    message = f"Restored revision {number} of the task"
    wish = replace(wish_of(request, body.version or None), message=message)
    targets = _timeline(spans_of(projects.task_jobs(task_id))).at(number)
    with readable():
        restored = restoring.restore(context.task, targets, vocabulary_in(context.labels), wish)
    return restored.answer(number)


def _timeline(spans: Sequence[Span]) -> Timeline:
    return Timeline(store.read_heads(span.job_id for span in spans))
