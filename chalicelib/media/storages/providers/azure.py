"""Azure Blob Storage."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import msgspec
from obstore.exceptions import BaseError
from obstore.store import AzureStore

from chalicelib.media.storages import doors
from chalicelib.media.storages.attributes import Attributes
from chalicelib.media.storages.models import CloudStorage, Credentials
from chalicelib.media.storages.problems import Unusable
from chalicelib.media.storages.providers.options import Patience, client_options, retry_options

#: Goes into a host name.
_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_SUFFIX = "core.windows.net"
_BAD_STRING = "The connection string cannot be read: it must name an account and a key."


class Account(msgspec.Struct, frozen=True):
    """Where an account is and what opens it; an empty endpoint is Azure's own."""

    name: str
    endpoint: str = ""
    key: str = ""
    signature: str = ""


def open_azure(
    storage: CloudStorage,
    attributes: Attributes,
    credentials: Credentials,
    patience: Patience,
) -> AzureStore:
    """The container of a storage. Speaks to nobody yet.

    Raises:
        Unusable: an account's name that can be none, or a connection string that cannot be read.
    """
    if storage.credentials_type == "CONNECTION_STRING":
        account = read_connection_string(credentials.connection_string)
    else:
        account = Account(
            credentials.account_name, attributes.endpoint_url, "", credentials.session_token
        )
    if not _ACCOUNT.fullmatch(account.name):
        raise Unusable("account_name", "An account's name has 3 to 24 small letters and digits.")
    config: dict[str, Any] = {
        "account_name": account.name,
        "endpoint": account.endpoint or f"https://{account.name}.blob.{_SUFFIX}",
    }
    if storage.credentials_type == "ANONYMOUS_ACCESS":
        config["skip_signature"] = True
    elif account.key:
        config["account_key"] = account.key
    else:
        config["sas_key"] = account.signature.removeprefix("?")
    options = client_options(patience, doors.way_to(account.endpoint))
    try:
        return AzureStore(
            storage.resource,
            config=config,  # type: ignore[arg-type]  # a dict of its keys
            client_options=options,  # type: ignore[arg-type]
            retry_config=retry_options(patience),  # type: ignore[arg-type]
        )
    except (BaseError, ValueError):
        # The library's own text quotes what it was given.
        raise Unusable("credentials", "These credentials cannot be used with Azure.") from None


def read_connection_string(text: str) -> Account:
    """Read `AccountName=…;AccountKey=…;EndpointSuffix=…`. Raises Unusable."""
    pairs = [part.partition("=") for part in text.split(";") if part.strip()]
    found = {name.strip().lower(): value.strip() for name, _, value in pairs}
    name = found.get("accountname", "")
    key, signature = found.get("accountkey", ""), found.get("sharedaccesssignature", "")
    endpoint = found.get("blobendpoint", "").rstrip("/")
    if not name and endpoint:
        name = (urlsplit(endpoint).hostname or "").partition(".")[0]
    suffix = found.get("endpointsuffix", _SUFFIX)
    if not name or not (key or signature):
        raise Unusable("connection_string", _BAD_STRING)
    if not endpoint and suffix != _SUFFIX:
        endpoint = f"https://{name}.blob.{suffix}"
    if endpoint and not re.fullmatch(r"https?://[A-Za-z0-9.:_-]+(/[a-z0-9]+)?", endpoint):
        raise Unusable("connection_string", _BAD_STRING)
    return Account(name, endpoint, key, signature)
