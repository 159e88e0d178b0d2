"""Passwords, throttling, the first administrator, and what is forgotten."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import argon2
import pytest
from sqlalchemy import select

from dispatch.access.administrator import FIRST_EMAIL, ensure_administrator
from dispatch.access.passwords import generated_password, hashed, is_outdated, matches
from dispatch.access.retention import forget
from dispatch.access.secrets import SESSION_PREFIX, TOKEN_PREFIX, fingerprint, new_secret
from dispatch.access.sessions import open_session
from dispatch.access.sign_in import Door, sign_in
from dispatch.access.throttle import PER_ADDRESS, count_attempt, take_back
from dispatch.domain.errors import NotSignedIn, TooMany
from dispatch.domain.roles import Role
from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.tables import BrowserSession, SignInAttempt, User
from tests.dispatch.world import World

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
SETTINGS = Settings()


def test_a_password_matches_its_hash_and_no_other() -> None:
    kept = hashed("tide over the kelp")
    assert kept.startswith("$argon2id$")
    assert matches("tide over the kelp", kept)
    assert not matches("tide over the help", kept)
    assert not matches("anything", None)
    assert not matches("anything", "not a hash")


def test_a_hash_with_older_parameters_is_renewed_when_its_owner_signs_in(sqlite_store: Store) -> None:
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("tide over the kelp")
    assert is_outdated(weak)
    user = World(sqlite_store).user("agent", email="ana@example.org", password_hash=weak)
    sign_in(Door(sqlite_store, SETTINGS, "::1", NOW), "ana@example.org", "tide over the kelp")
    with sqlite_store.reading() as uow:
        kept = uow.get(User, user).password_hash
    assert kept is not None
    assert not is_outdated(kept)
    assert matches("tide over the kelp", kept)


def test_generated_passwords_and_secrets_differ_and_say_what_they_are() -> None:
    assert len({generated_password() for _ in range(100)}) == 100
    assert len({new_secret(TOKEN_PREFIX) for _ in range(100)}) == 100
    assert new_secret(SESSION_PREFIX).startswith("fws_")
    assert fingerprint("a", "bc") != fingerprint("ab", "c")


def test_attempts_are_counted_for_each_account_and_for_each_address(store: Store) -> None:
    def attempt(account: str, address: str) -> None:
        with store.unit_of_work() as uow:
            count_attempt(uow, account, address, NOW, SETTINGS)

    for _ in range(SETTINGS.sign_in_attempts):
        attempt("ana", "10.0.0.1")
    with pytest.raises(TooMany) as refused:
        attempt("ANA ", "10.0.0.2")
    assert refused.value.facts["retry_after"] == 900
    for number in range(SETTINGS.sign_in_attempts * (PER_ADDRESS - 1)):
        attempt(f"user{number}", "10.0.0.1")
    with pytest.raises(TooMany):
        attempt("somebody else", "10.0.0.1")
    attempt("somebody else", "10.0.0.2")


def test_many_attempts_at_once_do_not_slip_through(store: Store) -> None:
    together = threading.Barrier(10)

    def attempt(number: int) -> bool:
        together.wait()
        try:
            with store.unit_of_work() as uow:
                count_attempt(uow, "ana", f"10.0.0.{number}", NOW, SETTINGS)
        except TooMany:
            return False
        return True

    with ThreadPoolExecutor(10) as threads:
        assert sum(threads.map(attempt, range(10))) == SETTINGS.sign_in_attempts


def test_the_table_of_attempts_names_nobody(sqlite_store: Store) -> None:
    with sqlite_store.unit_of_work() as uow:
        attempts = count_attempt(uow, "ana@example.org", "10.0.0.1", NOW, SETTINGS)
        kept = [one.counted_under for one in uow.session.scalars(select(SignInAttempt))]
        assert all(len(one) == 64 for one in kept)
        take_back(uow, attempts, "ana@example.org")
        assert uow.session.scalars(select(SignInAttempt)).all() == []


def test_an_unknown_account_takes_the_same_steps_as_a_known_one(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dispatch.access.passwords as passwords

    verified: list[str] = []

    class Recording(argon2.PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # noqa: A002
            verified.append(str(hash)[:30])
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_HASHER", Recording())
    World(sqlite_store).user("agent", email="ana@example.org", password_hash=hashed("tide over the kelp"))
    for email in ("ana@example.org", "nobody@example.org"):
        with pytest.raises(NotSignedIn):
            sign_in(Door(sqlite_store, SETTINGS, "::1", NOW), email, "wrong")
    # The same method with the same parameters, one time each: $argon2id$v=19$m=65536,t=3,p=4$…
    assert len(verified) == 2
    assert verified[0] == verified[1]


def test_the_first_start_makes_an_administrator_and_the_next_does_not(store: Store) -> None:
    password = ensure_administrator(store)
    assert password is not None
    assert ensure_administrator(store) is None
    actor, _ = sign_in(Door(store, SETTINGS, "::1", NOW), FIRST_EMAIL, password)
    assert actor.role is Role.ADMINISTRATOR
    assert actor.territories == frozenset()


def test_servers_that_start_at_once_make_one_administrator(store: Store) -> None:
    together = threading.Barrier(4)

    def start(_: int) -> str | None:
        together.wait()
        return ensure_administrator(store)

    with ThreadPoolExecutor(4) as threads:
        passwords = [one for one in threads.map(start, range(4)) if one is not None]
    assert len(passwords) == 1
    with store.reading() as uow:
        assert len(uow.session.scalars(select(User)).all()) == 1


def test_what_has_ended_is_forgotten(store: Store, world: World) -> None:
    user = world.user("agent")
    with store.unit_of_work() as uow:
        open_session(uow, user, NOW, SETTINGS)
        open_session(uow, user, NOW + dt.timedelta(hours=3), SETTINGS)
        count_attempt(uow, "ana", "10.0.0.1", NOW, SETTINGS)
    with store.unit_of_work() as uow:
        assert forget(uow, NOW + dt.timedelta(hours=5), SETTINGS) == 3  # a session, and two counts of the attempt
        assert len(uow.session.scalars(select(BrowserSession)).all()) == 1
