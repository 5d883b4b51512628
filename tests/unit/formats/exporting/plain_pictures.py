"""`python -m tests.unit.formats.exporting.plain_pictures FORMAT…`: exports with images, each of a
task of photographs that are not turned, in a process that has imported nothing else.

Prints the names of all modules that are loaded in the end.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from ministack.services import dynamodb, s3

from bench.exporting_store import make
from bench.exporting_worker import export
from chalicelib.platform import bucket, table
from chalicelib.platform.config import settings
from tests.unit.conftest import _answer


def _photograph(name: str) -> bytes:
    spec = find_spec("skimage")
    assert spec is not None
    assert spec.origin is not None
    return (Path(spec.origin).parent / "data" / name).read_bytes()


def _main(formats: list[str]) -> None:
    table.connection().client.meta.events.register(
        "before-send.dynamodb", _answer(dynamodb.handle_request)
    )
    bucket.client().meta.events.register("before-send.s3", _answer(s3.handle_request))
    table.create_table()
    bucket.client().create_bucket(Bucket=settings().bucket)
    make(1, 3, _photograph("rocket.jpg"), "jpeg")
    make(2, 3, _photograph("astronaut.png"), "png")
    for name in formats:
        for task in (1, 2):
            export(name, task, images=True)
    print(*sys.modules)


if __name__ == "__main__":
    _main(sys.argv[1:])
