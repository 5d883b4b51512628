"""Making an earlier revision the latest one, as an ordinary save of what is different."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import msgspec
from msgspec.structs import replace

from chalicelib.annotations import store, tasks
from chalicelib.annotations.history.bodies import RestoreAnswer
from chalicelib.annotations.history.differing import between
from chalicelib.annotations.history.fitting import fitted, nameless
from chalicelib.annotations.model.document import gather
from chalicelib.annotations.model.vocabulary import Vocabulary
from chalicelib.annotations.revisions.changes import Change, identity
from chalicelib.annotations.revisions.conflicts import ConflictAnswer
from chalicelib.annotations.saving import Wish
from chalicelib.annotations.store import Saved
from chalicelib.platform.errors import Conflict, Invalid
from chalicelib.projects.models import Task

#: How often to begin anew when others save meanwhile.
ATTEMPTS = 5

#: Revisions of jobs.
Revisions = Mapping[int, int]


class Restored(msgspec.Struct, frozen=True):
    """What was saved in each job, and how many objects could not be restored."""

    saved: list[Saved]
    left_out: int

    def answer(self, revision: int) -> RestoreAnswer:
        """What to tell who asked for a revision."""
        changes = [one.change for one in self.saved]
        return RestoreAnswer(
            version=sum(one.revision for one in self.saved),
            restored=revision,
            created=sum(change.create.count for change in changes),
            updated=sum(change.update.count for change in changes),
            deleted=sum(len(change.delete) for change in changes),
            left_out=self.left_out,
        )


def restore(
    task: Task,
    targets: Revisions,
    vocabulary: Vocabulary,
    wish: Wish,
    *,
    others: Iterable[int] = (),
) -> Restored:
    """Give jobs of a task the annotations that they had at earlier revisions, all at once.

    Objects come back with their ids, but for those that another job has now. More than
    `committing.JOBS_AT_ONCE` jobs are saved in several transactions.

    Args:
        targets: the wanted revision by job.
        others: the other jobs of the task.

    Raises:
        NotFound, Gone, Damaged: of one of the revisions.
        Conflict: someone saved since the revision that the client has, or others keep saving.
    """
    wanted = {job: store.read_as_of(job, number).objects() for job, number in targets.items()}
    for attempt in range(1, ATTEMPTS + 1):
        now = store.read_snapshots(targets)
        seen = {job: snapshot.revision for job, snapshot in now.items()}
        changes = {
            job: between(snapshot.objects(), wanted[job]).change() for job, snapshot in now.items()
        }
        left_out = sum(fitted(change, vocabulary) for change in changes.values())
        _rename_what_moved(changes.values(), others)
        said = replace(wish, message=wish.message + _note(left_out))
        try:
            return Restored(tasks.save(task, changes, said, _based(wish, seen)), left_out)
        except Conflict as error:
            revisions = store.read_revisions(targets)
            if attempt == ATTEMPTS or wish.since is not None or seen == revisions:
                raise _told(error, sum(revisions.values())) from None
    raise AssertionError("the last attempt returns or raises")


def _based(wish: Wish, seen: Revisions) -> Revisions:
    """The revision of each job on which to insist.

    Where the client has seen less than there is, none of the jobs is as the client knows it: so
    the save fails unless it is a repetition.
    """
    behind = 0 if wish.since is None else sum(seen.values()) - wish.since
    if behind < 0:
        raise Invalid(
            version=f"There is no revision {wish.since}; the last one is {sum(seen.values())}."
        )
    return {job: max(0, revision - behind) for job, revision in seen.items()}


def _rename_what_moved(changes: Collection[Change], others: Iterable[int]) -> None:
    """Drop the ids of objects to create that are in other jobs now, so that they get new ones."""
    created = [item for change in changes for item in change.create.all()]
    others = list(others)
    if not created or not others:
        return
    frames = {identity(item): item.frame for item in created}
    moved = {
        object_id
        for snapshot in store.read_snapshots(others).values()
        for object_id in snapshot.find_many(frames)
    }
    for change in changes:
        if moved:
            items = change.create.all()
            change.create = gather(
                [nameless(item) if identity(item) in moved else item for item in items]
            )


def _note(left_out: int) -> str:
    return f"; {left_out} objects of deleted labels left out" if left_out else ""


def _told(error: Conflict, version: int) -> Conflict:
    """The same, with the revision of all the jobs together."""
    if isinstance(error.body, ConflictAnswer):
        return Conflict(replace(error.body, version=version))
    return error
