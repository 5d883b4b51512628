"""`python -m chalicelib.annotations.upkeep check|sweep|repair [--job N]`

Works on a server that runs on this machine (`--data-dir`, by default `.skylabel`), or, with
`--table`, on AWS.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from chalicelib.annotations.upkeep.connecting import NotConnected, use_aws, use_local

#: Exit codes beside success: something is wrong (or lost for good); the command was no good.
WRONG, UNUSABLE = 1, 2


def main(arguments: list[str] | None = None) -> int:
    """Returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.table:
            use_aws(options.table, options.bucket)
        else:
            use_local(Path(options.data_dir))
    except NotConnected as problem:
        print(problem, file=sys.stderr)
        return UNUSABLE
    run: Callable[[list[int] | None], int] = {
        "check": _check, "sweep": _sweep, "repair": _repair,
    }[options.action]  # fmt: skip
    return run(options.job)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m chalicelib.annotations.upkeep",
        description="Looks after the stored annotations of jobs.",
    )
    parser.add_argument(
        "action", choices=["check", "sweep", "repair"],
        help="check: say what is missing or unreadable; sweep: remove what nothing reaches;"
        " repair: make anew what is missing, and say what is lost",
    )  # fmt: skip
    parser.add_argument("--job", type=int, action="append", metavar="N", help="only this job")
    parser.add_argument(
        "--data-dir", default=os.environ.get("SKYLABEL_DATA_DIR") or ".skylabel",
        help="of the server that runs on this machine (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--table", help="name of the table on AWS, instead of a local server")
    parser.add_argument("--bucket", help="name of the media bucket on AWS")
    return parser


def _check(wanted: list[int] | None) -> int:
    problems_of = import_module("chalicelib.annotations.upkeep.checking").problems_of
    count = wrong = 0
    for job_id in _jobs(wanted):
        found = problems_of(job_id)
        count, wrong = count + 1, wrong + bool(found)
        for problem in found:
            print(f"job {job_id}: {problem}", flush=True)
    print(f"{count} jobs checked, {wrong} with problems")
    return WRONG if wrong else 0


def _sweep(wanted: list[int] | None) -> int:
    sweeping = import_module("chalicelib.annotations.upkeep.sweeping")
    removed = sweeping.sweep_all() if wanted is None else sum(map(sweeping.sweep_job, wanted))
    print(f"{removed} records and objects removed that nothing reached")
    return 0


def _repair(wanted: list[int] | None) -> int:
    repair = import_module("chalicelib.annotations.upkeep.repairing").repair
    count = lost = 0
    for job_id in _jobs(wanted):
        done = repair(job_id)
        if not done.problems:
            continue
        count, lost = count + 1, lost + bool(done.lost)
        for problem in done.problems:
            print(f"job {job_id}: {problem}")
        as_what = f" as revision {done.revision}" if done.revision is not None else ""
        print(f"job {job_id}: repaired{as_what}", flush=True)
        for loss in done.lost:
            print(f"job {job_id}: lost: {loss}", flush=True)
    print(f"{count} jobs repaired, {lost} with losses")
    return WRONG if lost else 0


def _jobs(wanted: list[int] | None) -> Iterator[int]:
    if wanted is not None:
        yield from wanted
        return
    jobs = import_module("chalicelib.annotations.upkeep.jobs")
    yield from jobs.with_annotations()


if __name__ == "__main__":
    sys.exit(main())
