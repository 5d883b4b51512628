"""Exports of tasks without objects, which some formats have hardly a file for."""

from __future__ import annotations

import msgspec

from chalicelib.formats.importing.upload import Upload

#: What was exported, in archives of nearly every format.
REPORT = "report.json"
MAX_REPORT = 1 << 20


class _Exported(msgspec.Struct):
    objects: int
    frames: int


def is_empty_export(upload: Upload, always: str) -> bool:
    """Whether this is an export in which there was nothing to write.

    Args:
        always: the name of a file that exports of the format have in any case.
    """
    if upload.archive is None or REPORT not in upload or upload.size(REPORT) > MAX_REPORT:
        return False
    if not any(f"/{file}".endswith(f"/{always}") for file in upload.files("")):
        return False
    try:
        return msgspec.json.decode(upload.read(REPORT), type=_Exported).objects == 0
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
