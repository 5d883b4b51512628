"""The worked example: what a team's month costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.costs import prices
from bench.costs.usage import Usage

ANNOTATORS = 10
HOURS_EACH = 160
MEDIA_GB = 100
IMAGES_IN_TASK = 200
#: Megabytes of an uploaded picture, and of the compressed one that annotators see.
IMAGE_MB = 0.5
SHOWN_MB = 0.1
SAVES_AN_HOUR = 360
FRAMES_AN_HOUR = 3600
#: How often an editor looks whether others have saved.
LOOKS_AN_HOUR = 360
#: Of every annotator and day.
DAYS = 20
LISTS_A_DAY = 10
JOBS_A_DAY = 10
EXPORTS = 100
#: Bytes that one save adds to the table: revision, head, key of the request.
SAVE_BYTES = 1500


@dataclass(frozen=True)
class Line:
    """One line of the bill."""

    what: str
    dollars: float


def hour(used: Mapping[str, Usage], frame: str) -> float:
    """Dollars of the requests of an hour in the editor, `frame` being what each picture takes."""
    saves = used["64 saves in a row, one fold"].dollars * SAVES_AN_HOUR / 64
    looks = used["look what others saved: nothing new"].dollars * LOOKS_AN_HOUR
    return saves + looks + FRAMES_AN_HOUR * used[frame].dollars


def bill(used: Mapping[str, Usage]) -> list[Line]:
    """The team's month."""
    images = round(MEDIA_GB * 1000 / IMAGE_MB)
    tasks = images // IMAGES_IN_TASK
    hours = ANNOTATORS * HOURS_EACH
    shown_gb = hours * FRAMES_AN_HOUR * SHOWN_MB / 1000
    table_gb = hours * SAVES_AN_HOUR * SAVE_BYTES / 1e9
    stored_gb = MEDIA_GB + images * SHOWN_MB / 1000
    days = ANNOTATORS * DAYS
    once, again = used["next frame, first time"].dollars, used["next frame again"].dollars
    visits = days * (
        used["sign in"].dollars
        + LISTS_A_DAY * used["open the task list, 1,000 tasks"].dollars
        + JOBS_A_DAY * used["open a job again"].dollars
    )
    return [
        Line(f"{tasks:,} tasks of {IMAGES_IN_TASK} images are created in the browser",
             tasks * used["create a task of 200 images, browser"].dollars),
        Line(f"each of {images:,} frames is built once", images * (once - again)),
        Line(f"{hours:,} hours of annotation", hours * hour(used, "next frame again")),
        Line("signing in, lists and jobs opened", visits),
        Line(f"{EXPORTS} exports with images",
             EXPORTS * used["export COCO, 1,000 shapes, 200 images"].dollars),
        Line(f"{shown_gb:,.0f} GB of pictures reach the annotators", shown_gb * prices.S3_OUT),
        Line(f"{stored_gb:,.0f} GB in S3", stored_gb * prices.S3_STORAGE),
        Line(f"{table_gb:.1f} GB in DynamoDB with recovery",
             table_gb * (prices.TABLE_STORAGE + prices.TABLE_RECOVERY)),
        Line("what an idle month costs", idle(used)),
    ]  # fmt: skip


def idle(used: Mapping[str, Usage]) -> float:
    """A month in which nobody does anything, without storage."""
    sweeps = prices.SWEEPS_A_MONTH * used["sweep with nothing to do"].dollars
    return sweeps + prices.ALARMS * prices.ALARM_MONTH + prices.DASHBOARD_MONTH
