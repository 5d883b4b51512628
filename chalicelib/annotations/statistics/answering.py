"""Answers to requests for statistics."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chalice.app import Response

from chalicelib.annotations import answers, store
from chalicelib.annotations.history.damage import readable
from chalicelib.annotations.labels import vocabulary_in
from chalicelib.annotations.merging.slicing import Span
from chalicelib.annotations.statistics import reading
from chalicelib.annotations.statistics.totals import Totals
from chalicelib.annotations.tasks import spans_of
from chalicelib.platform.requests import Request
from chalicelib.platform.table import Record
from chalicelib.projects import access
from chalicelib.projects import store as projects


def of_job(request: Request, job_id: int) -> Response:
    """How much is annotated in a job, by label, shape, source and frame."""
    context = access.job(request, job_id, "view:annotations", labels=True)
    span = Span(job_id, context.job.start_frame, context.job.stop_frame)
    return _answer(request, [span], context.labels, lambda: reading.of_job(span))


def of_task(request: Request, task_id: int) -> Response:
    """How much is annotated in a task, by label, shape, source and frame."""
    context = access.task(request, task_id, "view:annotations", labels=True)
    spans = spans_of(projects.task_jobs(task_id))
    return _answer(request, spans, context.labels, lambda: reading.of_task(spans))


def _answer(
    request: Request,
    spans: Sequence[Span],
    labels: Record | None,
    read: Callable[[], tuple[int, Totals]],
) -> Response:
    vocabulary = vocabulary_in(labels)
    revisions = store.read_revisions(span.job_id for span in spans)
    etag = answers.tag_of("statistics", *revisions.values(), vocabulary.fingerprint)
    known = answers.unchanged(request, etag)
    if known is not None:
        return known
    with readable("is annotated"):
        version, totals = read()
    if version != sum(revisions.values()):
        # Someone has saved meanwhile: the tag of what was read is not known.
        etag = answers.tag_of("statistics", "sum", version, vocabulary.fingerprint)
    return answers.read_answer(request, totals.shown(version, vocabulary), etag)
