"""Revisions as the API lists them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.accounts import users
from chalicelib.accounts.models import User
from chalicelib.annotations.history.bodies import RevisionRead
from chalicelib.annotations.revisions import log
from chalicelib.annotations.revisions.log import RevisionMeta
from chalicelib.annotations.store import Revision
from chalicelib.platform import keys, table

#: A job and the number of one of its revisions.
Place = tuple[int, int]
#: Users by id; who is gone is absent.
People = Mapping[int, User]


def shown(revisions: Iterable[Revision], base_url: str) -> list[RevisionRead]:
    """Revisions of a job, in their order."""
    known = list(revisions)
    people = authors(one.meta for one in known)
    return [RevisionRead(**fields(one.number, one.meta, people, base_url)) for one in known]


def authors(metas: Iterable[RevisionMeta]) -> People:
    """The people that revisions name, read in one call."""
    return users.get_many({meta.author for meta in metas if meta.author is not None})


def fields(number: int, meta: RevisionMeta, people: People, base_url: str) -> dict[str, Any]:
    """What every kind of row says of a revision."""
    author = people.get(meta.author or 0)
    return {
        "revision": number,
        "created_date": meta.at,
        "owner": users.show_basic(author, base_url) if author else None,
        "client": meta.client,
        "created": meta.created,
        "updated": meta.updated,
        "deleted": meta.deleted,
        "message": meta.message,
        "replaced": meta.replaced,
        "overwrote": meta.overwrote,
        "size": meta.size,
    }


def read_metas(places: Iterable[Place]) -> dict[Place, RevisionMeta]:
    """What is known of revisions, without what they hold; those that are not kept are absent."""
    wanted = {
        place: (keys.annotations(place[0]), log.revision_key(place[1]))
        for place in places
        if place[1] > 0
    }
    records = table.load_docs(wanted.values())
    return {
        place: records[key].read(RevisionMeta) for place, key in wanted.items() if key in records
    }


def first_kept(floor: int) -> int:
    """The oldest revision that a list of a job's revisions shows."""
    return max(floor, 1)
