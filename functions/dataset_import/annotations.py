"""Annotations of a file into a task or a job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing

from chalicelib.annotations.bulk import saving
from chalicelib.annotations.bulk.gathering import Gathering
from chalicelib.annotations.bulk.saving import BulkSave
from chalicelib.annotations.labels import vocabulary_for
from chalicelib.annotations.marking import marks_of
from chalicelib.annotations.model.vocabulary import vocabulary_of
from chalicelib.formats import registry
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.collecting import refuse_strangers
from chalicelib.formats.importing.refusals import refuse_misfits, refuse_packed
from chalicelib.formats.importing.requested import ImportInputs
from chalicelib.formats.importing.storing import StoringSink, read_into
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.report import Report
from chalicelib.formats.stored import frames_of, label_specs
from chalicelib.projects import store
from chalicelib.projects.models import Job, Label, Task, TaskData
from functions.dataset_import.source import Gone

#: Told the part of the work that is done, 0…1; raises if nobody wants the result any more.
Progress = Callable[[float], None]


class Reading:
    """The annotations of one file for one task or job: read, and saved when all is well.

    Close it: what was read is in temporary files.
    """

    def __init__(
        self,
        inputs: ImportInputs,
        task: Task,
        job: Job | None = None,
        labels: Sequence[Label] | None = None,
    ) -> None:
        """`labels`: those that the task is to have; None: it has them already."""
        self.task = task
        self._labels = store.labels_of_task(task) if labels is None else labels
        self._vocabulary = vocabulary_for(task) if labels is None else vocabulary_of(labels)
        self._inputs = inputs
        self._job = job
        self.gathering: Gathering = saving.open_gathering(task, job, self._vocabulary)
        self.report = Report()

    def read(self, upload: Upload, *, subset: str | None = None, go_on: Callable[[], None]) -> None:
        """Read everything there is for the task, of one subset or of all of them.

        Raises BadDataset, and what `go_on` raises.
        """
        data = self._data
        sink = StoringSink(
            self.gathering,
            self._vocabulary,
            upload,
            size=data.largest if all(data.largest) else None,
            go_on=go_on,
        )
        try:
            read_into(registry.importer(self._inputs.format), upload, self.target(subset), sink)
        except BadDataset:
            refuse_packed(upload)
            raise
        self.report = sink.report

    def target(self, subset: str | None = None) -> Target:
        """The task or job as readers see it."""
        data = self._data
        return Target(
            labels=label_specs(self._labels),
            frames=frames_of(self.task, data, self._job),
            is_video=data.media_type == "video",
            masks_as_polygons=self._inputs.masks_as_polygons,
            subset=subset,
            dimension=data.dimension,
            start=self._job.start_frame if self._job else 0,
        )

    def save(self, key: str, *, progress: Progress, settle: Callable[[], None]) -> None:
        """Save what was read, all of it or nothing. Raises ApiError, and what the two raise."""
        wanted = BulkSave(
            mode=self._inputs.mode, author=self._inputs.author, key=key, client="import"
        )
        saving.save(self.gathering, wanted, marks_of(self.task), progress=progress, settle=settle)

    def close(self) -> None:
        self.gathering.close()

    @property
    def _data(self) -> TaskData:
        assert self.task.data is not None, "a task without data was refused"
        return self.task.data


def import_annotations(
    inputs: ImportInputs,
    upload: Upload,
    key: str,
    *,
    progress: Progress,
    read_so_far: Callable[[], float],
    settle: Callable[[], None],
) -> Report:
    """Import into a task or a job.

    Args:
        key: a repeated import with the same key changes nothing.
        read_so_far: the part of the file that was read, 0…1.
        settle: called before anything is saved.

    Raises:
        Gone, BadDataset, ApiError: nothing was saved; the text says why.
    """
    task, job = _found(inputs)
    with closing(Reading(inputs, task, job)) as reading:
        reading.read(upload, go_on=lambda: progress(0.7 * read_so_far()))
        refuse_strangers(reading.report, upload, label_specs(store.labels_of_task(task)))
        refuse_misfits(reading.report, upload)
        reading.save(key, progress=lambda done: progress(0.7 + 0.3 * done), settle=settle)
        return reading.report


def _found(inputs: ImportInputs) -> tuple[Task, Job | None]:
    job = store.load_job(inputs.target_id) if inputs.target == "job" else None
    if inputs.target == "job" and job is None:
        raise Gone("The job has been deleted.")
    task = store.load_task(job.task_id if job else inputs.target_id)
    if task is None or task.data is None:
        raise Gone("The task has been deleted.")
    return task, job
