"""The one DynamoDB table: a record, reads, and conditional writes that commit together.

Keys and access patterns are in `keys.py`. A record's `doc` is its domain's struct as JSON, so a
read costs one decode and an index never copies it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec
from pynamodb.attributes import Attribute, BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.constants import STRING
from pynamodb.exceptions import DeleteError, PutError, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.platform.config import settings
from chalicelib.platform.keys import META

T = TypeVar("T")
Key = tuple[str, str]

#: Bytes that DynamoDB takes of a partition key and of a sort key.
KEY_BYTES = (2048, 1024)
#: A write alone loses to another one that came before it, or to a transaction in progress.
LOST_TO_ANOTHER = {"ConditionalCheckFailedException", "TransactionConflictException"}


class DocumentAttribute(Attribute[bytes]):
    """A struct as JSON text, kept as bytes in memory."""

    attr_type = STRING

    def serialize(self, value: bytes) -> str:
        return value.decode()

    def deserialize(self, value: str) -> bytes:
        return value.encode()


class _IndexMeta:
    projection = KeysOnlyProjection()
    billing_mode = "PAY_PER_REQUEST"


class ByKind(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    class Meta(_IndexMeta):
        index_name = "by_kind"

    by_kind = UnicodeAttribute(hash_key=True)
    num = NumberAttribute(range_key=True)


class ByOwner(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    class Meta(_IndexMeta):
        index_name = "by_owner"

    by_owner = UnicodeAttribute(hash_key=True)
    num = NumberAttribute(range_key=True)


class ByAssignee(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    class Meta(_IndexMeta):
        index_name = "by_assignee"

    by_assignee = UnicodeAttribute(hash_key=True)
    num = NumberAttribute(range_key=True)


class ByParent(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    class Meta(_IndexMeta):
        index_name = "by_parent"

    by_parent = UnicodeAttribute(hash_key=True)
    num = NumberAttribute(range_key=True)


class Record(Model):
    """One item of the table."""

    class Meta:
        table_name = settings().table
        region = settings().region
        billing_mode = "PAY_PER_REQUEST"
        max_pool_connections = 50

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True, default=META)
    num = NumberAttribute(null=True)
    version = NumberAttribute(default=1)
    doc = DocumentAttribute(null=True)
    blob = BinaryAttribute(null=True, legacy_encoding=False)
    updated = UnicodeAttribute(null=True)
    expires = NumberAttribute(null=True)
    by_kind = UnicodeAttribute(null=True)
    by_owner = UnicodeAttribute(null=True)
    by_assignee = UnicodeAttribute(null=True)
    by_parent = UnicodeAttribute(null=True)

    kind_index = ByKind()
    owner_index = ByOwner()
    assignee_index = ByAssignee()
    parent_index = ByParent()

    @property
    def key(self) -> Key:
        return self.pk, self.sk

    @property
    def number(self) -> int:
        """`num` of a record that has one."""
        return int(self.num or 0)

    def read(self, struct: type[T]) -> T:
        """Decode `doc`."""
        return msgspec.json.decode(self.doc, type=struct)

    def write(self, struct: msgspec.Struct) -> Record:
        """Replace `doc` in memory; `Update` or `Create` stores it."""
        self.doc = msgspec.json.encode(struct)
        return self


#: Names of the attributes that are always small.
_BUT_BLOBS = [name for name in Record.get_attributes() if name != "blob"]


class Lost(Exception):
    """A condition did not hold: someone else wrote first. `failed` are indexes of the writes."""

    def __init__(self, failed: list[int]) -> None:
        super().__init__(f"condition failed for writes {failed}")
        self.failed = failed


class Create(msgspec.Struct, frozen=True):
    """Store a record whose key must be free."""

    record: Record


class Put(msgspec.Struct, frozen=True):
    """Store a record whatever was there."""

    record: Record


class Update(msgspec.Struct, frozen=True):
    """Store a record that must still have the version that was read; raises it by one."""

    record: Record


class Delete(msgspec.Struct, frozen=True):
    """Delete a record; with `version`, only if it still has it."""

    key: Key
    version: int | None = None


class Check(msgspec.Struct, frozen=True):
    """Demand that a record exists (with `version`, that it still has it)."""

    key: Key
    version: int | None = None


class Touch(msgspec.Struct, frozen=True):
    """Set `updated` of an existing record, leaving its version alone."""

    key: Key
    updated: str


Write = Create | Put | Update | Delete | Check | Touch


def load(pk: str, sk: str = META) -> Record | None:
    """Read one record, consistently. A key that is too long for the table has none."""
    if not _fits((pk, sk)):
        return None
    try:
        return Record.get(pk, sk, consistent_read=True)
    except Record.DoesNotExist:
        return None


def load_many(wanted: Iterable[Key]) -> dict[Key, Record]:
    """Read records by key, consistently; the missing ones are absent from the answer."""
    unique = [key for key in dict.fromkeys(wanted) if _fits(key)]
    if len(unique) == 1:
        record = load(*unique[0])
        return {record.key: record} if record else {}
    if not unique:
        return {}
    return {record.key: record for record in Record.batch_get(unique, consistent_read=True)}


def load_docs(wanted: Iterable[Key]) -> dict[Key, Record]:
    """As `load_many`, but records come without what is in their `blob`."""
    unique = [key for key in dict.fromkeys(wanted) if _fits(key)]
    if not unique:
        return {}
    fields = ["pk", "sk", "version", "doc"]
    found = Record.batch_get(unique, consistent_read=True, attributes_to_get=fields)
    return {record.key: record for record in found}


def children(
    pk: str,
    prefix: str = "",
    *,
    after: str | None = None,
    between: tuple[str, str] | None = None,
    reverse: bool = False,
    limit: int | None = None,
    blobs: bool = True,
) -> Iterator[Record]:
    """Records of one partition in order of `sk`, consistently.

    `prefix` keeps those whose `sk` starts with it; `after` those whose `sk` is greater (a prefix
    is then checked here, because DynamoDB takes one condition on the sort key); `between` those
    from one `sk` to another, both inclusive. Without `blobs` these stay in the table.
    """
    condition: Condition | None = None
    if between is not None:
        condition = Record.sk.between(*between)
    elif after is not None:
        condition = Record.sk.between(after + "\x00", prefix + "\uffff")
    elif prefix:
        condition = Record.sk.startswith(prefix)
    yield from Record.query(
        pk,
        range_key_condition=condition,
        consistent_read=True,
        scan_index_forward=not reverse,
        limit=limit,
        attributes_to_get=None if blobs else _BUT_BLOBS,
    )


def listed(index: GlobalSecondaryIndex[Any], value: str, *, until: int | None = None) -> list[Key]:
    """Keys of an index partition, greatest `num` first (eventually consistent).

    `until` keeps those whose `num` is no greater.
    """
    condition = None if until is None else Record.num <= until
    found = index.query(value, range_key_condition=condition, scan_index_forward=False)
    return [record.key for record in found]


def commit(*writes: Write) -> None:
    """Apply all the writes or none of them.

    Raises:
        Lost: a condition did not hold; nothing was written.
    """
    try:
        if len(writes) == 1:
            _apply_alone(writes[0])
        elif writes:
            with TransactWrite(connection=connection()) as transaction:
                for write in writes:
                    _apply_within(write, transaction)
    except (PutError, UpdateError, DeleteError) as error:
        if error.cause_response_code in LOST_TO_ANOTHER:
            raise Lost([0]) from error
        raise
    except TransactWriteError as error:
        reasons = error.cancellation_reasons or []
        failed = [i for i, reason in zip(_sent_order(writes), reasons, strict=False) if reason]
        if failed:
            raise Lost(sorted(failed)) from error
        raise


def put_many(records: Iterable[Record]) -> None:
    """Store any number of records, whatever was there. Not atomic: a crash leaves some of them."""
    with Record.batch_write() as batch:
        for record in records:
            batch.save(record)


def delete_many(wanted: Iterable[Key]) -> None:
    """Delete any number of records; absent ones do not matter. Not atomic."""
    with Record.batch_write() as batch:
        for key in wanted:
            batch.delete(Record(*key))


def modify(
    pk: str, sk: str, struct: type[T], change: Callable[[T, Record], Any], attempts: int = 16
) -> tuple[T, Record] | None:
    """Read, change in memory, store; again from the start if someone else stored in between.

    `change` edits the struct (and index attributes of the record) in place. None if there is no
    such record. Raises `Lost` after `attempts`.
    """
    for attempt in range(attempts):
        record = load(pk, sk)
        if record is None:
            return None
        document = record.read(struct)
        change(document, record)
        record.doc = msgspec.json.encode(document)
        try:
            commit(Update(record))
        except Lost:
            if attempt == attempts - 1:
                raise
            continue
        return document, record
    raise AssertionError("unreachable")


def connection() -> Connection:
    """The connection that every operation uses."""
    return Record._get_connection().connection  # noqa: SLF001  pynamodb has no public way


def create_table() -> None:
    """Create the table if it is absent (on AWS, CDK owns it)."""
    if not Record.exists():
        Record.create_table(wait=True)


def _fits(key: Key) -> bool:
    # No character takes more than four bytes, so keys of our own making are not encoded for this.
    return all(
        len(part) * 4 <= most or len(part.encode()) <= most
        for part, most in zip(key, KEY_BYTES, strict=True)
    )


def _sent_order(writes: Sequence[Write]) -> list[int]:
    """Indexes of the writes as PynamoDB sends them: checks, deletes, puts, updates."""
    rank = {Check: 0, Delete: 1, Touch: 3}
    return sorted(range(len(writes)), key=lambda i: rank.get(type(writes[i]), 2))


def _free() -> Condition:
    return Record.pk.does_not_exist()


def _held(version: int | None) -> Condition:
    return Record.pk.exists() if version is None else Record.version == version


def _raised(record: Record) -> Condition:
    condition = Record.version == record.version
    record.version = int(record.version) + 1
    return condition


def _apply_alone(write: Write) -> None:
    match write:
        case Create(record):
            record.save(condition=_free())
        case Put(record):
            record.save()
        case Update(record):
            record.save(condition=_raised(record))
        case Delete(key, version):
            Record(*key).delete(condition=None if version is None else _held(version))
        case Check(key, version):
            record_now = load(*key)
            if record_now is None or (version is not None and record_now.version != version):
                raise Lost([0])
        case Touch(key, updated):
            Record(*key).update(actions=[Record.updated.set(updated)], condition=Record.pk.exists())


def _apply_within(write: Write, transaction: TransactWrite) -> None:
    match write:
        case Create(record):
            transaction.save(record, condition=_free())
        case Put(record):
            transaction.save(record)
        case Update(record):
            transaction.save(record, condition=_raised(record))
        case Delete(key, version):
            transaction.delete(Record(*key), condition=None if version is None else _held(version))
        case Check(key, version):
            transaction.condition_check(Record, *key, condition=_held(version))
        case Touch(key, updated):
            transaction.update(
                Record(*key),
                actions=[Record.updated.set(updated)],
                condition=Record.pk.exists(),
            )
