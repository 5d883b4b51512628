"""Who may do what: the rules of CVAT for the resources that exist so far.

A rule allows its scopes to whoever has one of its relations to the object (`ANYONE`: none needed)
and at least its global group; in an organization, at least its role there, too. What no rule
allows is forbidden, except to global administrators.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Context = Literal["sandbox", "organization"]

#: Global groups and roles in an organization by rank.
GROUP_RANK = {"none": 0, "worker": 1, "user": 2, "admin": 3}
ROLE_RANK = {"none": 0, "worker": 1, "supervisor": 2, "maintainer": 3, "owner": 4}

ANYONE: frozenset[str] = frozenset()


class Rule(NamedTuple):
    """One permission. `relations` empty: no relation to the object is needed."""

    context: Context
    relations: frozenset[str]
    group: str
    role: str


def _sandbox(relations: frozenset[str], group: str) -> Rule:
    return Rule("sandbox", relations, group, "none")


def _member(relations: frozenset[str], group: str, role: str) -> Rule:
    return Rule("organization", relations, group, role)


def _only(*relations: str) -> frozenset[str]:
    return frozenset(relations)


_MAINTAINER = _member(ANYONE, "user", "maintainer")
_SUPERVISOR = _member(ANYONE, "user", "supervisor")
_LISTING = (_sandbox(ANYONE, "none"), _member(ANYONE, "none", "worker"))
_CREATION = (_sandbox(ANYONE, "user"), _SUPERVISOR)


def _kept_by(relations: frozenset[str], group: str) -> tuple[Rule, ...]:
    """To those with a relation, and in an organization to its maintainers, too."""
    return _sandbox(relations, group), _member(relations, group, "worker"), _MAINTAINER


_SELF = _only("Self")
_SELF_ANYWHERE = (_sandbox(_SELF, "none"), _member(_SELF, "none", "none"))

_OWNER = _only("Owner")
_PROJECT_STAFF = _only("Owner", "Assignee")

_TASK_STAFF = _only("Owner", "Assignee", "Project:owner", "Project:assignee")
_TASK_LEADERS = _TASK_STAFF - {"Assignee"}
_TASK_PROJECT = _only("Project:owner", "Project:assignee")

_JOB_LEADERS = _only("Project:owner", "Project:assignee", "Task:owner", "Task:assignee")
_JOB_STAFF = _JOB_LEADERS | {"Assignee"}
#: A job's assignee works in it even without a role in its organization.
_JOB_GUEST = _member(_only("Assignee"), "worker", "none")
_JOB_READING = (*_kept_by(_JOB_STAFF, "none"), _JOB_GUEST)
_JOB_WRITING = (*_kept_by(_JOB_STAFF, "worker"), _JOB_GUEST)
_JOB_FOUNDING = (
    _sandbox(_JOB_LEADERS, "user"),
    _member(_JOB_LEADERS, "user", "supervisor"),
    _MAINTAINER,
)

#: Resource → scopes, separated by spaces → rules.
_TABLE: dict[str, dict[str, tuple[Rule, ...]]] = {
    "server": {
        "view": (_sandbox(ANYONE, "none"), _member(ANYONE, "none", "none")),
        "list:content": (_sandbox(ANYONE, "user"), _member(ANYONE, "user", "none")),
    },
    "users": {
        "list": _LISTING,
        # `Member`: the user asked for belongs to the organization.
        "view": (*_SELF_ANYWHERE, _member(_only("Member"), "none", "worker")),
        "update delete": _SELF_ANYWHERE,
    },
    "requests": {
        "list": (_sandbox(ANYONE, "none"), _member(ANYONE, "none", "none")),
        "view cancel": (_sandbox(_OWNER, "none"), _member(_OWNER, "none", "none")),
    },
    "projects": {
        "create import:backup": _CREATION,
        "list": _LISTING,
        "view export:annotations export:dataset export:backup": _kept_by(_PROJECT_STAFF, "none"),
        "update:desc import:dataset": _kept_by(_PROJECT_STAFF, "worker"),
        "delete update:assignee update:associated_storage": _kept_by(_OWNER, "worker"),
        "update:owner": (_MAINTAINER, _member(_OWNER, "worker", "maintainer")),
    },
    "tasks": {
        "create import:backup": _CREATION,
        "create@project": (
            _sandbox(_TASK_PROJECT, "user"),
            _member(_TASK_PROJECT, "user", "worker"),
            _SUPERVISOR,
        ),
        "list": _LISTING,
        "view view:annotations view:data view:metadata "
        "export:annotations export:dataset export:backup": _kept_by(_TASK_STAFF, "none"),
        "update:desc update:annotations delete:annotations update:metadata upload:data "
        "import:annotations": _kept_by(_TASK_STAFF, "worker"),
        "update:owner update:assignee update:project delete": _kept_by(_TASK_LEADERS, "worker"),
        "update:associated_storage": _kept_by(_only("Owner", "Project:owner"), "worker"),
    },
    "jobs": {
        "list": _LISTING,
        "view view:annotations view:data view:metadata": _JOB_READING,
        "export:annotations export:dataset": _kept_by(_JOB_STAFF, "none"),
        "update:state update:annotations delete:annotations update:metadata "
        "import:annotations": _JOB_WRITING,
        "update:stage update:assignee": _kept_by(_JOB_LEADERS, "worker"),
        "create delete": _JOB_FOUNDING,
    },
    "cloudstorages": {
        "create": (_sandbox(ANYONE, "user"), _MAINTAINER),
        "list": _LISTING,
        "view list:content": (
            _sandbox(_OWNER, "none"),
            _member(_OWNER, "none", "worker"),
            _SUPERVISOR,
        ),
        "update delete": _kept_by(_OWNER, "worker"),
    },
}

RULES: dict[tuple[str, str], tuple[Rule, ...]] = {
    (resource, scope): rules
    for resource, scopes in _TABLE.items()
    for names, rules in scopes.items()
    for scope in names.split()
}
