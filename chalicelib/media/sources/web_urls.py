"""Addresses of files on other servers: which are taken, and what the files are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes, urlsplit

#: Files of one task.
MOST_FILES = 1000
LONGEST_URL = 2048
#: Characters of all URLs of a task: what is asked for must fit a record of the table.
LONGEST_LIST = 200_000
#: Bytes of a file's name, as for uploads.
LONGEST_NAME = 960
#: Ports of servers that have nothing to do with files are below.
FIRST_FREE_PORT = 1024
_PORTS = {"http": 80, "https": 443}
#: What a path or query may hold as it is; `%`, because it is encoded already.
_KEPT = "/?%:@!$&'()*+,;=~-._[]"
_SHOWN = 200


class BadRemote(Exception):
    """A remote file that cannot be had. Its text is a sentence for the user."""


class WebUrl(NamedTuple):
    """A checked URL.

    Attributes:
        host: in ASCII, without brackets.
        target: path and query, percent-encoded.
        path: as it was given.
    """

    scheme: str
    host: str
    port: int
    target: str
    path: str

    @property
    def authority(self) -> str:
        """For the header `Host`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def shown(self) -> str:
        """For messages: without the query, which may hold a signature."""
        return f"{self.scheme}://{self.authority}{self.path}"[:_SHOWN]


def parse(url: str) -> WebUrl:
    """Check a URL. Raises BadRemote."""
    if len(url) > LONGEST_URL:
        raise BadRemote(f"A URL has more than {LONGEST_URL} characters: {url[:_SHOWN]!r}…")
    if any(ord(c) <= 32 or ord(c) == 127 for c in url) or "\\" in url:
        raise BadRemote(f"{_public_part(url)!r} is no URL: it holds blanks or backslashes.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        if not host.isascii():
            host = host.encode("idna").decode()
    except ValueError:
        raise BadRemote(f"{_public_part(url)!r} is no URL.") from None
    if parts.scheme not in _PORTS:
        raise BadRemote(
            f"{_public_part(url)!r} cannot be fetched: give a URL that begins with https:// or"
            " http://."
        )
    if not host or "%" in host or len(host) > 253:
        raise BadRemote(f"{_public_part(url)!r} names no host.")
    query = f"?{quote(parts.query, safe=_KEPT)}" if parts.query else ""
    found = WebUrl(
        parts.scheme,
        host,
        _PORTS[parts.scheme] if port is None else port,
        quote(parts.path or "/", safe=_KEPT) + query,
        parts.path,
    )
    if "@" in parts.netloc:
        raise BadRemote(
            f"{found.shown} holds a user name or password, which would be stored: give a URL that"
            " needs none."
        )
    if found.port not in _PORTS.values() and found.port < FIRST_FREE_PORT:
        raise BadRemote(f"{found.shown} has a port that does not serve files.")
    return found


def names(urls: Sequence[str]) -> list[str]:
    """What the files of URLs are called, in order: the last step of each path.

    Raises:
        BadRemote: a bad URL, too many, or two files of one name.
    """
    if len(urls) > MOST_FILES or sum(map(len, urls)) > LONGEST_LIST:
        raise BadRemote(
            f"A task takes at most {MOST_FILES:,} remote files, whose URLs have at most"
            f" {LONGEST_LIST:,} characters. Pack the files into archives, or use a cloud storage."
        )
    found = [_name(parse(url)) for url in urls]
    repeated = [name for name, count in Counter(found).items() if count > 1]
    if repeated:
        raise BadRemote(
            f"Several URLs end in {repeated[0]!r}: files of a task need names of their own."
        )
    return found


def _name(url: WebUrl) -> str:
    steps = [step for step in url.path.split("/") if step]
    raw = steps[-1] if steps else url.host
    try:
        name = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:  # a name in another encoding stays percent-encoded
        name = raw
    name = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    if name in {"", ".", ".."} or any(ord(c) < 32 or ord(c) == 127 for c in name):
        raise BadRemote(f"{url.shown} does not end in the name of a file.")
    if len(name.encode()) > LONGEST_NAME:
        raise BadRemote(f"{url.shown}: the name of the file is too long.")
    return name


def _public_part(url: str) -> str:
    """A URL that could not be read, without what may be secret."""
    scheme, mark, rest = url.partition("://")
    rest = rest.partition("?")[0]
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}"[:_SHOWN]
