"""People who use a running server through the unmodified SDK."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from cvat_sdk import Client, make_client
from cvat_sdk.api_client import ApiClient, Configuration, models

if TYPE_CHECKING:
    from tests.support.server import Server

PASSWORD = "a good enough password"


def register(server: Server) -> str:
    """A new account whose password is `PASSWORD`. Returns its username."""
    name = f"user-{uuid.uuid4().hex[:12]}"
    request = models.RegisterSerializerExRequest(
        username=name, email=f"{name}@example.org", password1=PASSWORD, password2=PASSWORD
    )
    with ApiClient(Configuration(host=server.url)) as client:
        client.auth_api.create_register(request)
    return name


def newcomer(server: Server) -> Client:
    """The SDK, signed in as a new user."""
    return make_client(server.url, credentials=(register(server), PASSWORD))


def administrator(server: Server) -> Client:
    """The SDK, signed in as the server's administrator."""
    return make_client(server.url, credentials=(server.username, server.password))
