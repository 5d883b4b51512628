"""An opened bucket or container: what is in it, and its bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import obstore
from obstore.exceptions import (
    BaseError,
    NotFoundError,
    PermissionDeniedError,
    UnauthenticatedError,
)
from obstore.store import ObjectStore

from chalicelib.media.sources.places import Entry, Unreachable
from chalicelib.media.storages.models import Status
from chalicelib.media.storages.problems import Denied, Missing

#: Objects of one answer of a listing.
BATCH = 1000
#: The library raises Python's own error where there is one.
_ABSENT = (NotFoundError, FileNotFoundError)
_REFUSED = (PermissionDeniedError, UnauthenticatedError, PermissionError)
#: How the library quotes the status of an answer.
_STATUS = re.compile(r"status code: (\d{3})")
#: What the library says where a provider answers a range that begins at the end.
_BEHIND_THE_END = "Wanted range starting at"
#: What providers answer with a status that says nothing of credentials.
_SIGNS_OF_DENIAL = (
    "ExpiredToken", "InvalidToken", "InvalidAccessKeyId", "AuthorizationHeaderMalformed",
    "invalid_grant", "AuthenticationFailed",
)  # fmt: skip


class OpenStorage:
    """A `Place` (see `sources/places.py`) that stands at a provider.

    Attributes:
        store: the client itself, for what wants many objects at once.
        prefix: what every listed key begins with.
        seeks: whether a listing can begin in the middle without reading what is before.
    """

    def __init__(
        self, store: ObjectStore, resource: str, prefix: str = "", *, seeks: bool = True
    ) -> None:
        self.store = store
        self.prefix = prefix
        self.seeks = seeks
        self._resource = resource

    def read(self, key: str, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`. Raises KeyError, Unreachable."""
        if size <= 0:
            return b""
        with self._explained(key):
            try:
                return bytes(obstore.get_range(self.store, key, start=offset, length=size))
            except BaseError as error:
                if _status(error) == "416" or _BEHIND_THE_END in str(error):
                    return b""
                raise

    def size(self, key: str) -> int | None:
        """Bytes of an object, or None. Raises Unreachable."""
        try:
            with self._explained(key):
                return int(obstore.head(self.store, key)["size"])
        except KeyError:
            return None

    def entries(self, prefix: str) -> Iterator[Entry]:
        """Objects whose keys begin with a prefix, and with the storage's own, in order."""
        if not (prefix.startswith(self.prefix) or self.prefix.startswith(prefix)):
            return
        yield from self.after(max(prefix, self.prefix, key=len))

    def after(self, prefix: str, last: str = "") -> Iterator[Entry]:
        """Objects whose keys begin with a prefix and are greater than `last`, in order.

        Raises:
            Unreachable.
        """
        # The library lists whole folders: what is before the prefix in its folder is passed over.
        folder, slash, name = prefix.rpartition("/")
        first = max(last, folder + slash + _before(name) if name else "")
        with self._explained(None):
            for batch in obstore.list(
                self.store, folder or None, offset=first or None, chunk_size=BATCH
            ):
                for found in batch:
                    key = found["path"]
                    # A provider may begin with the very key behind which it should.
                    if key <= last or _is_folder(found):
                        continue
                    if key.startswith(prefix):
                        yield Entry(key, int(found["size"]))
                    elif key > prefix:
                        return

    def level(self, folder: str) -> list[str]:
        """Names in a folder, in order; those of folders end with a slash. Raises Unreachable."""
        with self._explained(None):
            found = obstore.list_with_delimiter(self.store, folder or None)
        names = [f"{path}/" for path in found["common_prefixes"]]
        names += [meta["path"] for meta in found["objects"] if not _is_folder(meta)]
        return sorted(name[len(folder) :] for name in names)

    def status(self) -> Status:
        """Whether the bucket is there and may be listed. Raises Unreachable: it does not answer."""
        try:
            next(self.after(self.prefix), None)
        except Denied:
            return "FORBIDDEN"
        except Missing:
            return "NOT_FOUND"
        return "AVAILABLE"

    def explain(self, error: Exception, key: str | None = None) -> Exception:
        """What an error of `store` means: Unreachable with words for the user, or KeyError.

        Args:
            key: of the object that was asked for; None for a listing.
        """
        if isinstance(error, _ABSENT):
            return self._missing() if key is None else KeyError(key)
        if isinstance(error, _REFUSED):
            return self._denied()
        return self._explain(str(error), key)

    @contextmanager
    def _explained(self, key: str | None) -> Iterator[None]:
        """Turns the library's errors into ours, without its words."""
        try:
            yield
        except (BaseError, ValueError, OSError) as error:
            raise self.explain(error, key) from None

    def _denied(self) -> Denied:
        return Denied(
            f"Access to the cloud storage {self._resource} is forbidden.",
            "Access to its cloud storage is forbidden.",
        )

    def _missing(self) -> Missing:
        return Missing(
            f"The resource {self._resource} not found. It may have been deleted.",
            "Its cloud storage is not found. It may have been deleted.",
        )

    def _explain(self, text: str, key: str | None) -> Exception:
        code = _status(text)
        if code in {"401", "403"} or any(sign in text for sign in _SIGNS_OF_DENIAL):
            return self._denied()
        if code == "404" and key is None:
            return self._missing()
        if "Could not parse path" in text or "InvalidPath" in text:
            if key is not None:
                return KeyError(key)
            return Unreachable(
                f"The cloud storage {self._resource} holds names that cannot be listed "
                "(an empty folder name, or `.` or `..` between slashes)."
            )
        return Unreachable(
            f"The cloud storage {self._resource} did not answer as expected. "
            "Check its endpoint and region, or try again later.",
            "Its cloud storage did not answer as expected. Try again later.",
        )


def _status(error: object) -> str:
    """The provider's status as the library's words quote it first; "" if there is none."""
    found = _STATUS.search(str(error))
    return found[1] if found else ""


def _before(name: str) -> str:
    """A name that is less than this one and close to it. Never one that the library refuses: it
    takes neither slashes nor steps that are dots."""
    number = ord(name[-1]) - 1
    if number < ord("0"):
        close = name[:-1] + ("-" if name[-1] > "-" else "")
    else:
        close = name[:-1] + ("\ud7ff" if 0xD800 <= number < 0xE000 else chr(number))
    return "" if close in {".", ".."} else close


def _is_folder(found: Any) -> bool:
    """Whether this is the empty object `name/` by which consoles make a folder. The library drops
    its slash."""
    return found["size"] == 0 and "." not in found["path"].rpartition("/")[2]
