"""Cloud storages of unit tests: connected to a service on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chalicelib.media.storages import connecting, credentials, store
from chalicelib.media.storages.models import CloudStorage, Credentials
from chalicelib.platform import clock, secrets
from chalicelib.platform.config import settings
from chalicelib.platform.table import Create, commit
from tests.services.s3 import KEY, SECRET_KEY


@contextmanager
def loopback_allowed(folder: Path) -> Iterator[None]:
    """The operator allows endpoints on this machine; secrets are kept in a folder."""
    given = {
        "SKYLABEL_SECRETS_DIR": str(folder / "secrets"),
        "SKYLABEL_REMOTE_NETWORKS": "127.0.0.0/8",
    }
    os.environ |= given
    _forget()
    try:
        yield
    finally:
        for name in given:
            del os.environ[name]
        _forget()


def connect(url: str, resource: str, number: int = 5, owner: int = 1) -> int:
    """A storage of an S3 at a URL. Returns its id, which is the number."""
    kept = CloudStorage(
        id=number,
        provider_type="AWS_S3_BUCKET",
        resource=resource,
        display_name="Datasets",
        owner_id=owner,
        credentials_type="KEY_SECRET_KEY_PAIR",
        specific_attributes=f"region=us-east-1&endpoint_url={url}",
        secret=f"storage-{number}",
        created_date=clock.iso(),
        updated_date=clock.iso(),
    )
    given = Credentials(key=KEY, secret_key=SECRET_KEY)
    secrets.put(kept.secret, credentials.encode(given))
    commit(Create(store.record_of(kept)))
    return number


def _forget() -> None:
    settings.cache_clear()
    connecting._known.clear()
