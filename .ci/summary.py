"""Adds up JUnit reports: prints `N passed, N failed`, exits 1 unless all passed.

Usage: summary.py DIRECTORY NAME... — each NAME must have left a report.
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from pathlib import Path


def count(report: Path) -> tuple[int, int]:
    """Passed and failed tests of one report; a missing or broken report is one failure."""
    try:
        cases = list(ET.parse(report).getroot().iter("testcase"))  # noqa: S314 - our own runners wrote it
    except (OSError, ET.ParseError) as error:
        print(f"{report.stem}: no report ({error})")
        return 0, 1
    failed = sum(1 for c in cases if c.find("failure") is not None or c.find("error") is not None)
    skipped = sum(1 for c in cases if c.find("skipped") is not None)
    print(f"{report.stem}: {len(cases) - failed - skipped} passed, {failed} failed")
    return len(cases) - failed - skipped, failed


def main() -> int:
    directory, names = Path(sys.argv[1]), sys.argv[2:]
    counts = [count(directory / f"{name}.xml") for name in names]
    passed, failed = (sum(column) for column in zip(*counts, strict=True))
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
