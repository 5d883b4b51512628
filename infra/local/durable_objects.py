"""Makes the emulator's S3 safe to rely on: stored before acknowledged, read no further than asked.

With `S3_PERSIST=1` the emulator keeps bodies on disk, but it swallows the error when that fails,
and it reads a whole object to answer a range of it. Both are mended here, and requests from this
process's threads and over HTTP take turns.
"""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.local.durable_uploads import DurableUploads
from infra.local.stored_body import StoredBody

if TYPE_CHECKING:
    from types import ModuleType

Reply = tuple[int, dict[str, str], Any]
_log = logging.getLogger(__name__)


class ObjectNotStored(Exception):
    """The disk refused to store or delete an object."""


class DurableObjects:
    """The emulator's S3 module with its gaps closed."""

    def __init__(self, s3: ModuleType) -> None:
        self.lock = threading.RLock()
        self._s3: Any = s3
        self._uploads = DurableUploads(s3, Path(f"{s3.DATA_DIR}-uploads"))
        self._lazy = self._reading = False

    def install(self) -> None:
        self._mend_interrupted()
        self._uploads.load()
        module = self._s3
        self._dispatch, self._read_body = module._dispatch, module._read_body
        module._dispatch = self._answer
        module._persist_object = self._persist
        module._delete_persisted_object = self._delete
        module._read_body = self._body

    def _mend_interrupted(self) -> None:
        """An object overwritten at the moment of a kill may have its new bytes beside the old
        description; describe what is there."""
        for (account, bucket_name), bucket in self._s3._buckets._data.items():
            for key, record in bucket["objects"].items():
                path = self._s3._object_disk_path(bucket_name, key, account)
                size = Path(path).stat().st_size if path else record["size"]
                if size != record["size"]:
                    _log.warning("Object %s/%s was being replaced when killed", bucket_name, key)
                    data = Path(path).read_bytes()
                    record |= {"size": size, "etag": f'"{self._s3.md5_hash(data)}"'}
                    record["checksums"] = {}

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes,
               query: dict[str, list[str]]) -> Reply:  # fmt: skip
        """One S3 request of this process. The body of the reply may be a `StoredBody`."""
        call = self._s3.handle_request(method, path, headers, body, query)
        with self.lock:
            self._lazy = True
            try:
                call.send(None)
            except StopIteration as finished:
                reply: Reply = finished.value
                return reply
            finally:
                self._lazy = False
        call.close()
        raise RuntimeError("the emulator's S3 waits for something: it must be called over HTTP")

    def _answer(self, method: str, bucket: str, key: str, headers: dict[str, str], body: bytes,
                query: dict[str, list[str]]) -> Reply:  # fmt: skip
        with self.lock:
            found = self._s3._buckets.get(bucket)
            before = found["objects"].get(key) if found else None
            before = dict(before) if before else None
            self._reading = method == "GET"
            try:
                status, reply_headers, reply = self._dispatch(
                    method, bucket, key, headers, body, query
                )
                if method != "GET" and status < 300:
                    self._uploads.settle(query)
            except (ObjectNotStored, OSError):
                _log.exception("Object %s/%s could not be stored or deleted", bucket, key)
                self._put_back(found, key, before)
                failed: Reply = self._s3._error(
                    "InternalError",
                    "The object could not be stored or deleted.",
                    500,
                    f"/{bucket}/{key}",
                )
                return failed
            finally:
                self._reading = False
            if isinstance(reply, StoredBody) and not self._lazy:
                reply = bytes(reply)
            return status, reply_headers, reply

    def _put_back(
        self, bucket: dict[str, Any] | None, key: str, before: dict[str, Any] | None
    ) -> None:
        if bucket is None:
            return
        if before is None:
            bucket["objects"].pop(key, None)
        else:
            bucket["objects"][key] = before

    def _persist(self, bucket: str, key: str, record: dict[str, Any]) -> None:
        """Write an object and its description; both are complete before either is in place."""
        module = self._s3
        path = module._object_disk_path(bucket, key)
        if path is None:
            raise ObjectNotStored(f"the key {key!r} has no place on disk")
        described = module._object_meta_from_record(record)
        described |= {**module._key_history_meta(bucket, key), "key": key}
        body = record.get("body")
        try:
            Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            description = _write(f"{path}.meta.json.tmp", json.dumps(described).encode())
            if body is not None:
                _write(f"{path}.tmp", body).replace(path)
            description.replace(f"{path}.meta.json")
        except OSError as error:
            raise ObjectNotStored(str(error)) from error
        record["body"] = None  # the disk has it now
        self._forget_other_place(bucket, key, path)

    def _forget_other_place(self, bucket: str, key: str, path: str | None) -> None:
        """A key has two possible files; what the other one holds is out of date."""
        module = self._s3
        if path is not None:
            root = Path(module.DATA_DIR, module.get_account_id(), bucket)
            module._remove_key_files(module._other_key_disk_path(str(root), key, path))

    def _delete(self, bucket: str, key: str) -> None:
        """Remove an object's files, its bytes first: a description alone is no object."""
        module = self._s3
        path = module._object_disk_path(bucket, key)
        try:
            for name in (path, f"{path}.meta.json") if path else ():
                Path(name).unlink(missing_ok=True)
        except OSError as error:
            raise ObjectNotStored(str(error)) from error
        self._forget_other_place(bucket, key, path)

    def _body(self, bucket: str, key: str, record: dict[str, Any]) -> Any:
        path = self._s3._object_disk_path(bucket, key)
        if not self._reading or record.get("body") is not None or path is None:
            return self._read_body(bucket, key, record)
        return StoredBody.open(path)


def _write(name: str, data: bytes) -> Path:
    path = Path(name)
    path.touch(mode=0o600)
    path.write_bytes(data)
    return path
