"""From the documents of a backup to what is to be made of it. Nothing is made here."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TypeVar

import msgspec

from chalicelib.backups import label_entries
from chalicelib.backups.documents import (
    ANNOTATIONS,
    GUIDE,
    PROJECT,
    TASK,
    VERSION,
    ProjectDocument,
    TaskDocument,
)
from chalicelib.backups.requested import RestoreInputs
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.report import Report
from chalicelib.media.sources.places import SHARE
from chalicelib.projects import label_rules
from chalicelib.projects.attributes import BadLabel
from chalicelib.projects.bodies import PatchedLabelRequest
from chalicelib.projects.segments import applied
from functions.backup.restoring import job_plans, media_plans, storage_search
from functions.backup.restoring.archive import BackupArchive
from functions.backup.restoring.plan import Media, ProjectPlan, TaskPlan

Document = TypeVar("Document", TaskDocument, ProjectDocument)

#: Bytes of a document; a task of 100,000 files that are given to jobs by name needs 10 MB.
LARGEST = 64 << 20
#: Tasks of one project.
MOST_TASKS = 10_000
NO_GUIDE = "annotation guide, which this server does not have"
_TASK_FOLDER = re.compile(r"task_(\d{1,9})")


def plan(archive: BackupArchive, inputs: RestoreInputs, report: Report) -> ProjectPlan:
    """What a backup makes.

    Args:
        report: takes what is left out.

    Raises:
        BadDataset: it is no backup of this kind, or damaged; the text names file and place.
    """
    if inputs.target == "task":
        return ProjectPlan(tasks=[_task(archive, "", inputs, report)])
    document = _document(archive, PROJECT, ProjectDocument, "project", TASK)
    _note_guide(archive, "", report)
    return ProjectPlan(
        name=document.name,
        bug_tracker=document.bug_tracker or "",
        labels=_labels(document, archive.place(PROJECT)),
        tasks=[_task(archive, folder, inputs, report) for folder in _folders(archive)],
    )


def _folders(archive: BackupArchive) -> list[str]:
    """Folders of the tasks of a project, in order."""
    found = {
        int(match[1]): f"{name}/"
        for name in archive.folders()
        if (match := _TASK_FOLDER.fullmatch(name))
    }
    if len(found) > MOST_TASKS:
        raise BadDataset(archive.name, f"has more than {MOST_TASKS:,} tasks")
    return [folder for _, folder in sorted(found.items())]


def _task(archive: BackupArchive, folder: str, inputs: RestoreInputs, report: Report) -> TaskPlan:
    document = _document(archive, folder + TASK, TaskDocument, "task", folder + PROJECT)
    place = archive.place(folder + TASK)
    if folder + ANNOTATIONS not in archive:
        raise BadDataset(archive.place(folder + ANNOTATIONS), "is missing")
    _note_guide(archive, folder, report)
    labels = _labels(document, place)
    if job_plans.has_honeypots(document):
        jobs, names, moved = job_plans.without_honeypots(document, place, report)
        media = media_plans.pool(archive, folder, names)
        return TaskPlan(
            folder=folder, document=document, labels=labels, media=media, jobs=jobs,
            custom=True, segment_size=0, overlap=0, moved=moved,
        )  # fmt: skip
    jobs = job_plans.plain(document, place, report)
    size = jobs[-1].segment.stop + 1
    media = _media(archive, folder, document, size, inputs, report)
    segment_size, overlap = applied([job.segment for job in jobs])
    custom = segment_size == 0
    shared = any(one.segment.stop >= two.segment.start for one, two in pairwise(jobs))
    if (custom and (media.alone or shared)) or overlap > segment_size // 2:
        raise BadDataset(place, "divides the frames in a way that no task can have", "jobs")
    return TaskPlan(
        folder=folder, document=document, labels=labels, media=media, jobs=jobs, custom=custom,
        segment_size=segment_size, overlap=overlap,
    )  # fmt: skip


def _media(
    archive: BackupArchive,
    folder: str,
    document: TaskDocument,
    size: int,
    inputs: RestoreInputs,
    report: Report,
) -> Media:
    storage = document.data.storage or "local"
    # Backups of other servers say where the media was, although they hold it.
    if storage == "local" or media_plans.is_inside(archive, folder):
        return media_plans.inside(archive, folder, document, size, report)
    where = archive.place(folder + TASK)
    manifest = media_plans.read_manifest(archive, folder)
    media = media_plans.elsewhere(manifest, SHARE, where)
    if storage == "cloud_storage":
        names = media.frames or [media.alone]
        media.place = storage_search.place_of(inputs, document.data.skylabel, names, where)
    if media.frames:
        media.frames = media_plans.selected(media.frames, document.data, size, where)
    return media


def _document(
    archive: BackupArchive, member: str, kind: type[Document], what: str, other: str
) -> Document:
    if member not in archive:
        told = f" ({other} is there: it is a backup of another kind)" if other in archive else ""
        raise BadDataset(archive.name, f"is not a backup of a {what}: it has no {member}{told}")
    place = archive.place(member)
    try:
        found = msgspec.json.decode(archive.read(member, LARGEST), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadDataset(place, f"is not what a backup holds: {error}") from None
    if found.version != VERSION:
        raise BadDataset(place, f"has version {found.version!r}; {VERSION} is known")
    return found


def _labels(document: TaskDocument | ProjectDocument, place: str) -> list[PatchedLabelRequest]:
    """Labels, checked by making them once for nothing."""
    try:
        label_rules.created(label_entries.read(document.labels))
        return label_entries.read(document.labels)
    except BadLabel as error:
        raise BadDataset(place, str(error), "labels") from None


def _note_guide(archive: BackupArchive, folder: str, report: Report) -> None:
    if folder + GUIDE in archive:
        report.skip(NO_GUIDE, folder + GUIDE)
