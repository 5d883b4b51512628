"""How far an export is, and whether it is to go on."""

from __future__ import annotations

import time
from collections.abc import Callable

from chalicelib.activity import requests
from chalicelib.activity.models import Request
from functions.export import checkpoint
from functions.export.plan import Plan

#: Progress is reported at most this often, in seconds; by each of several calls less often.
REPORT_SECONDS = 1.0
SPLIT_SECONDS = 5.0
#: Milliseconds of a call that are left for noting where it stands.
MARGIN = 60_000


class Cancelled(Exception):
    """Nobody wants the result any more."""


class Paused(Exception):
    """The time of this call is nearly up."""


class Progress:
    """Of one lane, told as part of the whole."""

    def __init__(
        self, request: Request, plan: Plan, lane: int, milliseconds_left: Callable[[], int]
    ) -> None:
        self._request = request
        self._plan = plan
        self._lane = lane
        self._milliseconds_left = milliseconds_left
        self._every = SPLIT_SECONDS if plan.is_split else REPORT_SECONDS
        self._next = time.monotonic() + self._every

    def __call__(self, done: int) -> None:
        """Tell of steps of the lane. Raises Cancelled, Paused."""
        if self._milliseconds_left() < MARGIN:
            raise Paused
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._every
        if not requests.progress(self._request, self._fraction(done), "Files are being written"):
            raise Cancelled

    def _fraction(self, done: int) -> float:
        if self._plan.is_split:
            others = [lane for lane in checkpoint.lanes_done(self._request) if lane != self._lane]
            done += sum(map(self._plan.steps_of, others))
        return min(1.0, done / max(1, self._plan.steps))
