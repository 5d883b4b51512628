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
from chalicelib.annotations.history.bodies import ChangesSince
from chalicelib.annotations.labels import vocabulary_in
from chalicelib.annotations.marking import marks_of
from chalicelib.annotations.model.completion import complete
from chalicelib.annotations.model.document import Objects
from chalicelib.annotations.model.vocabulary import Vocabulary
from chalicelib.annotations.revisions import reading
from chalicelib.annotations.revisions.cache import View
from chalicelib.annotations.revisions.changes import Change, identity, replacement
from chalicelib.annotations.saving import Wish, wish_of
from chalicelib.annotations.store import Damaged, Saved
from chalicelib.annotations.tasks import seen_on
from chalicelib.platform.http import Router
from chalicelib.platform.requests import Request
from chalicelib.projects import access
from chalicelib.projects.access import JobContext

routes = Router(__name__, tag="jobs")

PATH = "/api/jobs/{id}/annotations"


class _Annotated:
    """A job, its labels, and where its log ends, read in one call."""

    def __init__(self, request: Request, job_id: int, *scopes: str, labels: bool = True) -> None:
        head = reading.head_key(job_id)
        context = access.job(request, job_id, *scopes, labels=labels, also=[head])
        self.context: JobContext = context
        self.vocabulary: Vocabulary = vocabulary_in(context.labels)
        self.view: View = reading.view_of(job_id, context.found.get(head))

    @property
    def frames(self) -> range:
        return range(self.context.job.start_frame, self.context.job.stop_frame + 1)

    def warnings(self, objects: Objects) -> list[str]:
        """What looks like a mistake."""
        data = self.context.task.data
        return saving.warnings_of(objects, self.frames, self.vocabulary, data)

    def save(self, change: Change, wish: Wish) -> Saved:
        job_id = self.context.job.id
        with saving.changeable():
            [saved] = store.save(
                wish.save(job_id, change, wish.since),
                seen={job_id: self.view},
                marks=marks_of(self.context.task),
            )
        return saved


@routes.get(PATH, response=LabeledData, query=("start_frame", "stop_frame"))
def retrieve_annotations(request: Request, job_id: int) -> Response:
    """What is annotated in a job: everything, or what can be seen on a range of frames."""
    answers.refuse_export(request)
    frames = answers.frames_of(request)
    job = _Annotated(request, job_id, "view:annotations")
    etag = answers.tag_of(job.view.head.revision, job.vocabulary.fingerprint, *frames or ())
    known = answers.unchanged(request, etag)
    if known is not None:
        return known
    if frames is not None:
        document = _between(job_id, job.view, *frames)
    else:
        document = _everything(job_id, job.view)
        etag = answers.tag_of(document.version, job.vocabulary.fingerprint)
    complete(document, job.vocabulary)
    return answers.read_answer(request, document, etag)


@routes.put(PATH, body=LabeledDataRequest, response=LabeledData)
def update_annotations(request: Request, job_id: int, body: LabeledDataRequest) -> Response:
    """Replace everything that is annotated in a job."""
    job = _Annotated(request, job_id, "update:annotations")
    change = saving.replaced(body, job.vocabulary)
    warnings = job.warnings(change.create)
    saved = job.save(change, wish_of(request, body.version or None, warnings=warnings))
    return answers.saved_answer(request, _stored(saved, warnings))


@routes.patch(PATH, body=PatchedLabeledDataRequest, response=LabeledData, query=("action",))
def partial_update_annotations(
    request: Request, job_id: int, body: PatchedLabeledDataRequest
) -> Response:
    """Create, update or delete objects of a job."""
    action = saving.action_of(request)
    since = body.version or None
    if action == "delete":
        job = _Annotated(request, job_id, "delete:annotations", labels=False)
        saved = job.save(saving.deleted(body), wish_of(request, since))
        return answers.saved_answer(request, _gone(body, saved))
    job = _Annotated(request, job_id, "update:annotations")
    change = (saving.created if action == "create" else saving.updated)(body, job.vocabulary)
    warnings = job.warnings(_written(change))
    saved = job.save(change, wish_of(request, since, warnings=warnings))
    return answers.saved_answer(request, _stored(saved, warnings))


@routes.delete(PATH)
def destroy_annotations(request: Request, job_id: int) -> None:
    """Delete everything that is annotated in a job."""
    job = _Annotated(request, job_id, "delete:annotations", labels=False)
    job.save(replacement(Objects()), wish_of(request, None))


@routes.post(f"{PATH}/changes", body=ChangesRequest, response=ChangesAnswer)
def save_changes(request: Request, job_id: int, body: ChangesRequest) -> Any:
    """Create, update and delete objects of a job in one atomic save that may be repeated.

    409 names the objects that someone else has changed since `version`, and saves nothing.
    """
    scopes = ["update:annotations", *(["delete:annotations"] if body.delete else [])]
    job = _Annotated(request, job_id, *scopes)
    change = saving.mixed(body.change(), job.vocabulary)
    warnings = job.warnings(_written(change))
    stored = job.save(change, wish_of(request, body.version, warnings=warnings))
    created = stored.change
    ids = map(identity, created.create.all())
    return ChangesAnswer(stored.revision, dict(zip(created.clients, ids, strict=True)), warnings)


@routes.get(f"{PATH}/changes", response=ChangesSince, query=("since",))
def changes_since(request: Request, job_id: int) -> Response:
    """What was changed in a job since a revision, so that an open editor follows.

    304 if nothing was and the client says that it knows. 410 if that revision is too old.
    """
    # Imported when first needed: only open editors follow.
    from chalicelib.annotations import catching_up

    since = answers.revision_of(request, "since")
    job = _Annotated(request, job_id, "view:annotations")
    etag = answers.tag_of(job.view.head.revision, since, job.vocabulary.fingerprint)
    known = answers.unchanged(request, etag)
    if known is not None:
        return known
    found = catching_up.changes_since(job_id, job.view, since, job.vocabulary, request.base_url)
    return answers.read_answer(request, found, etag)


def _everything(job_id: int, view: View) -> LabeledData:
    """All annotations, or as much of them as can be read."""
    try:
        return reading.read(
            job_id, view, lambda found: LabeledData.of(found.revision, found.objects())
        )
    except Damaged:
        rest, damaged = store.read_what_is_left(job_id)
        return LabeledData.of(rest.version, rest, damaged=damaged)


def _between(job_id: int, view: View, start: int, stop: int) -> LabeledData:
    """What can be seen on frames `start` to `stop`, or as much of it as can be read."""
    try:
        found = store.read_frames([job_id], start, stop)[job_id]
    except Damaged:
        rest, damaged = store.read_what_is_left(job_id)
        return LabeledData.of(rest.version, seen_on(rest, start, stop), damaged=damaged)
    return LabeledData.of(view.head.revision, found)


def _stored(saved: Saved, warnings: list[str]) -> LabeledData:
    """What a save stored, in the order in which it was sent."""
    return LabeledData.of(saved.revision, _written(saved.change), warnings=warnings)


def _written(change: Change) -> Objects:
    created, updated = change.create, change.update
    return Objects(
        tags=created.tags + updated.tags,
        shapes=created.shapes + updated.shapes,
        tracks=created.tracks + updated.tracks,
    )


def _gone(asked: Objects, saved: Saved) -> LabeledData:
    """What a save deleted."""
    gone = set(saved.change.delete)
    return LabeledData(
        version=saved.revision,
        tags=[tag for tag in asked.tags if tag.id in gone],
        shapes=[shape for shape in asked.shapes if shape.id in gone],
        tracks=[track for track in asked.tracks if track.id in gone],
    )
