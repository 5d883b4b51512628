"""Projects through the unmodified SDK and CLI."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from cvat_sdk.api_client import exceptions
from cvat_sdk.models import (
    AttributeRequest,
    PatchedLabelRequest,
    PatchedProjectWriteRequest,
    PatchedTaskWriteRequest,
    ProjectWriteRequest,
    TaskWriteRequest,
)

from tests.client.people import PASSWORD, administrator, newcomer, register

if TYPE_CHECKING:
    from cvat_sdk import Client
    from cvat_sdk.core.proxies.projects import Project

    from tests.support.server import Server

BREED = AttributeRequest(
    name="breed", mutable=False, input_type="select", default_value="pug", values=["pug", "lab"]
)
LABELS = [
    PatchedLabelRequest(name="dog", attributes=[BREED]),
    PatchedLabelRequest(name="cat", color="#ff00aa", attributes=[]),
]


def _pets(client: Client) -> Project:
    return client.projects.create(ProjectWriteRequest(name="pets", labels=LABELS))


def test_a_project_is_made_changed_listed_and_removed(server: Server) -> None:
    with newcomer(server) as marie:
        project = _pets(marie)
        assert project.owner.id == marie.users.retrieve_current_user().id
        assert [(label.name, label.type) for label in project.get_labels()] == [
            ("dog", "any"),
            ("cat", "any"),
        ]
        project.update(PatchedProjectWriteRequest(name="animals", bug_tracker="https://bugs"))
        assert (project.name, project.bug_tracker) == ("animals", "https://bugs")
        assert [found.id for found in marie.projects.list()] == [project.id]
        project.remove()
        with pytest.raises(exceptions.NotFoundException):
            marie.projects.retrieve(project.id)
        marie.projects.remove_by_ids([project.id])


def test_labels_are_added_changed_and_removed_by_an_update(server: Server) -> None:
    with newcomer(server) as marie:
        project = _pets(marie)
        dog, cat = project.get_labels()
        assert dog.attributes[0].values == ["pug", "lab"]
        project.update(
            PatchedProjectWriteRequest(
                labels=[
                    PatchedLabelRequest(id=dog.id, name="hound", attributes=[]),
                    PatchedLabelRequest(id=cat.id, deleted=True),
                    PatchedLabelRequest(name="owl", type="polygon", attributes=[]),
                ]
            )
        )
        hound, owl = project.get_labels()
        assert (hound.id, hound.name, hound.color) == (dog.id, "hound", dog.color)
        assert hound.attributes[0].name == "breed"
        assert (owl.name, owl.type) == ("owl", "polygon")
        with pytest.raises(exceptions.ApiException, match="no label with id"):
            project.update(
                PatchedProjectWriteRequest(labels=[PatchedLabelRequest(id=cat.id, name="x")])
            )


def test_tasks_of_a_project_use_its_labels(server: Server) -> None:
    with newcomer(server) as marie:
        project = _pets(marie)
        task = marie.tasks.create(TaskWriteRequest(name="one", project_id=project.id))
        other = marie.tasks.create(TaskWriteRequest(name="two", labels=LABELS, subset="Train"))
        other.update(PatchedTaskWriteRequest(project_id=project.id))
        assert {label.id for label in task.get_labels()} == {
            label.id for label in other.get_labels()
        }
        assert [found.id for found in project.get_tasks()] == [other.id, task.id]
        project.fetch()
        assert (project.tasks.count, project.task_subsets) == (2, ["Train"])
        project.remove()
        assert marie.tasks.list() == []


def test_a_project_is_its_owners_alone(server: Server) -> None:
    with newcomer(server) as marie, newcomer(server) as pierre, administrator(server) as admin:
        project = _pets(marie)
        with pytest.raises(exceptions.ForbiddenException):
            pierre.projects.retrieve(project.id)
        assert pierre.projects.list() == []
        assert project.id in {found.id for found in admin.projects.list()}


def test_the_command_line_makes_lists_and_deletes_projects(server: Server) -> None:
    name = register(server)

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "cvat_cli", "--auth", f"{name}:{PASSWORD}"]
        host = ["--server-host", server.url]
        done = subprocess.run([*command, *host, *arguments], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("project", "create", "pets", "--labels", '[{"name": "cat", "attributes": []}]')
    (project,) = json.loads(run("project", "ls", "--json"))
    assert project["name"] == "pets"
    with newcomer(server) as stranger:
        assert stranger.projects.list() == []
    run("project", "delete", str(project["id"]))
    assert run("project", "ls").split() == []
