"""The unmodified SDK and CLI sign in, in each of their ways."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from cvat_sdk import Client, make_client
from cvat_sdk.api_client import ApiClient, Configuration, exceptions, models

from tests.client.people import PASSWORD, administrator, newcomer, register

if TYPE_CHECKING:
    from tests.support.server import Server


def access_token(client: Client, **fields: Any) -> str:
    """The value of a new access token of whom a client acts for."""
    request = models.AccessTokenWriteRequest(name="script", **fields)
    token, _ = client.api_client.auth_api.create_access_tokens(request)
    return str(token.value)


def test_a_session_lasts_until_logout(server: Server) -> None:
    with newcomer(server) as client:
        name = client.users.retrieve_current_user().username
        cookies = dict(client.api_client.cookies)
        assert {"csrftoken", "sessionid"} <= cookies.keys()
        client.logout()
        with pytest.raises(exceptions.UnauthorizedException):
            client.users.retrieve_current_user()
        client.api_client.cookies.update(cookies)
        with pytest.raises(exceptions.UnauthorizedException):
            client.users.retrieve_current_user()
        client.api_client.cookies.clear()
        client.login((name, PASSWORD))
        assert client.users.retrieve_current_user().username == name


def test_two_clients_of_one_user_sign_out_apart(server: Server) -> None:
    name = register(server)
    with make_client(server.url, credentials=(name, PASSWORD)) as first:
        with make_client(server.url, credentials=(name, PASSWORD)) as second:
            assert second.users.retrieve_current_user().username == name
        assert first.users.retrieve_current_user().username == name


def test_a_wrong_password_is_an_error_that_says_so(server: Server) -> None:
    with pytest.raises(exceptions.ApiException) as refusal:
        make_client(server.url, credentials=("nobody-here", "not the password"))
    assert refusal.value.status == 400
    assert "Unable to log in" in refusal.value.body


def test_an_access_token_reads_and_writes_until_it_is_revoked(server: Server) -> None:
    with newcomer(server) as owner:
        expiry = datetime.now(UTC) + timedelta(days=1)
        value = access_token(owner, expiry_date=expiry)
        with make_client(server.url, access_token=value) as script:
            name = script.users.retrieve_current_user().username
            assert name == owner.users.retrieve_current_user().username
            itself, _ = script.api_client.auth_api.retrieve_access_tokens_self()
            assert itself.name == "script"
            assert itself.last_used_date is not None
            project = script.projects.create(models.ProjectWriteRequest(name="by a token"))
            project.remove()
            owner.api_client.auth_api.destroy_access_tokens(itself.id)
            with pytest.raises(exceptions.UnauthorizedException):
                script.users.retrieve_current_user()


def test_a_read_only_token_only_reads(server: Server) -> None:
    with newcomer(server) as owner:
        value = access_token(owner, read_only=True)
        with make_client(server.url, access_token=value) as script:
            assert script.projects.list() == []
            with pytest.raises(exceptions.ForbiddenException):
                script.projects.create(models.ProjectWriteRequest(name="no"))
        assert owner.projects.list() == []


def test_name_and_password_or_the_login_key_sign_single_requests(server: Server) -> None:
    name = register(server)
    by_password = Configuration(host=server.url, username=name, password=PASSWORD)
    with ApiClient(by_password) as client:
        request = models.LoginSerializerExRequest(username=name, password=PASSWORD)
        key = client.auth_api.create_login(request)[0].key
        client.cookies.clear()
        assert client.users_api.retrieve_self()[0].username == name
    by_key = Configuration(
        host=server.url, api_key={"tokenAuth": key}, api_key_prefix={"tokenAuth": "Token"}
    )
    with ApiClient(by_key) as client:
        assert client.users_api.retrieve_self()[0].username == name


def test_a_password_change_ends_other_sessions(server: Server) -> None:
    name = register(server)
    new = "an even better password"
    with (
        make_client(server.url, credentials=(name, PASSWORD)) as here,
        make_client(server.url, credentials=(name, PASSWORD)) as there,
    ):
        here.api_client.auth_api.create_password_change(
            models.PasswordChangeRequest(
                old_password=PASSWORD, new_password1=new, new_password2=new
            )
        )
        assert here.users.retrieve_current_user().username == name
        with pytest.raises(exceptions.UnauthorizedException):
            there.users.retrieve_current_user()
        there.api_client.cookies.clear()
        there.login((name, new))


def test_the_personal_workspace_is_there_and_unknown_organizations_are_not(
    server: Server,
) -> None:
    with administrator(server) as client:
        client.organization_slug = ""
        assert client.users.list()
        client.organization_slug = "acme"
        with pytest.raises(exceptions.NotFoundException) as refusal:
            client.users.list()
        assert "acme organization does not exist." in refusal.value.body


@pytest.mark.parametrize("way", ["password", "token"])
def test_the_cli_signs_in(server: Server, tmp_path: Path, way: str) -> None:
    name = register(server)
    environment = {**os.environ, "HOME": str(tmp_path), "PASS": PASSWORD}
    arguments = ["--auth", name]
    if way == "token":
        with make_client(server.url, credentials=(name, PASSWORD)) as client:
            environment["CVAT_ACCESS_TOKEN"] = access_token(client)
        arguments = []
    url = urlsplit(server.url)
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("cvat-cli")),
            *("--server-host", f"http://{url.hostname}", "--server-port", str(url.port)),
            *arguments,
            *("project", "ls", "--json"),
        ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
