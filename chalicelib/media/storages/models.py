"""What the table keeps of a cloud storage, and what the secret store keeps of it.

Credentials are in the secret store alone: the record has only the secret's name.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Provider = Literal["AWS_S3_BUCKET", "AZURE_CONTAINER", "GOOGLE_CLOUD_STORAGE"]
CredentialsType = Literal[
    "KEY_SECRET_KEY_PAIR",
    "ACCOUNT_NAME_TOKEN_PAIR",
    "KEY_FILE_PATH",
    "ANONYMOUS_ACCESS",
    "CONNECTION_STRING",
]
Status = Literal["AVAILABLE", "NOT_FOUND", "FORBIDDEN"]

KIND = "cloudstorage"


class Credentials(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What opens a storage; which fields matter follows from the type.

    Attributes:
        key, secret_key, session_token: of S3. For Azure `session_token` is a shared access
            signature.
        key_file: the JSON of a Google service account.
    """

    key: str = ""
    secret_key: str = ""
    session_token: str = ""
    account_name: str = ""
    connection_string: str = ""
    key_file: str = ""

    def __repr__(self) -> str:
        # Not even an exception's traceback may show them.
        return "Credentials(…)"


class CloudStorage(msgspec.Struct, kw_only=True):
    """A bucket or container of somebody else's.

    Attributes:
        resource: the bucket's or container's name.
        specific_attributes: `name=value` pairs joined by `&`, as the clients write them; see
            `attributes.py`.
        manifests: keys of its manifests.
        secret: name of the credentials in the secret store; another one whenever they change.
    """

    id: int
    provider_type: Provider
    resource: str
    display_name: str
    owner_id: int | None = None
    organization_id: int | None = None
    credentials_type: CredentialsType
    specific_attributes: str = ""
    description: str = ""
    manifests: list[str] = []
    secret: str
    created_date: str
    updated_date: str
