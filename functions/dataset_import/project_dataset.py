"""A dataset with its images into a project: a task for each subset, seen when all are complete.

What is done is noted, so that a call goes on where one before it stopped or was killed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial

import msgspec

from chalicelib.activity.models import Request
from chalicelib.formats import registry, request_files
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.collecting import refuse_strangers
from chalicelib.formats.importing.labels_in import labels_in
from chalicelib.formats.importing.reading import Picture, Reader
from chalicelib.formats.importing.requested import ImportInputs
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.report import Report
from chalicelib.formats.stored import label_specs
from chalicelib.media.ingest import notes, parameters, steps
from chalicelib.media.ingest.parameters import DataRequest
from chalicelib.media.ingest.refusal import Refused
from chalicelib.media.ingest.stage import Stage
from chalicelib.media.ingest.steps import Attempt
from chalicelib.platform import bucket, ids
from chalicelib.projects import store
from chalicelib.projects.models import Project
from functions.dataset_import import hidden_tasks, new_labels, pictures
from functions.dataset_import.annotations import Reading
from functions.dataset_import.source import Gone, SourceFile

#: Parts of the whole that copying images and reading annotations are.
COPYING, READING = 0.6, 0.9


class Part(msgspec.Struct):
    """A task in the making.

    Attributes:
        copied: how many of its images are in the bucket.
        indexed: whether the task has them, and nothing else is left of making it.
    """

    subset: str
    task_id: int
    images: int
    copied: int = 0
    indexed: bool = False


class State(msgspec.Struct):
    """What calls leave for each other.

    Attributes:
        report: once everything is saved but not seen yet.
        labels: packed, that the project is to get; none if it has its own. Once that is known.
    """

    parts: list[Part]
    report: Report | None = None
    labels: bytes | None = None

    @property
    def task_ids(self) -> list[int]:
        return [part.task_id for part in self.parts]


class Work:
    """One call's part of an import."""

    def __init__(
        self,
        request: Request,
        inputs: ImportInputs,
        source: SourceFile,
        progress: Callable[[float], None],
        settle: Callable[[], None],
        has_time: Callable[[], bool],
    ) -> None:
        """
        Args:
            progress: told the part of the work that is done, 0…1; may raise.
            settle: called before anybody sees anything; may raise.
            has_time: whether this call may take up more.
        """
        self._request = request
        self._inputs = inputs
        self._source = source
        self._progress = progress
        self._settle = settle
        self._has_time = has_time
        self._upload: Upload = source.upload()
        self._reader: Reader = registry.importer(inputs.format).load()

    def go_on(self, key: str) -> Report | None:
        """Do as much as there is time for. Returns the report when all is done.

        Args:
            key: tells the saves of this import from others.

        Raises:
            Gone, BadDataset, ApiError: the text says why; call `undo`.
        """
        project = self._project()
        state = _load(self._request)
        if state is None or state.report is None:
            found = pictures.by_subset(self._reader, self._upload, self._source.size)
            state = state or self._begin(found)
            for part in state.parts:
                if not self._make_task(project, state, part, found[part.subset]):
                    return None
            _check_dimension(project, state)
            if state.labels is None:
                state.labels = self._new_labels(project, state)
                _save(self._request, state)
            state.report = self._annotate(project, state, key)
            _save(self._request, state)
        if not hidden_tasks.are_shown(project.id, state.task_ids):
            self._settle()
            hidden_tasks.show(project.id, state.task_ids, state.labels or b"")
        return state.report

    def _project(self) -> Project:
        project = store.load_project(self._inputs.target_id)
        if project is None:
            raise Gone("The project has been deleted.")
        return project

    def _begin(self, found: dict[str, list[Picture]]) -> State:
        numbers = ids.allocate("task", len(found))
        parts = [
            Part(subset, task_id, len(listed))
            for (subset, listed), task_id in zip(sorted(found.items()), numbers, strict=True)
        ]
        state = State(parts)
        _save(self._request, state)
        return state

    def _make_task(self, project: Project, state: State, part: Part, listed: list[Picture]) -> bool:
        """Give a task its images. Returns whether there was time for all of them."""
        hidden_tasks.make(project, part.task_id, pictures.name_of(part.subset), self._inputs.author)
        while part.copied < part.images:
            if not self._has_time():
                return False
            identity = f"{self._request.attempt}-{part.copied:08d}"
            files, count = pictures.copy(
                self._upload, part.task_id, identity, listed[part.copied :]
            )
            notes.note(part.task_id, files)
            part.copied += count
            _save(self._request, state)
            total = sum(one.images for one in state.parts)
            self._progress(COPYING * sum(one.copied for one in state.parts) / total)
        if not part.indexed:
            self._index(part)
            part.indexed = True
            _save(self._request, state)
        return True

    def _index(self, part: Part) -> None:
        """What the ingestion of uploaded images does."""
        if steps.ready(part.task_id) is None:
            parameters.keep(part.task_id, DataRequest())
        attempt = Attempt(
            task_id=part.task_id,
            stage=Stage(part.task_id, self._request.attempt),
            again=True,
            go_on=lambda: self._progress(0.0),
            settle=lambda: None,
        )
        try:
            left = steps.plan(attempt)
            if isinstance(left, steps.Work):
                for number in left.parts:
                    steps.index(attempt, number)
                steps.finish(attempt)
        except Refused as error:
            raise BadDataset(self._inputs.filename, str(error)) from None
        steps.clean(attempt)

    def _new_labels(self, project: Project, state: State) -> bytes:
        """Labels for a project that has none, which nobody sees before the tasks. May be none."""
        if store.labels_of_project(project.id):
            return b""
        with ExitStack() as opened:
            targets = []
            for part in state.parts:
                task = hidden_tasks.load(project.id, part.task_id)
                reading = opened.enter_context(closing(Reading(self._inputs, task, labels=())))
                targets.append(reading.target(_subset(state, part)))
            found = labels_in(self._reader, self._upload, targets)
        return new_labels.packed(project.id, found, self._inputs.filename)

    def _annotate(self, project: Project, state: State, key: str) -> Report:
        """Read the annotations of all tasks, and save them if all is well with all of them."""
        report = Report()
        labels = new_labels.unpacked(state.labels) if state.labels else None
        with ExitStack() as opened:
            readings = []
            for number, part in enumerate(state.parts):
                done = COPYING + (READING - COPYING) * number / len(state.parts)
                task = hidden_tasks.load(project.id, part.task_id)
                reading = opened.enter_context(closing(Reading(self._inputs, task, labels=labels)))
                reading.read(
                    self._upload,
                    subset=_subset(state, part),
                    go_on=partial(self._progress, done),
                )
                readings.append(reading)
                report.add(reading.report)
            known = store.labels_of_project(project.id) if labels is None else labels
            refuse_strangers(report, self._upload, label_specs(known))
            for reading in readings:
                reading.save(key, progress=lambda _: None, settle=lambda: None)
        report.new_labels = [label.name for label in labels or ()]
        return report


