"""Which credentials a storage needs, and which of those given are kept."""

from __future__ import annotations

import msgspec

from chalicelib.media.storages.models import CloudStorage, Credentials, CredentialsType, Provider
from chalicelib.media.storages.problems import Unusable

#: Types of credentials by provider, and the fields that each type has; the first ones it needs.
_FIELDS: dict[Provider, dict[CredentialsType, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "AWS_S3_BUCKET": {
        "KEY_SECRET_KEY_PAIR": (("key", "secret_key"), ("session_token",)),
        "ANONYMOUS_ACCESS": ((), ()),
    },
    "AZURE_CONTAINER": {
        "ACCOUNT_NAME_TOKEN_PAIR": (("account_name", "session_token"), ()),
        "CONNECTION_STRING": (("connection_string",), ()),
        "ANONYMOUS_ACCESS": (("account_name",), ()),
    },
    "GOOGLE_CLOUD_STORAGE": {
        "KEY_FILE_PATH": (("key_file",), ()),
        "ANONYMOUS_ACCESS": ((), ()),
    },
}


def complete(storage: CloudStorage, given: Credentials, kept: Credentials) -> Credentials:
    """The credentials of a storage: what is given, else what was kept, and nothing beside.

    Raises:
        Unusable: the provider has no such credentials, or one of them is missing.
    """
    kinds = _FIELDS[storage.provider_type]
    if storage.credentials_type not in kinds:
        raise Unusable(
            "credentials_type",
            f"{storage.credentials_type} cannot be used with {storage.provider_type}. "
            f"Choose from: {', '.join(kinds)}",
        )
    needed, optional = kinds[storage.credentials_type]
    # Keys belong together: a new one is not mixed with what belonged to the one before.
    renewed = any(
        getattr(given, field) and getattr(given, field) != getattr(kept, field)
        for field in ("key", "account_name")
    )
    base = Credentials() if renewed else kept
    values = {
        field: getattr(given, field) or getattr(base, field) for field in (*needed, *optional)
    }
    for field in needed:
        if not values[field]:
            raise Unusable(field, "This field is required for these credentials.")
    return Credentials(**values)


def encode(credentials: Credentials) -> bytes:
    """As the secret store keeps them."""
    return msgspec.json.encode(credentials)


def decode(value: bytes) -> Credentials:
    return msgspec.json.decode(value, type=Credentials)
