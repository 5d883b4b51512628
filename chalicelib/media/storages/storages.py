"""Connecting, changing and disconnecting cloud storages.

The provider is asked first, by the function that keeps the credentials, and the record is written
last: nothing is seen of a storage that could not be used. Credentials of another try get a name of
their own, so a change that loses to a simultaneous one takes nothing from it.
"""

from __future__ import annotations

import logging
import re
from typing import TypeVar

from chalice.app import Response
from msgspec import UnsetType

from chalicelib.accounts import permissions
from chalicelib.media.storages import access, layout
from chalicelib.media.storages import store as records
from chalicelib.media.storages.attributes import BadAttributes, parse
from chalicelib.media.storages.bodies import (
    CloudStorageWriteRequest,
    PatchedCloudStorageWriteRequest,
)
from chalicelib.media.storages.calls import (
    Call,
    Forget,
    Forgotten,
    GetStatus,
    GotStatus,
    List,
    Preview,
    Previewed,
    Problem,
    Save,
    Saved,
    call,
)
from chalicelib.media.storages.models import CloudStorage, Credentials, Status
from chalicelib.media.storages.views import Listed
from chalicelib.platform import bucket, clock, ids, table
from chalicelib.platform.errors import ApiError, Forbidden, Invalid, NotFound
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import empty, redirect
from chalicelib.platform.table import Create, Delete, Lost, Update

Answer = TypeVar("Answer")

#: What names of buckets and containers are made of. They become part of an address.
_RESOURCE = re.compile(r"\$?[A-Za-z0-9][A-Za-z0-9._-]*")
#: Seconds that a provider has for everything that a new storage is tried with; the request itself
#: is given up a little later.
WAITING = 25
#: Entries of a page of content.
MOST_ENTRIES = 500
log = logging.getLogger("skylabel.storages")
_MANIFESTS = "Several manifests have the same name."


def create(request: Request, body: CloudStorageWriteRequest) -> CloudStorage:
    """Connect a storage. Raises Forbidden; Invalid if it cannot be used."""
    permissions.require(request.principal, "cloudstorages", "create")
    moment = clock.iso()
    storage = CloudStorage(
        id=0,
        provider_type=body.provider_type,
        resource=body.resource,
        display_name=body.display_name,
        owner_id=request.principal.id,
        credentials_type=body.credentials_type,
        specific_attributes=body.specific_attributes,
        description=body.description,
        manifests=body.manifests,
        secret="",
        created_date=moment,
        updated_date=moment,
    )
    _check(storage)
    (storage.id,) = ids.allocate("cloudstorage")
    storage.secret = _save(storage, _given(body), reuse=False)
    try:
        table.commit(Create(records.record_of(storage)))
    except Exception:
        _let_go(storage.secret, "")
        raise
    return storage


def update(
    request: Request, storage_id: int, body: PatchedCloudStorageWriteRequest
) -> CloudStorage:
    """Change a storage, and try it again. Raises NotFound, Forbidden, Invalid; Lost."""
    access.require(request, storage_id, "update")
    record = records.load_record(storage_id)
    if record is None:
        raise NotFound
    storage, before = record.read(CloudStorage), record.read(CloudStorage)
    _edit(storage, body)
    _check(storage)
    given = _given(body)
    reuse = storage.credentials_type == before.credentials_type and not _moved(before, storage)
    if not reuse and given == Credentials() and storage.credentials_type != "ANONYMOUS_ACCESS":
        raise Invalid(credentials="Give the credentials, too: the old ones are not sent elsewhere.")
    try:
        storage.secret = _save(storage, given, reuse=reuse)
    except Invalid:
        now = records.load_record(storage_id)
        if now is None or now.version != record.version:
            # What was kept belongs to another change by now.
            raise Lost([0]) from None
        raise
    storage.updated_date = clock.iso()
    try:
        table.commit(Update(record.write(storage)))
    except Lost:
        _let_go(storage.secret, before.secret)
        raise
    _let_go(before.secret, storage.secret)
    return storage


def delete(request: Request, storage_id: int) -> None:
    """Disconnect a storage; what is in it stays. Tasks whose media stands there cannot show it
    any more. Raises NotFound, Forbidden; Lost."""
    access.require(request, storage_id, "delete")
    record = records.load_record(storage_id)
    if record is None:
        raise NotFound
    # The credentials go first: if something fails now, the storage is there to be deleted again.
    call(Forget(record.read(CloudStorage).secret, storage_id), Forgotten)
    table.commit(Delete(record.key, int(record.version)))


