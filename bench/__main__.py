"""`python -m bench [NAME …]`: run all benchmarks or the named ones, print a table at the end."""

from __future__ import annotations

import importlib
import sys

from bench.report import Row, table

BENCHMARKS = (
    "cold_import", "api_overhead", "annotations", "annotation_growth", "concurrency", "merging",
    "against_cvat", "memory", "startup", "video", "chunks", "image_chunks", "ingest",
    "exporting", "importing", "masks",
)  # fmt: skip


def main(names: list[str]) -> int:
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        print(f"Unknown: {', '.join(sorted(unknown))}. Choose from: {', '.join(BENCHMARKS)}")
        return 2
    rows: list[Row] = []
    for name in names or BENCHMARKS:
        print(f"\n{name}", flush=True)
        for row in importlib.import_module(f"bench.{name}").run():
            print(f"  {row.text()}", flush=True)
            rows.append(row)
    print("\n" + table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
