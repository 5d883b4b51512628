"""From files to a task that can be annotated, in steps that may be repeated.

`probe` brings nothing over: it says what must be fetched first, or goes on with `plan`. `plan`
finds out what the files make; it does everything at once when there is little to read, otherwise
it leaves numbered parts to `index`, which run side by side, and `finish` puts them together.
What a killed attempt has fetched and indexed is not done again by the next run of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain, islice
from typing import Literal

import msgspec

from chalicelib.media.archives import members
from chalicelib.media.archives.members import BadArchive
from chalicelib.media.files import File
from chalicelib.media.ingest import (
    copying,
    gathering,
    heads,
    looking,
    manifest_rules,
    notes,
    planning,
    settling,
)
from chalicelib.media.ingest.catalogue import Catalogue
from chalicelib.media.ingest.gathering import FETCHED, Described
from chalicelib.media.ingest.manifests import BadManifest
from chalicelib.media.ingest.parameters import DataRequest, kept
from chalicelib.media.ingest.refusal import Cancelled, Refused
from chalicelib.media.ingest.settling import Pictures
from chalicelib.media.ingest.stage import Part, Plan, Stage
from chalicelib.media.sources import remote
from chalicelib.media.sources.places import OWN
from chalicelib.platform import bucket
from chalicelib.projects import store
from chalicelib.projects.models import Task
from chalicelib.projects.trash import entries

#: Files to look into, and bytes to unpack or copy, that one step does by itself.
INLINE_FILES = 400
INLINE_BYTES = 64 << 20
#: Parts of one set: the history of an execution ends at 25,000 events, eight for each part.
MOST_PARTS = 2500
PLAN = "plan"
TODO, DONE = "todo/", "done/"
ALONE = "alone"


class Done(msgspec.Struct, frozen=True):
    """The task is ready. `warning` is for the user, empty if all is well."""

    warning: str = ""


class Work(msgspec.Struct, frozen=True):
    """Work left for other steps: numbered parts of `fetch` or `index`, those not done yet.

    Attributes:
        total: what all of it counts: URLs, or files.
    """

    step: Literal["fetch", "index"]
    parts: list[int]
    total: int


@dataclass(frozen=True)
class Attempt:
    """One attempt to give a task its media.

    Attributes:
        stage: what its steps leave for each other.
        again: whether its steps may have been run before, and been killed.
        go_on: called now and then; raises Cancelled if nobody waits for the result any more.
        settle: called before the result is written; from then on it is too late to cancel. Raises
            Cancelled.
    """

    task_id: int
    stage: Stage
    again: bool
    go_on: Callable[[], None]
    settle: Callable[[], None]


def probe(attempt: Attempt) -> Done | Work:
    """Say what must be fetched, or plan.

    Raises:
        Refused: nothing can be made of the files; the text says why. Unreachable. Cancelled.
    """
    task = _task(attempt.task_id)
    if task.data is not None:
        return Done(task.data.warning)
    wanted = _wanted(task.id)
    if wanted.remote_files:
        _check_remote(task.id, wanted)
        here = {int(name) for name in attempt.stage.names(FETCHED)}
        missing = [n for n in range(len(wanted.remote_files)) if n not in here]
        if missing:
            return Work("fetch", missing, len(wanted.remote_files))
    return plan(attempt)


def fetch(attempt: Attempt, number: int, progress: Callable[[float], bool]) -> None:
    """Fetch one of the remote files. Raises Refused, Cancelled.

    Args:
        progress: told the part of it that is done, 0…1; says whether to go on.
    """
    name = f"{FETCHED}{number:06d}"
    if attempt.stage.load(name, File) is not None:
        return
    url = _wanted(attempt.task_id).remote_files[number]
    try:
        file = remote.fetch(url, attempt.task_id, progress)
    except remote.BadRemote as error:
        raise Refused(str(error)) from error
    except remote.Cancelled:
        raise Cancelled from None
    attempt.stage.save(name, file)


def fetched(attempt: Attempt) -> int:
    """How many of the remote files are here."""
    return len(attempt.stage.names(FETCHED))


def plan(attempt: Attempt) -> Done | Work:
    """Decide what the files make; do it if it is little. Raises as `probe`."""
    task = _task(attempt.task_id)
    if task.data is not None:
        return Done(task.data.warning)
    known = attempt.stage.load(PLAN, Plan) if attempt.again else None
    if known is not None:
        return _left(attempt, known)
    wanted = _wanted(task.id)
    with Catalogue() as files:
        described = gathering.gather(task.id, wanted, attempt.stage, files)
        few = files.unread_count() <= INLINE_FILES
        if few:
            files.update(heads.describe(list(files.unread())))
        _check_manifest(described, files, whole=not wanted.server_files)
        alone = planning.classify(files)
        if alone is not None:
            alone = _own(attempt, alone, wanted)
            files.update([alone])
        if alone is not None and alone.family == "video":
            return Done(settling.settle_video(task, wanted, alone, described, attempt.settle))
        return _plan_pictures(attempt, task, wanted, files, described, alone)


def index(attempt: Attempt, number: int) -> None:
    """Look into the files of one part and leave what they are. Raises as `probe`."""
    here = attempt.stage
    if here.names(_done(number)):
        return
    part = here.load(_todo(number), Part)
    if part is None:
        return
    looked = looking.look(here, number, part, attempt.go_on)
    here.save(f"{_done(number)}-{len(part.files)}-{len(looked.files)}", looked)


def indexed(attempt: Attempt) -> int:
    """How many files are looked into."""
    return sum(files for _, files, _ in _finished(attempt.stage))


def finish(attempt: Attempt) -> Done:
    """Make the task of its parts. Raises as `probe`."""
    task = _task(attempt.task_id)
    if task.data is not None:
        return Done(task.data.warning)
    here = attempt.stage
    known = here.load(PLAN, Plan)
    if known is None:
        raise Refused("What was read of the media is gone. Start again.")
    finished = _finished(here)
    if len(finished) != len(known.parts):
        raise RuntimeError(f"{len(known.parts) - len(finished)} parts are not done")
    described = _described(known.manifest)
    return _settle(
        attempt,
        task,
        Pictures(
            (_loaded(here, name) for name, _, _ in finished),
            sum(frames for _, _, frames in finished),
            known.archive,
            described,
            known.warning,
        ),
        _wanted(task.id),
    )


def ready(task_id: int) -> Done | None:
    """What the end of it all is, if the task has its media, be it in the trash by now."""
    task = store.load_task(task_id) or entries.task(task_id)
    return None if task is None or task.data is None else Done(task.data.warning)


def clean(attempt: Attempt, *, at_once: bool = False) -> None:
    """Drop what the frame index replaces.

    Args:
        at_once: whether this step is the first and the last one. Most tasks are that small, and
            have left nothing unless the step knows of it.
    """
    if not at_once or attempt.stage.used or attempt.again:
        attempt.stage.clear()
    notes.forget(attempt.task_id)


def undo(stage: Stage, *, alone: bool) -> None:
    """Drop everything that an attempt made which failed; uploads stay, to be tried again.

    Args:
        alone: whether no later attempt has begun, which may have fetched the same files.
    """
    if ready(stage.task_id) is not None:
        return
    if alone:
        found = (stage.load(FETCHED + name, File) for name in stage.names(FETCHED))
        bucket.delete(*(file.key for file in found if file is not None))
    stage.undo()


def _plan_pictures(
    attempt: Attempt,
    task: Task,
    wanted: DataRequest,
    files: Catalogue,
    described: Described | None,
    alone: File | None,
) -> Done | Work:
    archive = alone if alone is not None and alone.family == "archive" else None
    if archive is not None:
        files.discard([archive.name])
        files.add(_members(attempt, archive))
        _check_manifest(described, files, whole=True)
    matched = planning.match(files, described)
    if matched is not None:
        frames = {file.name for file in matched.frames}
        files.discard([file.name for file in files if file.name not in frames])
    ordered = planning.arrange(files, wanted, described, task.id, archive=archive is not None)
    copied = wanted.copy_data and archive is None
    beside = matched.related if matched else {}
    warning = planning.told_of_rest(matched)
    parts = planning.parts(ordered, beside, copied=copied)
    first = list(islice(parts, 2))
    if len(first) == 1 and _is_little(first[0]):
        part = msgspec.structs.replace(first[0], archive=archive)
        looked = looking.look(attempt.stage, 0, part, attempt.go_on)
        pictures = Pictures([looked], len(looked.files), archive, described, warning)
        return _settle(attempt, task, pictures, wanted)
    sizes: list[int] = []
    for number, part in enumerate(chain(first, parts)):
        attempt.go_on()
        if number == MOST_PARTS:
            raise Refused(
                f"These are more than {sum(sizes):,} files, too many for one task."
                " Divide them among several."
            )
        part.archive = archive
        attempt.stage.save(_todo(number), part)
        sizes.append(len(part.files))
    known = Plan(sizes, archive, described.file if described else None, warning)
    attempt.stage.save(PLAN, known)
    return _left(attempt, known)


def _is_little(part: Part) -> bool:
    unread = [file for file in part.files if not file.probed]
    heavy = sum(file.size for file in part.files if part.copied or members.inside(file))
    return len(unread) <= INLINE_FILES and heavy <= INLINE_BYTES


def _left(attempt: Attempt, known: Plan) -> Work:
    done = {int(name.partition("-")[0]) for name, _, _ in _finished(attempt.stage)}
    left = [number for number in range(len(known.parts)) if number not in done]
    return Work("index", left, known.files)


def _settle(attempt: Attempt, task: Task, pictures: Pictures, wanted: DataRequest) -> Done:
    return Done(settling.settle_pictures(task, wanted, pictures, attempt.settle))


def _own(attempt: Attempt, file: File, wanted: DataRequest) -> File:
    """The same, its bytes copied into the media bucket if that was asked for."""
    if not wanted.copy_data or file.place == OWN:
        return file
    known = attempt.stage.load(ALONE, File)
    if known is None:
        known = copying.copy_file(file, attempt.stage.copy_key(ALONE), attempt.go_on)
        attempt.stage.save(ALONE, known)
    return known


def _check_manifest(described: Described | None, files: Catalogue, *, whole: bool) -> None:
    if described is None or any(files.of("archive")):
        return
    try:
        manifest_rules.check(described.manifest, list(files), whole=whole)
    except BadManifest as error:
        raise Refused(f"{described.file.name} cannot be used: {error}.") from error


def _members(attempt: Attempt, archive: File) -> list[File]:
    def go_on(_: float) -> bool:
        attempt.go_on()
        return True

    try:
        if not members.in_one_pass(archive):
            return members.list_members(archive)
        identity = f"{attempt.stage.attempt}-all"
        return members.unpack(attempt.task_id, archive, identity, attempt.stage, go_on)
    except BadArchive as error:
        raise Refused(f"{archive.name} cannot be used: {error}.") from error


def _check_remote(task_id: int, wanted: DataRequest) -> None:
    """Refuse URLs whose files have the names of uploads. Raises Refused."""
    names = set(remote.names(wanted.remote_files))
    for batch in notes.batches(task_id):
        clash = next((file.name for file in batch if file.name in names), None)
        if clash is not None:
            raise Refused(f"Two files are named {clash}. Rename one of them.")


def _described(file: File | None) -> Described | None:
    return None if file is None else Described(file, gathering.read_manifest(file))


def _finished(here: Stage) -> list[tuple[str, int, int]]:
    """Name, files and frames of each part that is done, in order."""
    found = []
    for name in here.names(DONE):
        _, files, frames = name.split("-")
        found.append((name, int(files), int(frames)))
    return found


def _loaded(here: Stage, name: str) -> Part:
    part = here.load(DONE + name, Part)
    assert part is not None, name
    return part


def _todo(number: int) -> str:
    return f"{TODO}{number:06d}"


def _done(number: int) -> str:
    return f"{DONE}{number:06d}"


def _task(task_id: int) -> Task:
    task = store.load_task(task_id)
    if task is None:
        raise Refused(f"Task {task_id} was deleted while its media was being read.")
    return task


def _wanted(task_id: int) -> DataRequest:
    try:
        return kept(task_id)
    except KeyError:
        raise Refused("The upload was not finished. Upload the files again.") from None
