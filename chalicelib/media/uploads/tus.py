"""Resumable uploads by the TUS protocol (1.0.0, creation), for any endpoint that takes files.

Each acknowledged piece is an object of its own in the bucket, noted in the table by a conditional
write, so nothing acknowledged is ever lost and two clients cannot both extend an upload. The
pieces are joined when the last one has arrived.

A route calls `create` for POST with `Upload-Length`, and `append`, `report` and `discover` for
PATCH, HEAD and OPTIONS of `<endpoint>/<file_id>`.
"""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Callable

import msgspec
from chalice.app import Response

from chalicelib.media import layout
from chalicelib.media.uploads import joining
from chalicelib.platform import bucket, keys, table
from chalicelib.platform.clock import epoch
from chalicelib.platform.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooLarge,
    UnsupportedMediaType,
)
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import empty
from chalicelib.platform.table import Create, Lost, Record, Update

VERSION = "1.0.0"
#: Largest upload: 25 GiB.
MAX_SIZE = 26_843_545_600
#: Seconds that an unfinished upload is kept.
LIFETIME = 2 * 24 * 3600
#: Pieces of one upload: their list must fit a record of the table.
PIECE_LIMIT = 8000
CONTENT_TYPE = "application/offset+octet-stream"
#: Characters that are kept of what a client calls its file.
MAX_TITLE = 255


class Piece(msgspec.Struct, frozen=True):
    """An acknowledged piece. `tag` tells it from others that were sent for the same place."""

    size: int
    tag: str


class Upload(msgspec.Struct, kw_only=True):
    """An upload under way.

    Attributes:
        endpoint: path of the endpoint that it was created at; no other may continue it.
        name: the file's final name; empty if the id is its name.
        title: what the client calls the file; unchecked, for messages only.
        length: bytes in all.
        pieces: those received, in order.
    """

    file_id: str
    owner_id: int
    endpoint: str
    name: str
    title: str = ""
    length: int
    pieces: list[Piece] = []
    done: bool = False

    @property
    def offset(self) -> int:
        return sum(piece.size for piece in self.pieces)

    @property
    def piece_keys(self) -> list[str]:
        """Objects of the pieces, in order."""
        found, at = [], 0
        for piece in self.pieces:
            found.append(layout.piece(self.file_id, at, piece.tag))
            at += piece.size
        return found


#: Called once all bytes are there; must store them (see `join`) and may be called again.
Finish = Callable[[Upload], None]


def requested_name(request: Request) -> str:
    """The file name in `Upload-Metadata`, as the client sent it; empty if it sent none."""
    return _metadata(request).get("filename", "")


def create(request: Request, endpoint: str, finish: Finish, *, name: str = "") -> Response:
    """Start an upload: 201 with its `Location`.

    Args:
        endpoint: path without trailing slash, e.g. `/api/tasks/1/data`.
        name: the file's final name, checked; without it, the upload is known by its id, and that
            is what `Upload-Filename` answers.

    Raises:
        Invalid: bad length. TooLarge: more than `MAX_SIZE`.
    """
    length = _number(request, "Upload-Length")
    if length > MAX_SIZE:
        raise TooLarge(f"At most {MAX_SIZE} bytes can be uploaded.")
    owner = request.principal.id
    upload = Upload(
        file_id=f"{owner}_{uuid.uuid4()}",
        owner_id=owner,
        endpoint=endpoint,
        name=name,
        title=requested_name(request)[-MAX_TITLE:],
        length=length,
    )
    record = Record(keys.upload(upload.file_id)).write(upload)
    record.expires = epoch(LIFETIME)
    table.commit(Create(record))
    if length == 0:
        _complete(upload, record, finish)
    return empty(
        201,
        {
            **_protocol(),
            "Location": f"{request.base_url}{endpoint}/{upload.file_id}",
            "Upload-Filename": name or upload.file_id,
            "Upload-Offset": "0",
        },
    )


