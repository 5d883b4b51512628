"""Users are unique by name and address, whatever the order and the letters' case."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.accounts import passwords, users
from chalicelib.accounts.admin import ensure_admin
from chalicelib.accounts.models import User
from chalicelib.platform.errors import Invalid
from chalicelib.platform.table import Record

pytestmark = pytest.mark.usefixtures("table")
NAMES = st.sampled_from(["ann", "Ann", "bob", "BOB", "e\N{COMBINING ACUTE ACCENT}va", "éva"])
ADDRESSES = st.sampled_from(["", "a@x.org", "A@x.org", "b@x.org"])
STEPS = st.lists(
    st.tuples(st.sampled_from(["create", "change", "delete"]), NAMES, ADDRESSES), max_size=12
)


def key(text: str) -> str:
    return users.normal(text).lower()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_names_and_addresses_are_taken_exactly_while_somebody_has_them(
    steps: list[tuple[str, str, str]],
) -> None:
    for record in Record.scan():
        record.delete()
    people: list[User] = []
    for step, name, address in steps:
        target = people[-1] if people and step != "create" else None
        if step == "delete" and target:
            users.delete(people.pop())
            continue
        others = [person for person in people if person is not target]
        is_free = key(name) not in {key(o.username) for o in others} and (
            not address or key(address) not in {key(o.email) for o in others}
        )
        try:
            if target is None:
                people.append(users.create(name, "x", email=address))
            else:
                changed = users.change(target.id, username=users.normal(name), email=address)
                assert changed is not None
                people[-1] = changed
            assert is_free
        except Invalid:
            assert not is_free
    assert {user.id: user for user in users.everybody()} == {p.id: p for p in people}
    for person in people:
        assert person in users.named(person.username.upper())
        assert not person.email or person in users.named(person.email)
    taken = {r.pk for r in Record.scan() if r.pk.startswith(("USERNAME#", "EMAIL#"))}
    assert len(taken) == len(people) + sum(bool(person.email) for person in people)


def test_of_many_who_register_one_name_at_once_one_gets_it() -> None:
    def attempt(number: int) -> list[str]:
        try:
            users.create("marie" if number % 2 else "MARIE", "x")
        except Invalid as refusal:
            return list(refusal.body)
        return []

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(16)))
    assert sorted(outcomes) == [[]] + [["username"]] * 15
    assert len(users.everybody()) == 1


def test_two_changes_at_once_are_both_kept() -> None:
    marie = users.create("marie", "x")
    with ThreadPoolExecutor(2) as pool:
        changes = [
            pool.submit(users.change, marie.id, first_name="Marie"),
            pool.submit(users.change, marie.id, last_name="Curie"),
        ]
        assert all(change.result() for change in changes)
    now = users.reread(marie.id)
    assert now is not None
    assert (now.first_name, now.last_name) == ("Marie", "Curie")


def test_a_change_is_seen_at_once_in_this_process_and_nobody_is_none() -> None:
    marie = users.create("marie", "x")
    assert users.get(marie.id) == marie
    users.change(marie.id, first_name="Marie")
    shown = users.basic(marie.id, "https://example.org")
    assert shown is not None
    assert (shown.first_name, shown.url) == ("Marie", f"https://example.org/api/users/{marie.id}")
    assert users.basic(None, "") is None
    assert users.basic(999, "") is None
    assert users.change(999, first_name="x") is None
    assert users.get_many([marie.id, 999]).keys() == {marie.id}


def test_the_first_administrator_is_created_once() -> None:
    assert ensure_admin("admin", "first password") is True
    assert ensure_admin("Admin", "second password") is False
    (admin,) = users.named("admin")
    assert admin.is_admin
    assert passwords.matches(admin.password, "first password")
    assert not passwords.matches(admin.password, "second password")
