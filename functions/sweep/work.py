"""What is done by the clock, on AWS and on one machine alike."""

from __future__ import annotations

import time

from chalicelib.annotations.upkeep import rounds
from chalicelib.backups import restorations
from chalicelib.projects import sweep as projects

#: Seconds of a run that are left for its end.
MARGIN = 30.0


def sweep(seconds: float = 300.0) -> dict[str, int]:
    """Finish what was interrupted, empty the trash, and go on with the daily round of upkeep.

    It runs whether or not anybody works, so it asks the table's indexes alone: files whose time is
    over are removed by rules of the bucket (on one machine, by `infra/local/expiry.py`).

    Args:
        seconds: that there are for all of it.

    Returns:
        `finished`: deletions, restorations and changes; `removed`: records and objects of
        annotations that nothing reached; `abandoned`: restorations of backups that nobody goes
        on with.
    """
    end = time.monotonic() + seconds - MARGIN
    finished = projects.resume()
    abandoned = restorations.remove_abandoned()
    removed = rounds.go_on(lambda: time.monotonic() < end)
    return {"finished": finished, "removed": removed, "abandoned": abandoned}
