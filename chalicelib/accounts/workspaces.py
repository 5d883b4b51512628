"""Which workspace a request asks for: the header `X-Organization`, or `org` or `org_id`.

Organizations do not exist yet, so every name is unknown and an empty one is the personal workspace.
"""

from __future__ import annotations

from chalicelib.platform.errors import Invalid, NotFound
from chalicelib.platform.requests import Request, Workspace

ANY = Workspace()
PERSONAL = Workspace(scope="personal")


def resolve(request: Request) -> Workspace:
    """The workspace that a request asks for.

    Raises:
        Invalid: it asks for two.
        NotFound: there is no such organization.
    """
    header = request.header("x-organization")
    slug, number = request.query("org"), request.query("org_id")
    if header is None and slug is None and number is None:
        return ANY
    if number is not None and (slug is not None or header is not None):
        raise Invalid(
            'You cannot specify "org_id" query parameter with "org" query parameter or '
            '"X-Organization" HTTP header.'
        )
    if slug is not None and header is not None and slug != header:
        raise Invalid(
            'You cannot specify "org" query parameter and "X-Organization" HTTP header '
            "with different values."
        )
    wanted = next((name for name in (slug, header, number) if name), "")
    if not wanted:
        return PERSONAL
    raise NotFound(f"{wanted} organization does not exist.")
