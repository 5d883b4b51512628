"""What clients send about cloud storages, as CVAT's clients describe it."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.media.storages.models import CredentialsType, Provider
from chalicelib.platform.bodies import PRINTABLE

Resource = Annotated[str, Meta(min_length=1, max_length=222, pattern=PRINTABLE)]
DisplayName = Annotated[str, Meta(min_length=1, max_length=63, pattern=PRINTABLE)]
SessionToken = Annotated[str, Meta(max_length=440)]
AccountName = Annotated[str, Meta(max_length=24)]
Key = Annotated[str, Meta(max_length=40)]
SecretKey = Annotated[str, Meta(max_length=64)]
ConnectionString = Annotated[str, Meta(max_length=1024)]
KeyFile = Annotated[str, Meta(max_length=65536)]
SpecificAttributes = Annotated[str, Meta(max_length=1024, pattern=PRINTABLE)]
Description = Annotated[str, Meta(max_length=65536)]
ManifestKey = Annotated[str, Meta(min_length=1, max_length=1024, pattern=PRINTABLE)]
Manifests = Annotated[list[ManifestKey], Meta(max_length=100)]


class CloudStorageWriteRequest(msgspec.Struct, kw_only=True):
    """A new storage. `key_file` is the text of a key file; a form sends it as a file."""

    provider_type: Provider
    resource: Resource
    display_name: DisplayName
    credentials_type: CredentialsType
    owner: Any = None
    session_token: SessionToken = ""
    account_name: AccountName = ""
    key: Key = ""
    secret_key: SecretKey = ""
    connection_string: ConnectionString = ""
    key_file: KeyFile = ""
    specific_attributes: SpecificAttributes = ""
    description: Description = ""
    manifests: Manifests = []

    def __repr__(self) -> str:
        return "CloudStorageWriteRequest(…)"


class PatchedCloudStorageWriteRequest(msgspec.Struct, kw_only=True):
    """Changes of a storage; what is left out stays."""

    provider_type: Provider | UnsetType = UNSET
    resource: Resource | UnsetType = UNSET
    display_name: DisplayName | UnsetType = UNSET
    credentials_type: CredentialsType | UnsetType = UNSET
    owner: Any = None
    session_token: SessionToken = ""
    account_name: AccountName = ""
    key: Key = ""
    secret_key: SecretKey = ""
    connection_string: ConnectionString = ""
    key_file: KeyFile = ""
    specific_attributes: SpecificAttributes | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    manifests: Manifests | UnsetType = UNSET

    def __repr__(self) -> str:
        return "PatchedCloudStorageWriteRequest(…)"
