"""A client of S3 for uploads that one process begins and another ends, which obstore has not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config

from chalicelib.media.storages import doors
from chalicelib.media.storages.attributes import Attributes
from chalicelib.media.storages.models import CloudStorage, Credentials
from chalicelib.media.storages.providers.s3 import address_of

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
else:
    S3Client = Any


def s3_client(
    storage: CloudStorage, attributes: Attributes, credentials: Credentials
) -> S3Client | None:
    """A client with the credentials of a storage; None if it has no pair of keys.

    Raises:
        doors.Refused: its endpoint must not be reached.
    """
    # Without keys botocore would take those of this process's own role.
    if not (credentials.key and credentials.secret_key):
        return None
    region, endpoint = address_of(storage, attributes)
    door = doors.way_to(attributes.endpoint_url)
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        connect_timeout=10,
        read_timeout=60,
        retries={"max_attempts": 5, "mode": "standard"},
        proxies={"http": door, "https": door} if door else None,
        # Services that only speak the language of S3 know nothing of newer checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    client: S3Client = botocore.session.get_session().create_client(  # type: ignore[assignment]  # untyped by name
        "s3",
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=credentials.key,
        aws_secret_access_key=credentials.secret_key,
        aws_session_token=credentials.session_token or None,
        config=config,
    )
    return client
