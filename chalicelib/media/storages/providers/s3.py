"""Amazon S3, and whatever speaks its language at an endpoint of its own."""

from __future__ import annotations

from typing import Any

from obstore.store import S3Store

from chalicelib.media.storages import doors
from chalicelib.media.storages.attributes import Attributes
from chalicelib.media.storages.models import CloudStorage, Credentials
from chalicelib.media.storages.providers import regions
from chalicelib.media.storages.providers.options import Patience, client_options, retry_options


def open_s3(
    storage: CloudStorage,
    attributes: Attributes,
    credentials: Credentials,
    patience: Patience,
) -> S3Store:
    """The bucket of a storage. Speaks to nobody but to AWS, if its region is not given."""
    region, endpoint = address_of(storage, attributes)
    shared: dict[str, Any] = {
        "region": region,
        "endpoint": endpoint,
        "virtual_hosted_style_request": False,
        "client_options": client_options(patience, doors.way_to(attributes.endpoint_url)),
        "retry_config": retry_options(patience),
    }
    if storage.credentials_type == "ANONYMOUS_ACCESS":
        return S3Store(storage.resource, skip_signature=True, **shared)
    # By a function, not as options: what is left out there is taken from this process's own
    # environment, and on Lambda that holds the keys of its role.
    return S3Store(storage.resource, credential_provider=lambda: _pair(credentials), **shared)


def address_of(storage: CloudStorage, attributes: Attributes) -> tuple[str, str]:
    """The region and the endpoint of a bucket. AWS is asked if neither is given."""
    region = attributes.region or (
        regions.DEFAULT if attributes.endpoint_url else regions.region_of(storage.resource)
    )
    return region, attributes.endpoint_url or _own_endpoint(region)


def _pair(credentials: Credentials) -> Any:
    return {
        "access_key_id": credentials.key,
        "secret_access_key": credentials.secret_key,
        "token": credentials.session_token or None,
        "expires_at": None,
    }


def _own_endpoint(region: str) -> str:
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"https://s3.{region}.{suffix}"