def status(request: Request, storage_id: int) -> Status:
    """Whether a storage can be used now; one that does not answer is not found."""
    access.require(request, storage_id, "view")
    try:
        return call(GetStatus(storage_id), GotStatus).status
    except Problem as problem:
        return "FORBIDDEN" if problem.kind == "denied" else "NOT_FOUND"


def content(request: Request, storage_id: int) -> Listed:
    """One page of a folder. Raises NotFound, Forbidden, Invalid."""
    access.require(request, storage_id, "list:content")
    prefix = (request.query("prefix") or "").removeprefix("/")
    size = request.query("page_size") or str(MOST_ENTRIES)
    if not (size.isascii() and size.isdigit() and int(size[:10]) > 0):
        raise Invalid(page_size="Wrong value for page_size was found")
    asked = List(
        storage_id,
        prefix,
        request.query("next_token") or "",
        min(int(size[:10]), MOST_ENTRIES),
        request.query("manifest_path") or "",
    )
    return _asked(asked, Listed)


def preview(request: Request, storage_id: int) -> Response:
    """Redirect to a small picture of the first image. Raises NotFound, Forbidden, Invalid."""
    storage = access.require(request, storage_id, "view")
    key = layout.preview(storage)
    if bucket.size(key) is None and not _asked(Preview(storage_id, key), Previewed).found:
        if "handling=empty" in (request.header("prefer") or "").replace(" ", ""):
            return empty(204, {"Preference-Applied": "handling=empty"})
        raise NotFound("There is no preview: the cloud storage holds no image.")
    return redirect(bucket.download_link(key, request.base_url, content_type="image/jpeg"))


def _given(body: CloudStorageWriteRequest | PatchedCloudStorageWriteRequest) -> Credentials:
    fields = Credentials.__struct_fields__
    return Credentials(**{field: getattr(body, field) for field in fields})


def _edit(storage: CloudStorage, body: PatchedCloudStorageWriteRequest) -> None:
    for field in body.__struct_fields__:
        value = getattr(body, field)
        if field in storage.__struct_fields__ and not isinstance(value, UnsetType):
            setattr(storage, field, value)


def _check(storage: CloudStorage) -> None:
    if not _RESOURCE.fullmatch(storage.resource):
        raise Invalid(resource="This cannot be the name of a bucket or container.")
    try:
        parse(storage.specific_attributes)
    except BadAttributes as error:
        raise Invalid(specific_attributes=str(error)) from None
    if len(set(storage.manifests)) != len(storage.manifests):
        raise Invalid(manifests=_MANIFESTS)


def _moved(before: CloudStorage, after: CloudStorage) -> bool:
    """Whether the credentials would be sent to somebody else than they were given for."""
    return (before.provider_type, parse(before.specific_attributes).endpoint_url) != (
        after.provider_type,
        parse(after.specific_attributes).endpoint_url,
    )


def _save(storage: CloudStorage, given: Credentials, *, reuse: bool) -> str:
    """Try a storage. Returns the name of its credentials. Raises Invalid."""
    try:
        return call(Save(storage, given, reuse, clock.epoch(WAITING)), Saved).secret
    except Problem as problem:
        field = {"denied": "credentials", "unusable": problem.field}.get(problem.kind, "resource")
        raise Invalid(**{field: problem.message}) from None


def _let_go(secret: str, valid: str) -> None:
    """Forget credentials that no record names any more."""
    if not secret or secret == valid:
        return
    try:
        call(Forget(secret), Forgotten)
    except Exception:
        # The change itself is done: it must not look as if it had failed.
        log.exception("Credentials %s could not be deleted", secret)


def _asked(asked: Call, answer: type[Answer]) -> Answer:
    try:
        return call(asked, answer)
    except Problem as problem:
        raise _answer_to(problem) from None


def _answer_to(problem: Problem) -> ApiError:
    if problem.kind == "denied":
        return Forbidden(problem.message)
    if problem.kind == "missing":
        return NotFound(problem.message)
    if problem.kind == "unusable" and problem.field:
        return Invalid(**{problem.field: problem.message})
    return Invalid(problem.message)
