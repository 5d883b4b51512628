"""Files that are fetched from other servers by their URLs, for users who are not trusted."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from chalicelib.media import files, layout
from chalicelib.media.files import File
from chalicelib.media.sources import web_connection
from chalicelib.media.sources.landing import Landing
from chalicelib.media.sources.web_connection import Exchange, Interrupted, OutOfTime
from chalicelib.media.sources.web_urls import BadRemote, WebUrl, names, parse

__all__ = ["BadRemote", "Cancelled", "fetch", "names"]

#: Bytes of the largest file: 25 GiB, as for uploads.
LARGEST = 25 << 30
#: Seconds for one file: a worker has 15 minutes.
TIME_LIMIT = 12 * 60.0
#: How often in a row a server may fail without giving anything.
ATTEMPTS = 4
#: Seconds before the second attempt; doubled each time.
PAUSE = 1.0
LONGEST_PAUSE = 30.0
#: Seconds between two reports of progress.
REPORT_EVERY = 0.5
_PASSING = {408, 425, 429, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524}
_PACKED = (".gz", ".tgz", ".svgz")


class Cancelled(Exception):
    """Nobody wants the file any more."""


class _Later(Interrupted):
    """The server asks to come back in some seconds."""

    def __init__(self, text: str, seconds: float) -> None:
        super().__init__(text)
        self.seconds = seconds


def fetch(url: str, task_id: int, progress: Callable[[float], bool]) -> File:
    """Fetch a file into the bucket, as a file of a task.

    What breaks off is taken up again where it broke off, if the server can do that. May be
    repeated: the file is replaced.

    Args:
        progress: called with the part that is done, 0…1 (0 while the size is unknown), at least
            once a second while bytes arrive; returns whether to go on.

    Raises:
        BadRemote: the file cannot be had; nothing of it is kept.
        Cancelled: `progress` said so; nothing of it is kept.
    """
    [name] = names([url])
    where = parse(url)
    landing = Landing(layout.raw(task_id, name))
    try:
        _Download(where, landing, progress).run()
        if landing.size == 0:
            raise BadRemote(f"{where.shown} is empty.")
        landing.finish()
    except BaseException:
        landing.abandon()
        raise
    return files.describe_object(name, layout.raw(task_id, name), landing.size)


class _Download:
    """One file on its way. `tag` names the version of which `landing` holds the beginning."""

    def __init__(self, url: WebUrl, landing: Landing, progress: Callable[[float], bool]) -> None:
        self._url = url
        self._landing = landing
        self._progress = progress
        self._until = time.monotonic() + TIME_LIMIT
        self._reported = -REPORT_EVERY
        self._tag = ""

    def run(self) -> None:
        """Raises BadRemote, Cancelled."""
        failures = 0
        while True:
            before = self._landing.size
            try:
                self._attempt()
                return
            except OutOfTime:
                raise BadRemote(
                    f"{self._url.shown} takes longer than {TIME_LIMIT / 60:.0f} minutes. Download"
                    " it yourself and upload it."
                ) from None
            except Interrupted as error:
                failures = 1 if self._landing.size > before else failures + 1
                if failures >= ATTEMPTS:
                    raise BadRemote(
                        f"{self._url.shown} cannot be fetched: {error}. Try again later."
                    ) from None
                self._wait(error, failures)

    def _wait(self, error: Interrupted, failures: int) -> None:
        pause = PAUSE * 2 ** (failures - 1)
        if isinstance(error, _Later):
            pause = max(pause, min(error.seconds, LONGEST_PAUSE))
        self._report(None)
        time.sleep(max(0.0, min(pause, self._until - time.monotonic())))

    def _attempt(self) -> None:
        headers = {}
        if self._tag and self._landing.size:
            headers = {"Range": f"bytes={self._landing.size}-", "If-Range": self._tag}
        with web_connection.get(self._url, headers, self._until) as exchange:
            self._check_status(exchange)
            if exchange.status == 200:
                self._landing.restart()
                self._check_kind(exchange)
            total = None if exchange.length is None else self._landing.size + exchange.length
            self._check_size(total or 0)
            self._tag = _strong_tag(exchange)
            for piece in exchange.pieces():
                self._landing.write(piece)
                self._check_size(self._landing.size)
                self._report(total)

    def _check_status(self, exchange: Exchange) -> None:
        status = exchange.status
        if status == 200 or (status == 206 and self._continues(exchange)):
            return
        if status in {206, 416} and self._landing.size:
            # The server has another file by now, or does not do what it said.
            self._tag = ""
            raise Interrupted("the server does not continue the file")
        if status in _PASSING:
            raise _Later(f"the server answers {status}", _seconds(exchange.header("retry-after")))
        said = {
            401: "the server wants a sign-in (401): give a URL that anybody may open",
            403: "the server refuses (403): give a URL that anybody may open",
            404: "there is no such file (404)",
            410: "the file is gone (410)",
        }
        raise BadRemote(
            f"{self._url.shown} cannot be fetched: "
            f"{said.get(status, f'the server answers {status}')}."
        )

    def _continues(self, exchange: Exchange) -> bool:
        found = re.match(r"bytes (\d{1,18})-", exchange.header("content-range"))
        return self._landing.size > 0 and found is not None and int(found[1]) == self._landing.size

    def _check_kind(self, exchange: Exchange) -> None:
        kind = exchange.header("content-type").partition(";")[0].strip().lower()
        if kind in {"text/html", "application/xhtml+xml"}:
            raise BadRemote(
                f"{self._url.shown} is a web page, not a file: give the URL of the file itself."
            )
        encoding = exchange.header("content-encoding").strip().lower()
        # Some servers call the compression of an archive its encoding. It is kept as it is.
        if encoding not in {"", "identity"} and not self._url.path.lower().endswith(_PACKED):
            raise BadRemote(
                f"{self._url.shown} cannot be fetched: the server compresses what it sends"
                f" ({encoding[:20]!r}) though it was asked not to."
            )

    def _check_size(self, size: int) -> None:
        if size > LARGEST:
            raise BadRemote(
                f"{self._url.shown} has more than {LARGEST >> 30} GiB, the most that is taken."
            )

    def _report(self, total: int | None) -> None:
        now = time.monotonic()
        if now - self._reported < REPORT_EVERY:
            return
        self._reported = now
        if not self._progress(min(1.0, self._landing.size / total) if total else 0.0):
            raise Cancelled


def _strong_tag(exchange: Exchange) -> str:
    """What the version that is being sent can be asked for again by; empty if it cannot."""
    tag = exchange.header("etag")
    can = exchange.status == 206 or exchange.header("accept-ranges").strip().lower() == "bytes"
    return tag if can and re.fullmatch(r'"[\x21\x23-\x7e]{0,200}"', tag) else ""


def _seconds(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0.0
