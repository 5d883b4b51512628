"""Browsing what a manifest says of a bucket, as if it were the bucket."""

from __future__ import annotations

from chalicelib.media.ingest import manifests
from chalicelib.media.ingest.manifests import BadManifest, ImageManifest
from chalicelib.media.sources.places import Place
from chalicelib.media.storages.listing import BadToken, show
from chalicelib.media.storages.problems import Unusable
from chalicelib.media.storages.views import Listed

#: Bytes of one request, and of a manifest that somebody waits for.
_PIECE = 8 << 20
_MOST = 64 << 20
#: Bytes that are tried when a storage is connected.
_BEGINNING = 1 << 20


def names(place: Place, key: str) -> list[str]:
    """Keys of the files that a manifest names, in its order.

    Raises:
        Unusable: there is no such manifest, or it cannot be read. Unreachable.
    """
    size = place.size(key)
    if size is None:
        raise Unusable("manifest_path", f"There is no manifest {key!r} in the cloud storage.")
    if size > _MOST:
        raise Unusable("manifest_path", f"The manifest {key!r} is larger than {_MOST >> 20} MB.")
    pieces = (place.read(key, at, _PIECE) for at in range(0, size, _PIECE))
    try:
        found = manifests.read(pieces)
    except BadManifest as error:
        raise Unusable("manifest_path", f"The manifest {key!r} cannot be used: {error}.") from None
    folder = key.rpartition("/")[0]
    below = f"{folder}/" if folder else ""
    if isinstance(found, ImageManifest):
        return [below + entry.name for entry in found.entries]
    return [below + found.name]


def check(place: Place, key: str) -> None:
    """Refuse a manifest that cannot be read; of a long one, only its beginning is.

    Raises:
        Unusable. Unreachable.
    """
    body = place.read(key, 0, _BEGINNING)
    if len(body) == _BEGINNING:
        body = body[: body.rfind(b"\n") + 1]
    try:
        manifests.read(body)
    except BadManifest as error:
        raise Unusable("manifests", f"The manifest {key!r} cannot be used: {error}.") from None


def page(keys: list[str], prefix: str, token: str, size: int) -> Listed:
    """One page of the folder that `prefix` ends in, as `listing.page`; `token` is a number.

    Raises:
        BadToken.
    """
    if token and not (token.isascii() and token.isdigit() and len(token) < 10):
        raise BadToken(token)
    folder = prefix.rpartition("/")[0] + "/" if "/" in prefix else ""
    steps = (key[len(folder) :].partition("/") for key in keys if key.startswith(prefix))
    level = sorted({name + slash for name, slash, _ in steps})
    start = int(token or 0)
    stop = start + size
    return Listed(show(level[start:stop]), str(stop) if stop < len(level) else None)
