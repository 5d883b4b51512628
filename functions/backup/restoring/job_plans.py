"""Jobs of a backup: which become jobs here, and of which frames.

Jobs of ground truth and replicas of jobs are not known here: they are left out, and said. Where
ground truth was mixed into the jobs (honeypots), its copies are left out and the frames that they
were copied from become a job of their own, so that no picture and no annotation of it is lost.
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.backups.documents import JobEntry, TaskDocument
from chalicelib.backups.drafts import JobState
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.report import Report
from chalicelib.projects.segments import MAX_JOBS, Segment
from functions.backup.restoring.plan import JobPlan

GROUND_TRUTH = "job of ground truth, which this server does not have"
REPLICA = "replica of a job, which this server does not have"
HONEYPOT = "copy of a frame by which annotators were checked"
UNKNOWN = "job of a type that is not known"
ANNOTATION, TRUTH, COPY = "annotation", "ground_truth", {"consensus_replica", "replica"}
_STATES = {
    "annotation": JobState("annotation", "new"),
    "validation": JobState("validation", "new"),
    "completed": JobState("acceptance", "completed"),
}


def has_honeypots(document: TaskDocument) -> bool:
    """Whether frames of ground truth are copied into the jobs."""
    return (document.data.validation_layout or {}).get("mode") == "gt_pool"


def plain(document: TaskDocument, place: str, report: Report) -> list[JobPlan]:
    """Jobs in the order of their frames.

    Raises:
        BadDataset: there are none, or they do not begin with the first frame or leave frames out.
    """
    jobs = []
    for number, entry in enumerate(document.jobs):
        if _is_wanted(entry, number, report):
            jobs.append(_planned(number, entry, entry.start_frame, entry.stop_frame, place))
    jobs.sort(key=lambda job: (job.segment.start, job.entry))
    check(jobs, place)
    return jobs


def without_honeypots(
    document: TaskDocument, place: str, report: Report
) -> tuple[list[JobPlan], list[str], dict[int, int]]:
    """Jobs, names of their frames in order, and the new numbers of frames by the old ones.

    Raises:
        BadDataset.
    """
    pool = _pool(document, place)
    jobs: list[JobPlan] = []
    names: list[str] = []
    moved: dict[int, int] = {}
    for number, entry in enumerate(document.jobs):
        truth = entry.type == TRUTH
        if not truth and not _is_wanted(entry, number, report):
            continue
        files = _files_of(entry, number, place)
        begin = len(names)
        for frame, name in enumerate(files, entry.start_frame):
            if not truth and name in pool:
                report.skip(HONEYPOT, f"{name} (job {number + 1})")
                continue
            moved[frame] = len(names)
            names.append(name)
        if len(names) > begin:
            jobs.append(_planned(number, entry, begin, len(names) - 1, place))
    if len(set(names)) != len(names):
        raise BadDataset(place, "names a frame for two jobs", "jobs")
    check(jobs, place)
    return jobs, names, moved


def check(jobs: Sequence[JobPlan], place: str) -> None:
    """Refuse jobs that do not share out all frames. Raises BadDataset."""
    if not jobs:
        raise BadDataset(place, "has no jobs", "jobs")
    if len(jobs) > MAX_JOBS:
        raise BadDataset(place, f"has {len(jobs):,} jobs; {MAX_JOBS:,} at most", "jobs")
    after = 0
    for job in jobs:
        if job.segment.start > after or job.segment.stop < after:
            raise BadDataset(place, f"no job has frame {after}, or a job is inside another", "jobs")
        after = job.segment.stop + 1


def _pool(document: TaskDocument, place: str) -> set[str]:
    truths = [entry for entry in document.jobs if entry.type == TRUTH]
    if len(truths) != 1 or not truths[0].files:
        raise BadDataset(place, "does not name the frames of its ground truth", "jobs")
    return set(truths[0].files)


def _files_of(entry: JobEntry, number: int, place: str) -> list[str]:
    if len(entry.files or ()) != entry.stop_frame - entry.start_frame + 1:
        raise BadDataset(place, "does not name a file for each frame", f"job {number + 1}")
    return entry.files or []


def _is_wanted(entry: JobEntry, number: int, report: Report) -> bool:
    kind = entry.type or ANNOTATION
    if kind == ANNOTATION:
        return True
    reason = GROUND_TRUTH if kind == TRUTH else REPLICA if kind in COPY else UNKNOWN
    report.skip(reason, f"job {number + 1}")
    return False


def _planned(number: int, entry: JobEntry, start: int, stop: int, place: str) -> JobPlan:
    if stop < start:
        raise BadDataset(place, "ends before it begins", f"job {number + 1}")
    state = _STATES.get(entry.status or "", _STATES["annotation"])
    if entry.stage is not None and entry.state is not None:
        state = JobState(entry.stage, entry.state)
    return JobPlan(entry=number, segment=Segment(start, stop), state=state)
