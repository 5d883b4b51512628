"""docs/costs.md, written from what was counted."""

from __future__ import annotations

from collections.abc import Mapping

from bench.costs import prices, team
from bench.costs.usage import Usage

HEADER = (
    "action", "API requests", "table requests", "read units", "write units", "S3 PUT", "S3 GET",
    "Lambda calls", "GB-seconds", "transitions", "$ per 1,000",
)  # fmt: skip


def page(used: Mapping[str, Usage]) -> str:
    """The whole page."""
    return "\n\n".join(
        [INTRODUCTION.format(region=prices.REGION, as_of=prices.AS_OF),
         _table(used), _hours(used), _counting(), _idle(used), _team(used), _prices()]
    ) + "\n"  # fmt: skip


def _table(used: Mapping[str, Usage]) -> str:
    lines = [_row(HEADER), "|---|" + "---:|" * (len(HEADER) - 1)]
    for name, usage in used.items():
        counts = (
            usage.requests, usage.table_calls, usage.reads, usage.writes, usage.puts, usage.gets,
            usage.calls.total(), usage.gb_seconds, usage.transitions,
        )  # fmt: skip
        lines.append(_row((name, *map(_number, counts), f"{usage.dollars * 1000:.3f}")))
    return "\n".join(lines)


def _hours(used: Mapping[str, Usage]) -> str:
    again = team.hour(used, "next frame again")
    first = team.hour(used, "next frame, first time")
    download = team.FRAMES_AN_HOUR * team.SHOWN_MB / 1000 * prices.S3_OUT
    return HOUR.format(
        again=again, first=first, frames=team.FRAMES_AN_HOUR, download=download, mb=team.SHOWN_MB
    )


def _counting() -> str:
    text = COUNTING.format(
        table_ms=round(prices.TABLE_SECONDS * 1000),
        bucket_ms=round(prices.BUCKET_SECONDS * 1000),
        log=prices.LOG_BYTES,
    )
    rows = [
        (f"`{name}`", f"{memory:,}", f"{prices.OWN_SECONDS[name] * 1000:.0f}")
        for name, memory in prices.MEMORY_MB.items()
    ]
    head = [_row(("function", "MB", "assumed ms of its own")), "|---|---:|---:|"]
    return "\n".join([text, "", *head, *map(_row, rows)])


def _idle(used: Mapping[str, Usage]) -> str:
    sweep = prices.SWEEPS_A_MONTH * used["sweep with nothing to do"].dollars
    rows = [
        ("sweep of unfinished deletions, every 15 minutes", f"{sweep:.3f}"),
        (f"{prices.ALARMS} CloudWatch alarms", f"{prices.ALARMS * prices.ALARM_MONTH:.2f}"),
        ("CloudWatch dashboard (an account's first three are free)",
         f"{prices.DASHBOARD_MONTH:.2f}"),
        ("each connected cloud storage: its secret", f"{prices.SECRET_MONTH:.2f}"),
        ("media, per GB in S3", f"{prices.S3_STORAGE:.3f}"),
        ("records, per GB in DynamoDB, with recovery to any second of 35 days",
         f"{prices.TABLE_STORAGE + prices.TABLE_RECOVERY:.2f}"),
    ]  # fmt: skip
    return "\n".join(["## A month in which nobody works", "", *_bill(rows)])


def _team(used: Mapping[str, Usage]) -> str:
    lines = team.bill(used)
    total = sum(line.dollars for line in lines)
    rows = [(line.what, f"{line.dollars:.2f}") for line in lines]
    rows.append(("**together**", f"**{total:.0f}**"))
    text = TEAM.format(
        annotators=team.ANNOTATORS, hours=team.HOURS_EACH, media=team.MEDIA_GB,
        image=team.IMAGE_MB, shown=team.SHOWN_MB, lists=team.LISTS_A_DAY, jobs=team.JOBS_A_DAY,
        days=team.DAYS, each=total / (team.ANNOTATORS * team.HOURS_EACH),
    )  # fmt: skip
    return "\n".join([text, "", *_bill(rows)])


