"""Opening whatever provider a storage is of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from chalicelib.media.storages import doors
from chalicelib.media.storages.attributes import BadAttributes, parse
from chalicelib.media.storages.models import CloudStorage, Credentials, Provider
from chalicelib.media.storages.problems import Unusable
from chalicelib.media.storages.providers.azure import open_azure
from chalicelib.media.storages.providers.gcs import open_gcs
from chalicelib.media.storages.providers.options import Patience
from chalicelib.media.storages.providers.s3 import open_s3

_OPENERS: dict[Provider, Callable[..., Any]] = {
    "AWS_S3_BUCKET": open_s3,
    "AZURE_CONTAINER": open_azure,
    "GOOGLE_CLOUD_STORAGE": open_gcs,
}


def open_store(storage: CloudStorage, credentials: Credentials, patience: Patience) -> ObjectStore:
    """The bucket or container of a storage. Speaks to nobody yet.

    Raises:
        Unusable: attributes or credentials that can be none of this provider.
    """
    try:
        attributes = parse(storage.specific_attributes)
    except BadAttributes as error:
        raise Unusable("specific_attributes", str(error)) from None
    try:
        store: ObjectStore = _OPENERS[storage.provider_type](
            storage, attributes, credentials, patience
        )
    except Unusable:
        raise
    except doors.Refused:
        raise Unusable(
            "specific_attributes",
            "The endpoint was not found on the public internet, or is not https. Whoever runs "
            "the server can allow other networks, and plain http in them"
            " (SKYLABEL_REMOTE_NETWORKS).",
        ) from None
    except (BaseError, ValueError):
        # What the library says may quote what it was given.
        raise Unusable("resource", "This cannot be the name of a bucket or container.") from None
    return store
