"""/api/trash

What answers is imported by the first request for it: most API processes never open the trash.
"""

from __future__ import annotations

from typing import Any

from chalicelib.platform.http import Router
from chalicelib.platform.paging import Page
from chalicelib.platform.requests import Request
from chalicelib.projects import lists
from chalicelib.projects.trash.bodies import SIMPLE, Restored, Term, TrashEntry

routes = Router(__name__, tag="trash")


@routes.get("/api/trash/term", response=Term)
def term(request: Request) -> Term:
    """For how long what is deleted can be restored"""
    from chalicelib.projects.trash import entries

    return Term(entries.term())


@routes.get("/api/trash", response=Page[TrashEntry], query=(*lists.PAGING, *SIMPLE))
def list_trash(request: Request) -> Any:
    """List deleted projects and tasks that can be restored"""
    from chalicelib.projects.trash import listing

    return listing.page(request)


@routes.post("/api/trash/{kind}/{id}/restore", response=Restored)
def restore(request: Request, kind: str, thing_id: int) -> Any:
    """Restore a deleted project or task"""
    from chalicelib.projects.trash import answering

    return answering.restore(request, kind, thing_id)


@routes.delete("/api/trash/{kind}/{id}")
def destroy(request: Request, kind: str, thing_id: int) -> None:
    """Remove a deleted project or task for good, with everything that belongs to it"""
    from chalicelib.projects.trash import answering

    answering.destroy(request, kind, thing_id)