def _prices() -> str:
    requests = (prices.API_GATEWAY_REQUEST, prices.CLOUDFRONT_REQUEST, prices.EDGE_FUNCTION_CALL)
    rows = [
        ("1,000,000 read units of DynamoDB on demand", f"{prices.READ_UNIT * 1e6:.3f}"),
        ("1,000,000 write units", f"{prices.WRITE_UNIT * 1e6:.3f}"),
        ("1,000 PUT, GET of S3", f"{prices.S3_PUT * 1000}, {prices.S3_GET * 1000}"),
        ("1,000,000 events of S3 to EventBridge", f"{prices.S3_EVENT * 1e6:.2f}"),
        ("1,000,000 calls of Lambda", f"{prices.LAMBDA_CALL * 1e6:.2f}"),
        ("1 GB-second of Lambda", f"{prices.LAMBDA_GB_SECOND:.10f}"),
        ("1,000 transitions of Step Functions", f"{prices.STATE_TRANSITION * 1000:.3f}"),
        (
            "1,000,000 requests of API Gateway (REST), CloudFront, its function",
            ", ".join(f"{price * 1e6:.2f}" for price in requests),
        ),
        ("1 GB to the internet from S3", f"{prices.S3_OUT:.2f}"),
        ("1 GB of logs taken in by CloudWatch", f"{prices.LOG_GB:.2f}"),
    ]
    return "\n".join(["## The prices used", "", *_bill(rows)])


def _bill(rows: list[tuple[str, str]]) -> list[str]:
    return [_row(("what", "$")), "|---|---:|", *map(_row, rows)]


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


def _number(value: float) -> str:
    """At most one digit after the point, more for what is small."""
    return f"{value:,.2g}" if 0 < value < 1 else f"{value:,.1f}".removesuffix(".0")


INTRODUCTION = """\
# What Skylabel costs on AWS

<!-- Written by `python -m bench.costs --write`; tests/unit/costs fails when it is out of date. -->

Everything is paid for by the request and by the GB; no machine runs by the hour. The table counts
what each action takes, and prices a thousand of them at {region} list prices of {as_of}, which
change: check them (they are in `bench/costs/prices.py`, and at the end of this page). Free tiers
are left out, and so is what is downloaded, which is paid for by the GB."""

HOUR = """\
An hour of annotation, with a save and a look for what others saved every 10 seconds and 60 frames
a minute, is **${again:.3f}** where the frames have been shown to somebody before and
**${first:.3f}** where each of the {frames:,} must be built first. The pictures themselves, of
{mb} MB each, are ${download:.3f} of download."""

COUNTING = """\
## How it is counted

A test runs each action through the API and the worker functions, with the table, the bucket and
the state machines' own definitions, and counts every request that leaves for AWS. The actions send
what the browser application sends, page by page; the SDK's row what `cvat-sdk` sends.

- **Processes are new**: what a function remembers of earlier requests is dropped before each
  action, except for *next frame*, saves and what is opened *again within 5 minutes*, which come in
  the middle of a session. So most actions cost a little less than here.
- **Reads** are consistent, 4 KB a unit, except of indexes. **Writes** are 1 KB a unit, twice that
  in a transaction, and one more for each index that changes.
- **S3** is counted whoever asks: functions, and browsers by presigned URL. Lists and steps of
  multipart uploads are PUTs. Every object that comes or goes is an event of EventBridge, because
  the inbox listens; it is priced as an opt-in event.
- **Transitions** are the states that an execution enters, its start and its end. The client asks
  twice how far the work is; while longer work goes on, a browser asks every second and the SDK
  every five, which is one API request and three read units each time.
- **The hour of video** is sent in 179 parts, as 1.5 GB in 8 MiB parts are, and has 90,000 frames.
- **The SDK sends files through the API**, where Lambda takes 6 MB: the row is for 200 small
  images. Larger ones go through the browser or `inbox/`.
- Work that takes longer than a second notes its progress once a second (a read and one or
  two write units); here it does not. Answers of the API, some KB each, are left out.
- **Lambda's seconds are assumed**, not measured: {table_ms} ms for each request to DynamoDB and
  {bucket_ms} ms to S3, one after another, and the functions' own work as below. Cold starts are
  left out. Each call is taken to log {log} bytes."""

TEAM = """\
## A team of {annotators}

{annotators} annotators work {hours} hours each in a month ({days} days) on {media} GB of images of
{image} MB; pictures of {shown} MB reach them. Each of them signs in once, opens {lists} lists and
{jobs} jobs a day, saves every 10 seconds and looks at 60 frames a minute. That is ${each:.3f} for
an hour of a person's work."""
