"""Statistics of jobs and tasks from the counts that are kept with their logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.annotations import store
from chalicelib.annotations.merging.slicing import Span
from chalicelib.annotations.model.document import Annotation, Objects, gather
from chalicelib.annotations.revisions.changes import identity
from chalicelib.annotations.statistics.counting import Counts, counts_of
from chalicelib.annotations.statistics.totals import Totals, seen_on

#: How often to begin anew when jobs are saved while their statistics are read.
ATTEMPTS = 4


def of_job(span: Span) -> tuple[int, Totals]:
    """The revision of a job, and what is counted of it."""
    revision, counts = store.read_counts([span.job_id])[span.job_id]
    totals = Totals(span.start, span.stop)
    totals.add(counts, span.start, span.stop)
    return revision, totals


def of_task(spans: Sequence[Span]) -> tuple[int, Totals]:
    """The revision of a task, and what is counted of it.

    What several jobs have on frames that they share counts once, as the task shows it: objects
    that reach into these frames are read, and no others.

    Args:
        spans: of all jobs, in order of their starts.
    """
    first = min((span.start for span in spans), default=0)
    last = max((span.stop for span in spans), default=-1)
    for _ in range(ATTEMPTS):
        found = store.read_counts(span.job_id for span in spans)
        revisions = {job_id: revision for job_id, (revision, _) in found.items()}
        counts = {job_id: counted for job_id, (_, counted) in found.items()}
        shared = _shared(spans, counts)
        if not any(shared.values()) or store.read_revisions(revisions) == revisions:
            break
    totals = Totals(first, last)
    for span in spans:
        totals.add(counts[span.job_id], span.start, span.stop)
    _count_once(totals, spans, shared)
    return sum(revisions.values()), totals


def _shared(
    spans: Sequence[Span], counts: Mapping[int, Counts]
) -> dict[int, dict[int, Annotation]]:
    """What can be seen on frames that a job shares with another one, by job and id."""
    found: dict[int, dict[int, Annotation]] = {span.job_id: {} for span in spans}
    for left, right in _overlaps(spans):
        start, stop = right.start, min(left.stop, right.stop)
        pair = [left.job_id, right.job_id]
        if not all(any(seen_on(counts[job_id], start, stop)) for job_id in pair):
            continue
        for job_id, objects in store.read_frames(pair, start, stop).items():
            found[job_id] |= {identity(item): item for item in objects.all()}
    return found


def _overlaps(spans: Sequence[Span]) -> Iterator[tuple[Span, Span]]:
    """Pairs of jobs that share frames, the one that starts first (or as early) first."""
    reaching: list[Span] = []
    for right in spans:
        reaching = [left for left in reaching if left.stop >= right.start]
        yield from ((left, right) for left in reaching)
        reaching.append(right)


def _count_once(
    totals: Totals, spans: Sequence[Span], shared: Mapping[int, dict[int, Annotation]]
) -> None:
    if not any(shared.values()):
        return
    # Imported when first needed: most API processes never merge jobs.
    from chalicelib.annotations.merging.joining import Piece, merge, objects_of

    pieces: list[Piece] = []
    for span in spans:
        objects: Objects = gather(list(shared[span.job_id].values()))
        totals.add(counts_of(objects), span.start, span.stop, sign=-1)
        pieces.append(Piece(span, objects))
    merged = objects_of(merge(pieces))
    totals.add(counts_of(merged), spans[0].start, max(span.stop for span in spans))
