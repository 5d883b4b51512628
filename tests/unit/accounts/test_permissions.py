"""Who may do what: by a table of expectations, and row by row against CVAT's own tables."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.accounts.permissions import allowed, require
from chalicelib.accounts.rules import GROUP_RANK, ROLE_RANK, RULES, Context
from chalicelib.platform.errors import Forbidden
from chalicelib.platform.requests import Principal

#: Decisions that people rely on: resource, scope, group, role (`-`: a personal object), relation.
EXPECTED = Path(__file__).with_name("permissions_expected.tsv")
#: CVAT's rule tables, where they lie beside the repository.
TABLES = Path(__file__).resolve().parents[4] / "shared" / "cvat-api" / "permissions.tsv"
RESOURCES = ("users", "projects", "tasks", "jobs", "server", "cloudstorages")


def person(group: str, *, read_only: bool = False) -> Principal:
    groups = () if group == "none" else (group,)
    return Principal(1, "marie", groups, "session", read_only)


class Case(NamedTuple):
    resource: str
    scope: str
    context: Context
    group: str
    role: str
    relation: str

    @property
    def is_allowed(self) -> bool:
        relations = frozenset({self.relation} - {""})
        return allowed(
            person(self.group),
            self.resource,
            self.scope,
            relations,
            context=self.context,
            role=None if self.role == "none" else self.role,
        )


class Row(NamedTuple):
    """A row of a rule table: allows whoever has a relation (none: anybody), group and role."""

    resource: str
    scope: str
    contexts: frozenset[str]
    relations: frozenset[str]
    group: str
    role: str

    def allows(self, case: Case) -> bool:
        return (
            case.context in self.contexts
            and (not self.relations or case.relation in self.relations)
            and GROUP_RANK[case.group] >= GROUP_RANK[self.group]
            and ROLE_RANK[case.role] >= ROLE_RANK[self.role]
        )


def rows(path: Path) -> Iterator[Row]:
    with path.open(newline="") as file:
        for raw in csv.DictReader(file, delimiter="\t"):
            if raw["table"] not in RESOURCES:
                continue
            words = {word.strip() for word in raw["ownership"].split(",")}
            if raw["limit"]:
                words = {"Member"}
            context, role = raw["context"].lower(), raw["min_membership"].lower()
            yield Row(
                raw["table"],
                raw["scope"],
                frozenset({"sandbox", "organization"} if context == "n/a" else {context}),
                frozenset() if words & {"None", "N/A"} else frozenset(words),
                raw["min_privilege"].lower(),
                "none" if role == "n/a" else role,
            )


def cases(resource: str, scope: str) -> Iterator[Case]:
    relations = {"", "Stranger"} | {
        word for rule in RULES[resource, scope] for word in rule.relations
    }
    for group, relation in product(GROUP_RANK, sorted(relations)):
        yield Case(resource, scope, "sandbox", group, "none", relation)
        for role in ROLE_RANK:
            yield Case(resource, scope, "organization", group, role, relation)


def decisions() -> Iterator[tuple[Case, bool]]:
    with EXPECTED.open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            personal = row["role"] == "-"
            yield (
                Case(
                    row["resource"],
                    row["scope"],
                    "sandbox" if personal else "organization",
                    row["group"],
                    "none" if personal else row["role"],
                    "" if row["relation"] == "-" else row["relation"],
                ),
                row["allowed"] == "yes",
            )


@pytest.mark.parametrize(("case", "expected"), list(decisions()), ids=str)
def test_decisions_are_as_people_expect(case: Case, expected: bool) -> None:
    assert case.is_allowed == expected


if TABLES.exists():

    def test_every_row_of_cvats_tables_is_followed_and_nothing_else() -> None:
        """Every combination of scope, group, role and relation."""
        table = list(rows(TABLES))
        scopes = {(row.resource, row.scope) for row in table}
        assert scopes == {key for key in RULES if key[0] in RESOURCES}
        for resource, scope in sorted(scopes):
            mine = [row for row in table if (row.resource, row.scope) == (resource, scope)]
            for case in cases(resource, scope):
                expected = case.group == "admin" or any(row.allows(case) for row in mine)
                assert case.is_allowed == expected, case


def test_every_resource_has_expectations() -> None:
    assert {case.resource for case, _ in decisions()} == {resource for resource, _ in RULES}


ANY_CASE = st.sampled_from([case for key in RULES for case in cases(*key)])


@given(ANY_CASE)
def test_more_power_never_forbids(case: Case) -> None:
    """A higher group or role, or one more relation, allows at least as much."""
    if not case.is_allowed:
        return
    for group in GROUP_RANK:
        if GROUP_RANK[group] >= GROUP_RANK[case.group]:
            assert case._replace(group=group).is_allowed
    for role in ROLE_RANK:
        if case.context == "organization" and ROLE_RANK[role] >= ROLE_RANK[case.role]:
            assert case._replace(role=role).is_allowed
    more = frozenset({case.relation, "Owner", "Assignee"} - {""})
    assert allowed(
        person(case.group), case.resource, case.scope, more, context=case.context, role=case.role
    )


@given(ANY_CASE)
def test_a_read_only_token_never_writes(case: Case) -> None:
    reader = person("admin", read_only=True)
    verb = case.scope.partition(":")[0]
    assert allowed(reader, case.resource, case.scope) == (verb in {"view", "list", "export"})


def test_what_is_not_allowed_is_forbidden_and_what_is_unknown_is_a_mistake() -> None:
    require(person("user"), "tasks", "create")
    with pytest.raises(Forbidden):
        require(person("worker"), "tasks", "create")
    with pytest.raises(KeyError):
        allowed(person("admin"), "tasks", "unheard-of")
