"""Passwords: hashed with argon2id, and never kept otherwise.

The parameters are those of RFC 9106 for little memory (64 MiB, 3 passes, 4 lanes), as argon2-cffi has them; a hash
made with others is renewed when its owner signs in.
"""

from __future__ import annotations

import secrets
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dispatch.domain.errors import Invalid

SHORTEST, LONGEST = 12, 200
_DISTINCT = 5
_HASHER = PasswordHasher()
_AT_ONCE = BoundedSemaphore(4)
"""Each hash takes 64 MiB while it is computed; a flood of sign-ins must not take all there is."""
_READABLE = "abcdefghjkmnpqrstvwxyz23456789"
_NOBODYS: list[str] = []


def hashed(password: str) -> str:
    """The password as it is kept."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password. Takes as long where nothing is kept, so that time does not tell who has one."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(kept or _nobodys_hash(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than are used today."""
    return _HASHER.check_needs_rehash(kept)


def generated_password() -> str:
    """A password that is easy to read out: four groups of five characters, 98 bits."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(5)) for _ in range(4))


def check_new_password(password: str, email: str, place: str = "body.new") -> None:
    """Raise :class:`Invalid` for one that is guessed too easily. Length is what counts (NIST SP 800-63B)."""
    name = email.partition("@")[0].casefold()
    if not SHORTEST <= len(password) <= LONGEST:
        _refuse(place, f"it has {len(password)} characters", f"use {SHORTEST} to {LONGEST}")
    if len(set(password)) < _DISTINCT:
        _refuse(place, "it repeats too few characters", f"use at least {_DISTINCT} different ones")
    if len(name) >= _DISTINCT and name in password.casefold():
        _refuse(place, "it contains the name in the e-mail address", "choose something that nobody can derive")


def _nobodys_hash() -> str:
    """What an unknown account is compared with: a hash that nobody knows the password of."""
    if not _NOBODYS:
        _NOBODYS.append(_HASHER.hash(secrets.token_hex()))
    return _NOBODYS[0]


def _refuse(place: str, problem: str, remedy: str) -> None:
    error = {"place": place, "value": None, "problem": problem, "remedy": remedy}
    raise Invalid(f"That password is guessed too easily: {problem}; {remedy}.", errors=[error])
