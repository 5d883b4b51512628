"""How long answers may be kept, and how a client asks whether its copy is still good.

What is built from a task's media never changes, so browsers keep it for good. The redirect that
leads to it may be followed again without asking for as long as the signed address in it surely
lives, but by nobody else.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from functools import lru_cache

from chalice.app import Response

from chalicelib.platform import bucket
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import empty

#: Seconds that browsers may keep what never changes.
KEEP = 24 * 3600
#: Seconds that a signed address is given out again: a browser knows what it has by its address.
SAME_LINK = 1200
#: Seconds that a redirect may be followed again. With the age that its link may have by then, well
#: below the link's life, so that a slow download still ends.
REDIRECT_KEEP = 1200
#: Another user of the same browser asks anew.
VARY = "Cookie, Authorization, X-Organization"


def tag_of(*parts: object) -> str:
    """An ETag that changes with any of the parts."""
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def redirect_headers(etag: str, keep: int = REDIRECT_KEEP) -> dict[str, str]:
    """What a redirect to an unchanging object says of itself."""
    return {"ETag": etag, "Cache-Control": f"private, max-age={keep}", "Vary": VARY}


def unchanged(request: Request, etag: str, headers: Mapping[str, str]) -> Response | None:
    """304 if the client has what the tag names; None if not."""
    known = request.header("if-none-match") or ""
    tags = {part.strip().removeprefix("W/") for part in known.split(",")}
    if etag not in tags and "*" not in tags:
        return None
    return empty(304, {**headers, "ETag": etag})


def link(key: str, base_url: str, content_type: str | None) -> str:
    """An address of an object that never changes; the same one for a while."""
    return _link(key, base_url, content_type, int(time.time()) // SAME_LINK)


@lru_cache(maxsize=4096)
def _link(key: str, base_url: str, content_type: str | None, _period: int) -> str:
    return bucket.download_link(key, base_url, content_type=content_type, cache_seconds=KEEP)