def undo(request: Request) -> None:
    """Drop what calls left for each other, and the tasks unless people see them.

    May be repeated.
    """
    state = _load(request)
    if state is None:
        return
    project_id = int(request.inputs["target_id"])
    if not hidden_tasks.are_shown(project_id, state.task_ids):
        hidden_tasks.remove(state.task_ids)
        new_labels.forget(state.labels or b"")
    bucket.delete(_key(request))


def _subset(state: State, part: Part) -> str | None:
    """What readers are to read of the dataset for a task."""
    return part.subset if len(state.parts) > 1 else None


def _check_dimension(project: Project, state: State) -> None:
    dimensions = {project.dimension} - {None}
    for part in state.parts:
        data = hidden_tasks.load(project.id, part.task_id).data
        assert data is not None, "it was indexed"
        dimensions.add(data.dimension)
    if len(dimensions) > 1:
        raise Gone(
            "A project has either pictures or point clouds; with this dataset it would have both."
        )


def _load(request: Request) -> State | None:
    body = bucket.get(_key(request))
    return None if body is None else msgspec.msgpack.decode(body, type=State)


def _save(request: Request, state: State) -> None:
    bucket.put(_key(request), msgspec.msgpack.encode(state))


def _key(request: Request) -> str:
    return f"{request_files.own_prefix(request)}state"
