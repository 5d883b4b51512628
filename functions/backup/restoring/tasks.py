"""The tasks of a backup, one after another, each in phases that may be repeated."""

from __future__ import annotations

from typing import Protocol

from chalicelib.activity.models import Request
from chalicelib.backups import drafts
from chalicelib.backups import restorations as states
from chalicelib.backups.documents import ANNOTATIONS, DATA, TASK
from chalicelib.backups.requested import RestoreInputs
from chalicelib.backups.restorations import Phase, State
from chalicelib.formats.report import Report
from chalicelib.platform import keys
from chalicelib.platform.clock import iso
from chalicelib.projects import store
from chalicelib.projects.models import Task
from functions.backup.restoring import copying, indexing
from functions.backup.restoring.annotating import Annotating
from functions.backup.restoring.archive import BackupArchive
from functions.backup.restoring.plan import ProjectPlan, TaskPlan

#: Parts of a task's work that are done when a phase is.
COPIED, INDEXED = 0.5, 0.8


class Pace(Protocol):
    """Called now and then with the task at hand and the part of it that is done; raises to stop.

    `pauses`: whether the work may go on from here in another call.
    """

    def __call__(self, task: int, part: float = 0.0, *, pauses: bool = True) -> None: ...


class Restoring:
    """Makes tasks that nobody sees yet. `state` is noted after every step."""

    def __init__(
        self, request: Request, inputs: RestoreInputs, archive: BackupArchive,
        planned: ProjectPlan, state: State, pace: Pace,
    ) -> None:  # fmt: skip
        self._request, self._inputs, self._archive = request, inputs, archive
        self._planned, self._state, self._pace = planned, state, pace

    def run(self) -> None:
        """Do what is left. Raises BadDataset, and what `pace` raises."""
        state = self._state
        if state.project_id is not None:
            drafts.make_labels(keys.project(state.project_id), self._planned.labels)
        while state.task < len(state.task_ids):
            task_id, plan = state.task_ids[state.task], self._planned.tasks[state.task]
            self._tick(0.0)
            match state.phase:
                case "draft":
                    self._draft(task_id, plan)
                    self._enter("media")
                case "media":
                    self._copy(task_id, plan)
                    self._enter("index")
                case "index":
                    self._index(task_id, plan)
                    self._enter("jobs")
                case "jobs":
                    where = self._archive.place(plan.folder + TASK)
                    owner = self._inputs.owner_id
                    indexing.settle(task_id, owner, plan, where, state.report)
                    self._enter("annotations")
                case "annotations":
                    self._annotate(task_id, plan)
                    state.task += 1
                    self._enter("draft")

    def _enter(self, phase: Phase) -> None:
        self._state.phase, self._state.position = phase, 0
        states.save(self._request, self._state)

    def _draft(self, task_id: int, plan: TaskPlan) -> None:
        moment = iso()
        drafts.make_task(
            Task(
                id=task_id,
                name=plan.document.name,
                project_id=self._state.project_id,
                bug_tracker=plan.document.bug_tracker or "",
                subset=(plan.document.subset or "").strip(),
                segment_size=plan.segment_size,
                overlap=None if plan.custom else plan.overlap,
                created_date=moment,
                updated_date=moment,
            )
        )
        if self._state.project_id is None:
            drafts.make_labels(keys.task(task_id), plan.labels)

    def _copy(self, task_id: int, plan: TaskPlan) -> None:
        def tick(done: int, part: float) -> None:
            self._state.position = done
            states.save(self._request, self._state)
            self._tick(COPIED * part)

        def go_on(part: float) -> None:
            self._pace(self._state.task, COPIED * part, pauses=False)

        attempt, done = self._request.attempt, self._state.position
        copying.copy(task_id, attempt, self._archive, plan.media, done, tick, go_on)

    def _index(self, task_id: int, plan: TaskPlan) -> None:
        where = self._archive.place(plan.folder + DATA)
        indexing.index(task_id, self._request.attempt, plan, where, lambda: self._tick(COPIED))

    def _annotate(self, task_id: int, plan: TaskPlan) -> None:
        task = store.load_task(task_id)
        assert task is not None
        jobs = store.task_jobs(task_id)
        parent = self._state.project_id
        labels = store.labels_at(keys.task(task_id) if parent is None else keys.project(parent))
        member = plan.folder + ANNOTATIONS
        annotating = Annotating(
            plan,
            labels,
            {one.entry: job for one, job in zip(plan.jobs, jobs, strict=True)},
            task.size,
            self._inputs.owner_id,
            f"restore-{self._request.attempt}-{self._state.task}",
            self._archive.place(member),
        )

        def tick(done: int, report: Report) -> None:
            self._state.report.add(report)
            self._state.position = done
            states.save(self._request, self._state)
            self._tick(INDEXED)

        def go_on() -> None:
            # A job is one revision: to stop within one would be to begin it again.
            self._pace(self._state.task, INDEXED, pauses=False)

        annotating.restore(self._archive.pieces(member), self._state.position, tick, go_on)

    def _tick(self, part: float) -> None:
        self._pace(self._state.task, part)
