"""Secrets: owners can be read from them, nothing else can be found out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.accounts import credentials, passwords

IDS = st.integers(0, 10**12)


@given(IDS)
def test_every_secret_names_its_owner_and_is_short_enough(user_id: int) -> None:
    key = credentials.new_login_key(user_id)
    session = credentials.session_of(key)
    assert len(key) <= 40
    for secret in (key, session, credentials.new_access_token(user_id)):
        assert credentials.owner_of(secret) == user_id
    assert len({key, session, credentials.csrf_of(session), credentials.digest(session)}) == 4


@given(st.text())
def test_any_text_is_somebodys_or_nobodys(text: str) -> None:
    owner = credentials.owner_of(text)
    assert owner is None or owner >= 0
    assert len(credentials.digest(text)) == 64


def test_a_password_fits_its_own_hash_only() -> None:
    stored = passwords.make_hash("correct horse")
    assert stored.startswith("$argon2id$")
    assert passwords.matches(stored, "correct horse")
    assert not passwords.matches(stored, "Correct horse")
    assert not passwords.matches(None, "correct horse")
    assert not passwords.matches("no hash", "correct horse")
    assert not passwords.is_outdated(stored)
    weaker = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$HHH6xVSzXcnKvDMGSWCBjw"
    assert passwords.is_outdated(weaker)
