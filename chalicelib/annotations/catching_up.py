"""What was changed in a job since a revision, so that an open editor follows."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.annotations import store
from chalicelib.annotations.bodies import ChangedAny, changed
from chalicelib.annotations.history.bodies import ChangesSince
from chalicelib.annotations.history.rows import shown
from chalicelib.annotations.model.completion import complete
from chalicelib.annotations.model.document import Annotation, gather
from chalicelib.annotations.model.vocabulary import Vocabulary
from chalicelib.annotations.revisions import reading
from chalicelib.annotations.revisions.cache import View
from chalicelib.annotations.revisions.netting import net_of
from chalicelib.annotations.store import Damaged
from chalicelib.platform.errors import Gone, Invalid

#: Revisions that are replayed; who is further behind reads everything anew, which costs less.
MOST = 500
#: Rows of the history that come along.
ROWS = 100


def changes_since(
    job_id: int, view: View, since: int, vocabulary: Vocabulary, base_url: str
) -> ChangesSince:
    """What the revisions after `since` come to.

    Raises:
        Invalid: there is no such revision yet.
        Gone: it is too old, or what came after it cannot be read: read everything anew.
    """
    now = view.head.revision
    if since > now:
        raise Invalid(since=f"There is no revision {since}; the last one is {now}.")
    if since < view.head.floor or now - since > MOST:
        raise Gone(f"Too much has changed since revision {since}. Read the annotations anew.")
    if since == now:
        return ChangesSince(version=now, since=since)
    try:
        net = net_of(step.change for step in reading.changes_after(job_id, since, now))
    except Damaged:
        raise Gone(
            f"Not all changes since revision {since} can be read. Read the annotations anew."
        ) from None
    latest = store.revisions(job_id, before=now + 1, limit=min(now - since, ROWS))
    return ChangesSince(
        version=now,
        since=since,
        revisions=shown(latest, base_url),
        create=_shown(net.create.values(), vocabulary),
        update=_shown(net.update.values(), vocabulary),
        delete=sorted(net.delete),
        replaced=net.replaced,
    )


def _shown(items: Iterable[Annotation], vocabulary: Vocabulary) -> list[ChangedAny]:
    objects = gather(list(items))
    complete(objects, vocabulary)
    return [changed(item) for item in objects.all()]
