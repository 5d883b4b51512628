"""Google Cloud Storage."""

from __future__ import annotations

from typing import Any

import msgspec
from obstore.exceptions import BaseError
from obstore.store import GCSStore

from chalicelib.media.storages import doors
from chalicelib.media.storages.attributes import Attributes
from chalicelib.media.storages.models import CloudStorage, Credentials
from chalicelib.media.storages.problems import Unusable
from chalicelib.media.storages.providers.options import Patience, client_options, retry_options


class ServiceAccount(msgspec.Struct, frozen=True):
    """The fields of a key file that signing needs.

    The rest is dropped, because other fields name addresses that the client would call.
    """

    client_email: str
    private_key: str
    private_key_id: str
    type: str = "service_account"


def open_gcs(
    storage: CloudStorage,
    attributes: Attributes,
    credentials: Credentials,
    patience: Patience,
) -> GCSStore:
    """The bucket of a storage. Speaks to nobody yet.

    Raises:
        Unusable: the key file is none of a service account.
    """
    config: dict[str, Any] = {}
    if attributes.endpoint_url:
        config["base_url"] = attributes.endpoint_url
    if storage.credentials_type == "ANONYMOUS_ACCESS":
        config["skip_signature"] = True
    else:
        config["service_account_key"] = _service_account(credentials.key_file)
    options = client_options(patience, doors.way_to(attributes.endpoint_url))
    try:
        return GCSStore(
            storage.resource,
            config=config,  # type: ignore[arg-type]  # a dict of its keys
            client_options=options,  # type: ignore[arg-type]
            retry_config=retry_options(patience),  # type: ignore[arg-type]
        )
    except (BaseError, ValueError):
        # The library's own text quotes the key.
        raise Unusable("key_file", "The private key of the key file cannot be used.") from None


def _service_account(text: str) -> str:
    try:
        account = msgspec.json.decode(text, type=ServiceAccount)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise Unusable("key_file", "The key file is not the JSON key of a service account.") from (
            None
        )
    if account.type != "service_account":
        raise Unusable("key_file", "The key file is not the JSON key of a service account.")
    return msgspec.json.encode(account).decode()
