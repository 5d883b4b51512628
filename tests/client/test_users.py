"""Users through the unmodified SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cvat_sdk.api_client import exceptions, models

from tests.client.people import PASSWORD, administrator, newcomer

if TYPE_CHECKING:
    from tests.support.server import Server


def test_one_sees_and_changes_oneself_only(server: Server) -> None:
    with newcomer(server) as marie, newcomer(server) as pierre:
        me = marie.users.retrieve_current_user()
        assert [user.id for user in marie.users.list()] == [me.id]
        me.update(models.PatchedUserRequest(first_name="Marie", last_name="Curie"))
        assert marie.users.retrieve(me.id).first_name == "Marie"
        with pytest.raises(exceptions.ForbiddenException):
            pierre.users.retrieve(me.id)
        with pytest.raises(exceptions.ForbiddenException):
            me.update(models.PatchedUserRequest(is_superuser=True))


def test_an_administrator_sees_searches_and_deactivates_everybody(server: Server) -> None:
    with administrator(server) as admin, newcomer(server) as marie:
        me = marie.users.retrieve_current_user()
        assert {me.id, admin.users.retrieve_current_user().id} <= {
            user.id for user in admin.users.list()
        }
        found, _ = admin.api_client.users_api.list(search=me.username)
        assert [user.id for user in found.results] == [me.id]
        admin.users.retrieve(me.id).update(models.PatchedUserRequest(is_active=False))
        with pytest.raises(exceptions.UnauthorizedException):
            marie.users.retrieve_current_user()
        marie.api_client.cookies.clear()
        with pytest.raises(exceptions.ApiException):
            marie.login((me.username, PASSWORD))


def test_one_deletes_oneself(server: Server) -> None:
    with newcomer(server) as marie, administrator(server) as admin:
        me = marie.users.retrieve_current_user()
        me.remove()
        marie.api_client.cookies.clear()
        with pytest.raises(exceptions.NotFoundException):
            admin.users.retrieve(me.id)
