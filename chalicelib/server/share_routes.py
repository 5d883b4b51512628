"""The connected file share, as people browse it."""

from __future__ import annotations

from chalicelib.accounts import permissions
from chalicelib.accounts.rules import Context
from chalicelib.media.sources.file_info import FileInfo
from chalicelib.media.sources.places import Unreachable
from chalicelib.platform.errors import Invalid
from chalicelib.platform.requests import Request
from chalicelib.server.router import routes


@routes.get("/api/server/share", response=list[FileInfo], query=("directory", "search"))
def browse_share(request: Request) -> list[FileInfo]:
    """Files and directories of the connected file share"""
    from chalicelib.media.sources import listing  # asked for seldom, and not free to import

    inside = request.workspace.scope == "organization"
    context: Context = "organization" if inside else "sandbox"
    permissions.require(request.principal, "server", "list:content", context=context)
    directory = request.query("directory") or ""
    try:
        return listing.browse(directory, request.query("search") or "")
    except NotADirectoryError:
        raise Invalid(directory=f"{directory[:200]!r} is no directory of the share.") from None
    except Unreachable as error:
        raise Invalid(str(error)) from None
