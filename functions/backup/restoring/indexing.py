"""The media of a draft becomes its frames and jobs, as the media of any task does."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.backups import drafts
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.report import Report
from chalicelib.media.ingest import parameters, steps
from chalicelib.media.ingest.parameters import DataRequest
from chalicelib.media.ingest.refusal import Refused
from chalicelib.media.ingest.stage import Stage
from chalicelib.media.ingest.steps import Attempt, Work
from chalicelib.media.sources.places import CLOUD, Unreachable
from chalicelib.projects import store
from chalicelib.projects.models import TaskData
from functions.backup.restoring.plan import Media, TaskPlan

ANOTHER_LENGTH = "frames of the video that are counted otherwise here"
_SORTING = {"lexicographical", "natural", "predefined", "random"}


def index(
    task_id: int, attempt: str, plan: TaskPlan, where: str, go_on: Callable[[], None]
) -> None:
    """Find out what the frames are, and make jobs. May be repeated, and goes on where it stopped.

    Args:
        where: the backup, for messages.
        go_on: called now and then; may raise to stop.

    Raises:
        BadDataset: the files make no task.
    """
    parameters.keep(task_id, _wanted(plan))
    own = Attempt(task_id, Stage(task_id, attempt), again=True, go_on=go_on, settle=lambda: None)
    try:
        outcome = steps.probe(own)
        if isinstance(outcome, Work):
            for part in outcome.parts:
                go_on()
                steps.index(own, part)
            steps.finish(own)
    except (Refused, Unreachable) as error:
        raise BadDataset(where, str(error)) from None
    steps.clean(own)


def settle(task_id: int, owner_id: int, plan: TaskPlan, where: str, report: Report) -> None:
    """Give a draft the facts that its media does not tell. May be repeated.

    Raises:
        BadDataset: the frames are not those of the backup.
    """
    task = store.load_task(task_id)
    if task is None or task.data is None:
        raise BadDataset(where, "the task was deleted while it was restored")
    found = [(job.start_frame, job.stop_frame) for job in store.task_jobs(task_id)]
    wanted = [(job.segment.start, job.segment.stop) for job in plan.jobs]
    if found != wanted:
        if not plan.media.alone or len(found) != len(wanted):
            raise BadDataset(
                where,
                f"the media has {task.size:,} frames, which the jobs of the backup"
                f" ({plan.size:,} frames) do not divide",
            )
        report.skip(ANOTHER_LENGTH, plan.media.alone, abs(task.size - plan.size))
    drafts.settle(task_id, owner_id, _facts(task.data, plan), [job.state for job in plan.jobs])


def _wanted(plan: TaskPlan) -> DataRequest:
    data, media = plan.document.data, plan.media
    wanted = DataRequest(
        chunk_size=data.chunk_size or None,
        image_quality=max(1, data.image_quality or 70),
        use_zip_chunks=data.chunk_type == "imageset",
    )
    if media.alone:
        wanted.start_frame = data.start_frame or 0
        wanted.stop_frame = data.stop_frame
        wanted.frame_filter = data.frame_filter or ""
        if data.sorting_method == "natural":
            wanted.sorting_method = "natural"
    else:
        wanted.sorting_method = "predefined"
        if plan.custom:
            names = iter(media.frames)
            wanted.job_file_mapping = [
                [next(names) for _ in range(job.segment.size)] for job in plan.jobs
            ]
    if media.place:
        wanted.server_files = _elsewhere(media)
        if media.place.startswith(CLOUD):
            wanted.cloud_storage_id = int(media.place.removeprefix(CLOUD))
    return wanted


def _elsewhere(media: Media) -> list[str]:
    beside = (name for names in media.related.values() for name in names)
    return [media.alone] if media.alone else list(dict.fromkeys([*media.frames, *beside]))


def _facts(data: TaskData, plan: TaskPlan) -> TaskData:
    """What a backup says of the data beside its frames."""
    said = plan.document.data
    chosen = said.skylabel.selected if said.skylabel else None
    if not plan.media.alone and not plan.moved:
        first = chosen.start_frame if chosen else said.start_frame or 0
        frame_filter = chosen.frame_filter if chosen else said.frame_filter or ""
        data.start_frame, data.frame_filter = first, frame_filter
        stop = chosen.stop_frame if chosen else said.stop_frame
        least = first + (data.size - 1) * data.step
        data.stop_frame = max(least, stop) if stop is not None else least
    if said.sorting_method in _SORTING:
        data.sorting_method = said.sorting_method  # type: ignore[assignment]  # one of them
    numbers = (
        (plan.moved or {}).get(n, -1) if plan.moved else n for n in said.deleted_frames or ()
    )
    data.deleted_frames = sorted({n for n in numbers if 0 <= n < data.size})
    return data