def append(request: Request, endpoint: str, file_id: str, finish: Finish) -> Response:
    """Store the next piece: 204 with the new offset.

    Raises:
        Conflict: the piece does not start where the last one ended. TooLarge: it ends beyond the
        announced length. NotFound, Forbidden: no such upload, or not this user's.
    """
    upload, record = _load(request, endpoint, file_id)
    content_type = (request.header("content-type") or "").partition(";")[0].strip()
    if content_type != CONTENT_TYPE:
        raise UnsupportedMediaType(f"Content-Type must be {CONTENT_TYPE}.")
    if request.header("content-length") is None:
        raise Invalid("Content-Length is required.")
    offset = _number(request, "Upload-Offset")
    if offset != upload.offset:
        raise WrongOffset(upload.offset)
    body = request.body
    if offset + len(body) > upload.length:
        raise TooLarge("The piece ends beyond the announced length.")
    if len(upload.pieces) >= PIECE_LIMIT:
        raise TooLarge("Too many pieces; send larger ones.")
    if body:
        # A key of its own: of two requests for one place, only one will be acknowledged, and the
        # other must not have replaced its bytes.
        piece = Piece(len(body), secrets.token_hex(4))
        bucket.put(layout.piece(file_id, offset, piece.tag), body)
        upload.pieces.append(piece)
        record.expires = epoch(LIFETIME)
        try:
            table.commit(Update(record.write(upload)))
        except Lost:
            raise WrongOffset(None) from None
    if upload.offset == upload.length and not upload.done:
        _complete(upload, record, finish)
    return empty(204, {**_protocol(), "Upload-Offset": str(upload.offset)})


def report(request: Request, endpoint: str, file_id: str, finish: Finish) -> Response:
    """How much of an upload is stored: 200 with offset and length.

    A client that hears that all is there sends nothing more. So if the request with the last piece
    was interrupted before the pieces were joined, they are joined now.
    """
    upload, record = _load(request, endpoint, file_id)
    if upload.offset == upload.length and not upload.done:
        try:
            _complete(upload, record, finish)
        except Exception:  # whatever it was, it goes on up unless the file is whole
            # That request may be at work yet, and have joined and dropped the pieces meanwhile.
            if not _load(request, endpoint, file_id)[0].done:
                raise
    return empty(
        200,
        {
            **_protocol(),
            "Upload-Offset": str(upload.offset),
            "Upload-Length": str(upload.length),
            "Cache-Control": "no-store",
        },
    )


def discover() -> Response:
    """What this server speaks: 204."""
    return empty(
        204,
        {
            **_protocol(),
            "Tus-Version": VERSION,
            "Tus-Extension": "creation",
            "Tus-Max-Size": str(MAX_SIZE),
        },
    )


def join(upload: Upload, key: str) -> None:
    """Put the pieces together as one object and drop them. Harmless to repeat."""
    if upload.done:
        return
    joining.join(upload.piece_keys, [piece.size for piece in upload.pieces], key)


def keep_file(upload: Upload) -> None:
    """A `Finish` for files that are not media: the object `uploads/<file_id>/file`."""
    join(upload, layout.uploaded(upload.file_id))


def finished(file_id: str, owner_id: int) -> Upload:
    """A complete upload of a user.

    Raises:
        Invalid: there is none of this name, or bytes are missing.
    """
    record = table.load(keys.upload(file_id))
    upload = record.read(Upload) if record else None
    if upload is None or upload.owner_id != owner_id:
        raise Invalid(filename=f"There is no upload {file_id!r}.")
    if not upload.done:
        raise Invalid(filename=f"The upload {file_id!r} is not complete.")
    return upload


class WrongOffset(Conflict):
    """409: the client should ask by HEAD where to go on."""

    def __init__(self, offset: int | None) -> None:
        where = "" if offset is None else f" The next byte is {offset}."
        super().__init__({"detail": f"Upload-Offset does not match.{where}"}, _protocol())


def _complete(upload: Upload, record: Record, finish: Finish) -> None:
    finish(upload)
    upload.done = True
    try:
        table.commit(Update(record.write(upload)))
    except Lost:
        # The same piece sent twice at once: the other request has completed it.
        return
    bucket.delete(*upload.piece_keys)


def _load(request: Request, endpoint: str, file_id: str) -> tuple[Upload, Record]:
    record = table.load(keys.upload(file_id))
    if record is None:
        raise NotFound
    upload = record.read(Upload)
    if upload.owner_id != request.principal.id:
        raise Forbidden
    if upload.endpoint != endpoint:
        raise NotFound
    return upload, record


def _number(request: Request, header: str) -> int:
    value = request.header(header) or ""
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise Invalid(f"{header} must be a number of bytes.")
    return int(value)


def _metadata(request: Request) -> dict[str, str]:
    """`Upload-Metadata`: pairs of a key and a base64 value, divided by commas."""
    found = {}
    for pair in (request.header("Upload-Metadata") or "").split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except ValueError:  # no base64, not even ASCII, or no text
            raise Invalid("Upload-Metadata must be base64 of UTF-8 text.") from None
    return found


def _protocol() -> dict[str, str]:
    return {
        "Tus-Resumable": VERSION,
        "Access-Control-Expose-Headers": "Location,Upload-Offset,Upload-Length,Upload-Filename",
    }
