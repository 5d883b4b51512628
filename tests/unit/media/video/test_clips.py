"""Making clips leaves the process as it was."""

from __future__ import annotations

import os

from tests.support.awkward_videos import av1


def test_no_encoder_leaves_the_process_in_real_time() -> None:
    before = os.sched_getscheduler(0)
    assert av1("mp4")()
    assert os.sched_getscheduler(0) == before
