"""Deciding whether somebody may do something. Pure: knows neither the table nor the web."""

from __future__ import annotations

from chalicelib.accounts.rules import GROUP_RANK, ROLE_RANK, RULES, Context
from chalicelib.platform.errors import Forbidden
from chalicelib.platform.requests import Principal

NO_RELATION: frozenset[str] = frozenset()
_SAFE_SCOPES = ("view", "list", "export:")


def allowed(
    principal: Principal,
    resource: str,
    scope: str,
    relations: frozenset[str] = NO_RELATION,
    *,
    context: Context = "sandbox",
    role: str | None = None,
) -> bool:
    """Whether a rule allows this.

    Args:
        resource: `tasks`, `projects`, …
        scope: `view`, `update:desc`, …
        relations: what the principal is to the object: `Owner`, `Assignee`, `Project:owner`,
            `Project:assignee`, `Task:owner`, `Task:assignee`, `Self`, `Member`.
        context: where the object lives.
        role: the principal's active role in the object's organization.
    """
    rules = RULES[resource, scope]
    if principal.read_only and not scope.startswith(_SAFE_SCOPES):
        return False
    if principal.is_admin:
        return True
    group = max((GROUP_RANK.get(name, 0) for name in principal.groups), default=0)
    rank = ROLE_RANK[role or "none"]
    return any(
        rule.context == context
        and GROUP_RANK[rule.group] <= group
        and ROLE_RANK[rule.role] <= rank
        and (not rule.relations or not rule.relations.isdisjoint(relations))
        for rule in rules
    )


def require(
    principal: Principal,
    resource: str,
    scope: str,
    relations: frozenset[str] = NO_RELATION,
    *,
    context: Context = "sandbox",
    role: str | None = None,
) -> None:
    """Raise Forbidden unless a rule allows this; arguments as for `allowed`."""
    if not allowed(principal, resource, scope, relations, context=context, role=role):
        raise Forbidden
