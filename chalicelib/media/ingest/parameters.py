"""What a client says of a task's data when it finishes an upload."""

from __future__ import annotations

import re
import uuid
from typing import Annotated, Any, Literal

import msgspec
import zstandard

from chalicelib.media.ingest.selection import BadSelection, parse_step
from chalicelib.media.ingest.sorting import SortingMethod
from chalicelib.platform import keys, table
from chalicelib.platform.bodies import explain
from chalicelib.platform.clock import epoch
from chalicelib.platform.errors import Invalid
from chalicelib.platform.table import Put, Record

Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
LIFETIME = 30 * 24 * 3600
SORT_KEY = "PLAN"
#: Bytes of one record: a table takes 400 KB.
PIECE = 300_000
_INDEXED = re.compile(r"(\w+)\[([0-9]{0,9})\](?:\[([0-9]{0,9})\])?")


class DataRequest(msgspec.Struct, kw_only=True, omit_defaults=True):
    """CVAT's `DataRequest`; frame numbers are absolute, `stop_frame` inclusive."""

    chunk_size: Count | None = None
    image_quality: Annotated[int, msgspec.Meta(ge=1, le=100)] = 70
    start_frame: Count = 0
    stop_frame: Count | None = None
    frame_filter: Annotated[str, msgspec.Meta(max_length=256)] = ""
    client_files: list[Any] = []
    server_files: list[str] = []
    remote_files: list[str] = []
    use_zip_chunks: bool = False
    server_files_exclude: list[str] = []
    cloud_storage_id: int | None = None
    use_cache: bool = False
    copy_data: bool = False
    storage_method: Literal["cache", "file_system"] = "cache"
    storage: Literal["local", "share", "cloud_storage"] = "local"
    sorting_method: SortingMethod = "lexicographical"
    #: Not CVAT's: another order of the method `random`; by default the task's id.
    sorting_seed: int | None = None
    filename_pattern: Annotated[str, msgspec.Meta(min_length=1, max_length=1024)] | None = None
    job_file_mapping: list[list[str]] | None = None
    upload_file_order: list[str] = []
    #: Not CVAT's: the uploaded files that make the task; others of earlier attempts are forgotten.
    #: Without it, all do.
    upload_names: list[str] | None = None
    validation_params: dict[str, Any] | None = None


def check(data: DataRequest) -> None:
    """Refuse what cannot be done. Raises Invalid."""
    try:
        parse_step(data.frame_filter)
    except BadSelection as error:
        raise Invalid(frame_filter=str(error)) from None
    if data.stop_frame and data.stop_frame < data.start_frame:
        raise Invalid(stop_frame="The stop frame must not lie before the start frame.")
    for path in (*data.server_files, *data.server_files_exclude):
        _check_path(path)
    if data.remote_files:
        _check_urls(data.remote_files)
    if data.validation_params is not None:
        raise Invalid(validation_params="Validation sets are not supported.")
    if data.job_file_mapping is not None:
        _check_mapping(data)


def _check_urls(urls: list[str]) -> None:
    # Imported by those only who give URLs.
    from chalicelib.media.sources.web_urls import BadRemote, names

    try:
        names(urls)
    except BadRemote as error:
        raise Invalid(remote_files=str(error)) from None


def _check_path(path: str) -> None:
    steps = path.strip("/").split("/")
    if ".." in steps or "\\" in path or any(ord(letter) < 32 for letter in path):
        raise Invalid(server_files=f"{path[:64]!r} is no path below the share or the storage.")


def _check_mapping(data: DataRequest) -> None:
    if data.sorting_method != "predefined":
        raise Invalid(job_file_mapping="Sorting method must be 'predefined'.")
    if data.frame_filter or data.start_frame or data.stop_frame:
        raise Invalid(job_file_mapping="Frames cannot be selected when files are mapped to jobs.")


def from_form(fields: list[tuple[str, str]]) -> DataRequest:
    """Decode a form: `name`, `name[0]`, `name[0][1]`. Raises Invalid."""
    values: dict[str, Any] = {}
    for name, value in fields:
        match = _INDEXED.fullmatch(name)
        if match is None:
            values[name] = value
            continue
        into = values.setdefault(match[1], [])
        if match[3] is not None and isinstance(into, list):
            if len(into) <= int(match[2] or 0):
                into.append([])
            into = into[-1]
        if not isinstance(into, list):
            raise Invalid(**{match[1]: "Given both as a value and as a list."})
        into.append(value)
    try:
        return msgspec.convert(values, DataRequest, strict=False)
    except msgspec.ValidationError as error:
        raise explain(str(error)) from None


def keep(task_id: int, data: DataRequest) -> None:
    """Store the parameters for indexing to find, however many files they name."""
    body = zstandard.compress(msgspec.json.encode(data))
    pieces = [body[start : start + PIECE] for start in range(0, len(body), PIECE)]
    identity = uuid.uuid4().hex
    for number, piece in enumerate(pieces[1:], 1):
        _put(task_id, f"{SORT_KEY}#{identity}#{number:04d}", piece)
    # The last, so that whoever finds it finds the others, too.
    _put(task_id, SORT_KEY, pieces[0], _Kept(identity, len(pieces)))


def kept(task_id: int) -> DataRequest:
    """The stored parameters. Raises KeyError."""
    record = table.load(keys.media(task_id), SORT_KEY)
    if record is None:
        raise KeyError(task_id)
    known, body = record.read(_Kept), record.blob
    if known.pieces > 1:
        rest = table.children(keys.media(task_id), f"{SORT_KEY}#{known.identity}#")
        body += b"".join(piece.blob for piece in rest)
    return msgspec.json.decode(zstandard.decompress(body), type=DataRequest)


class _Kept(msgspec.Struct):
    """How many records the parameters fill; the others are named by the identity."""

    identity: str
    pieces: int


def _put(task_id: int, sort_key: str, piece: bytes, head: _Kept | None = None) -> None:
    record = Record(keys.media(task_id), sort_key)
    if head is not None:
        record.write(head)
    record.blob = piece
    record.expires = epoch(LIFETIME)
    table.commit(Put(record))
