"""What must not stand in the table: credentials, by name.

On AWS they are in Secrets Manager. On one machine each is a file, encrypted and authenticated
(AES-256-GCM) together with its name; the key is a file beside them that only its owner may read.
Every write is whole or not there, whatever ends the process.

Worker functions alone use this: the API holds no credentials.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.platform.config import settings

_KEY_BYTES = 32
_NONCE_BYTES = 12


class Unreadable(Exception):
    """A secret is there but was damaged, or written with another key."""


def put(name: str, value: bytes) -> None:
    """Keep a secret, whatever the name had before."""
    if settings().stage == "aws":
        _put_remote(name, value)
    else:
        _put_file(name, value)


def get(name: str) -> bytes | None:
    """A secret, or None. Raises Unreadable."""
    return _get_remote(name) if settings().stage == "aws" else _get_file(name)


def delete(name: str) -> None:
    """Forget a secret for good; an absent one does not matter."""
    if settings().stage == "aws":
        _delete_remote(name)
    else:
        _path(name).unlink(missing_ok=True)


@cache
def manager() -> Any:
    """The client of Secrets Manager of this process."""
    import botocore.session

    return botocore.session.get_session().create_client(
        "secretsmanager", region_name=settings().region
    )


def _remote(name: str) -> str:
    return f"{settings().function_prefix}{name}"


def _put_remote(name: str, value: bytes) -> None:
    try:
        manager().create_secret(Name=_remote(name), SecretBinary=value)
    except manager().exceptions.ResourceExistsException:
        manager().put_secret_value(SecretId=_remote(name), SecretBinary=value)


def _get_remote(name: str) -> bytes | None:
    try:
        answer = manager().get_secret_value(SecretId=_remote(name))
    except manager().exceptions.ResourceNotFoundException:
        return None
    return bytes(answer["SecretBinary"])


def _delete_remote(name: str) -> None:
    with contextlib.suppress(manager().exceptions.ResourceNotFoundException):
        # Kept for recovery, a secret would be paid for, and stay a secret, for weeks.
        manager().delete_secret(SecretId=_remote(name), ForceDeleteWithoutRecovery=True)


def _put_file(name: str, value: bytes) -> None:
    nonce = os.urandom(_NONCE_BYTES)
    sealed = nonce + _cipher().encrypt(nonce, value, name.encode())
    fresh = _fresh_file(sealed)
    fresh.replace(_path(name))
    _settle(fresh.parent)


def _get_file(name: str) -> bytes | None:
    try:
        sealed = _path(name).read_bytes()
    except FileNotFoundError:
        return None
    from cryptography.exceptions import InvalidTag

    try:
        return bytes(_cipher().decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode()))
    except (InvalidTag, ValueError):
        raise Unreadable(name) from None


def _folder() -> Path:
    folder = Path(settings().secrets_dir)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _path(name: str) -> Path:
    """Where a secret is. Names may hold what file names may not."""
    return _folder() / f"{hashlib.sha256(name.encode()).hexdigest()}.sealed"


def _cipher() -> Any:
    # Not on AWS, where nothing needs it and nothing brings it.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(_key())


def _key() -> bytes:
    """The key, made when it is first needed; of two processes that make one, the first wins."""
    path = _folder() / "key"
    with contextlib.suppress(FileNotFoundError):
        return path.read_bytes()
    fresh = _fresh_file(os.urandom(_KEY_BYTES))
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(fresh)
    fresh.unlink()
    _settle(path.parent)
    return path.read_bytes()


def _fresh_file(content: bytes) -> Path:
    """A new file beside the secrets, on the disk for certain, that only its owner may read."""
    path = _folder() / f".{os.getpid()}-{os.urandom(8).hex()}.new"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123  a descriptor, so that the mode is right at once
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return path


def _settle(folder: Path) -> None:
    """Put a change of names on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
