"""`python -m bench.exporting_worker FORMAT TASK [images|copy]`: one export, as its worker does it.

`copy` passes the same pictures through `zipfile` instead. Prints what it took as JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import zipfile
from typing import Any

#: What workers that only write annotations have no need of.
HEAVY = ("numpy", "cv2", "PIL", "av")


def export(format_name: str, task_id: int, *, images: bool) -> int:
    """Write an archive into the bucket. Returns the objects in it."""
    from chalicelib.formats.archives.zip_writer import ArchiveWriter
    from chalicelib.formats.exporting import archive as archives
    from chalicelib.formats.exporting.requested import ExportInputs
    from chalicelib.formats.report import Report
    from functions.export import plan as plans
    from functions.export.upload import ObjectWriter

    inputs = ExportInputs(
        target="task",
        target_id=task_id,
        format=format_name,
        save_images=images,
        filename="x.zip",
        signature="",
        base_url="http://localhost",
    )
    plan, report = plans.make(inputs), Report()
    sink = ObjectWriter("exports/bench.zip")
    archive = ArchiveWriter(sink)
    writer, dataset = plan.writer(), plan.dataset()
    wanted = [piece for lane in plan.lanes for piece in lane]
    for _ in archives.write(wanted, writer, dataset, archive, report):
        pass
    archives.write_report(writer, archive, report)
    archive.close()
    sink.complete()
    return report.objects


def _copy(task_id: int) -> int:
    from chalicelib.media import frame_list
    from chalicelib.platform import bucket
    from functions.export.upload import ObjectWriter

    sink: Any = _Forwards(ObjectWriter("exports/bench.zip"))
    listed = frame_list.load(task_id, 1)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for file in listed.images:
            archive.writestr(file.name, bucket.get(file.key) or b"")
    sink.target.complete()
    return listed.size


class _Forwards:
    """What `zipfile` needs of a file that cannot be rewound."""

    def __init__(self, target: Any) -> None:
        self.target = target
        self.write = target.write

    def flush(self) -> None:
        """Nothing is held back."""


def _main(format_name: str, task_id: int, what: str) -> None:
    from chalicelib.formats import registry
    from functions.export import plan

    if what != "copy":
        registry.exporter(format_name).load()
    del plan
    seconds, cpu = time.perf_counter(), time.process_time()
    if what == "copy":
        objects = _copy(task_id)
    else:
        objects = export(format_name, task_id, images=what == "images")
    told = {
        "objects": objects,
        "cpu": time.process_time() - cpu,
        "seconds": time.perf_counter() - seconds,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "heavy": [name for name in HEAVY if name in sys.modules],
    }
    print(json.dumps(told))


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "")
