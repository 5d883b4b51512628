"""What is different between two revisions of a job or a task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.annotations import store, tasks
from chalicelib.annotations.bodies import ChangedAny, changed
from chalicelib.annotations.history.bodies import DifferenceRead, ObjectUpdate
from chalicelib.annotations.history.differing import Difference, between, difference
from chalicelib.annotations.merging.slicing import Span
from chalicelib.annotations.model.completion import complete
from chalicelib.annotations.model.document import (
    Annotation,
    Document,
    Objects,
    Track,
    gather,
    kind_of,
)
from chalicelib.annotations.model.vocabulary import Vocabulary
from chalicelib.annotations.revisions.changes import Change, identity

#: Revisions whose changes are looked through, so that what they did not touch is not read.
MOST_STEPS = 50

#: Revisions of jobs.
Revisions = Mapping[int, int]


def of_job(job_id: int, before: int, after: int) -> Difference:
    """What is different in a job. Raises NotFound, Gone, Damaged."""
    if before > after:
        return _reversed(of_job(job_id, after, before))
    then = store.read_as_of(job_id, before)
    changes = _changes(job_id, before, after)
    if changes is None:
        return between(then.objects(), store.read_as_of(job_id, after).objects())
    touched: dict[int, Annotation | None] = {}
    for change in changes:
        touched |= dict.fromkeys(change.delete)
        touched |= {identity(item): item for item in change.update.all()}
        touched |= {identity(item): item for item in change.create.all()}
    known = then.find_many(dict.fromkeys(touched))
    made = [item for item in touched.values() if item is not None]
    return difference(gather(list(known.values())).all(), gather(made).all())


def of_task(spans: Sequence[Span], before: Revisions, after: Revisions) -> Difference:
    """What is different in a task, of whose jobs these revisions are compared.

    Raises:
        NotFound, Gone, Damaged: of one of the jobs.
    """
    found = Difference([], [], [])
    for group in _groups(spans):
        if all(before[span.job_id] == after[span.job_id] for span in group):
            continue
        if len(group) == 1:
            job_id = group[0].job_id
            part = _closed(of_job(job_id, before[job_id], after[job_id]), group[0], spans)
        else:
            part = between(_merged(group, before, spans), _merged(group, after, spans))
        found.created.extend(part.created)
        found.updated.extend(part.updated)
        found.deleted.extend(part.deleted)
    return found


def document_of(spans: Sequence[Span], revisions: Revisions) -> Document:
    """A task as it was when its jobs had these revisions. Raises NotFound, Gone, Damaged."""
    snapshots = {
        span.job_id: store.read_as_of(span.job_id, revisions[span.job_id]) for span in spans
    }
    return tasks.merged_document(spans, snapshots)


def shown(found: Difference, revision: int, against: int, vocabulary: Vocabulary) -> DifferenceRead:
    """A difference as the API shows it, defaults completed."""
    updates = [
        ObjectUpdate(
            identity(after),
            kind_of(after),
            shown_object(before, vocabulary),
            shown_object(after, vocabulary),
        )
        for before, after in found.updated
    ]
    return DifferenceRead(
        revision=revision,
        against=against,
        created=_shown(found.created, vocabulary),
        updated=updates,
        deleted=_shown(found.deleted, vocabulary),
    )


def shown_object(item: Annotation, vocabulary: Vocabulary) -> ChangedAny:
    """One object as the API shows it, defaults completed."""
    return _shown([item], vocabulary)[0]


def _shown(items: Sequence[Annotation], vocabulary: Vocabulary) -> list[ChangedAny]:
    objects = gather(list(items))
    complete(objects, vocabulary)
    return [changed(item) for item in objects.all()]


def _changes(job_id: int, before: int, after: int) -> list[Change] | None:
    """The changes between two revisions, unless it is simpler to compare the documents."""
    numbers = range(before + 1, after + 1)
    if len(numbers) > MOST_STEPS:
        return None
    found = store.read_changes(job_id, numbers)
    if len(found) < len(numbers) or any(change.replace for change in found.values()):
        return None
    return [found[number] for number in numbers]


def _groups(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Runs of jobs that share frames, one with the next."""
    group: list[Span] = []
    for span in spans:
        if group and span.start > max(one.stop for one in group):
            yield group
            group = []
        group.append(span)
    if group:
        yield group


def _merged(group: Sequence[Span], revisions: Revisions, spans: Sequence[Span]) -> Objects:
    """What a task shows of some of its jobs."""
    from chalicelib.annotations.merging.joining import Piece, merge, objects_of

    pieces = [
        Piece(span, store.read_as_of(span.job_id, revisions[span.job_id]).objects())
        for span in group
    ]
    if spans[-1] is not group[-1]:
        # That the task goes on is what closes the tracks of jobs before its end.
        pieces.append(Piece(spans[-1], Objects()))
    return objects_of(merge(pieces))


def _closed(found: Difference, span: Span, spans: Sequence[Span]) -> Difference:
    """What a task shows of one of its jobs."""
    if span.stop >= max(one.stop for one in spans):
        return found
    from chalicelib.annotations.merging.joining import closed

    def end(item: Annotation) -> Annotation:
        return closed(item, span.stop + 1) if isinstance(item, Track) else item

    return Difference(
        [end(item) for item in found.created],
        [(end(before), end(after)) for before, after in found.updated],
        [end(item) for item in found.deleted],
    )


def _reversed(found: Difference) -> Difference:
    return Difference(
        found.deleted, [(after, before) for before, after in found.updated], found.created
    )
