"""`python -m bench.costs`: whether docs/costs.md says what is counted; `--write` makes it so."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/costs.md")
    # The counting needs the table and the bucket that unit tests have in their own process.
    env = os.environ | ({"SKYLABEL_WRITE_COSTS": "1"} if parser.parse_args().write else {})
    command = [sys.executable, "-m", "pytest", "-q", "tests/unit/costs"]
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
