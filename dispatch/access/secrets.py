"""Secrets that people and programs carry, and the hashes by which they are recognised.

A secret has 256 random bits, so one round of SHA-256 is enough to keep it: nobody can try that many. Passwords are
chosen by people and are kept differently, see :mod:`dispatch.access.passwords`.
"""

from __future__ import annotations

import hashlib
import secrets

SESSION_PREFIX = "fws_"
TOKEN_PREFIX = "fwt_"
"""What a secret begins with says what it is: to a person who finds one, and to scanners that look for leaked ones."""


def new_secret(prefix: str) -> str:
    """A new secret: a prefix, and 256 random bits in URL-safe base 64."""
    return prefix + secrets.token_urlsafe(32)


def fingerprint(*parts: str) -> str:
    """The SHA-256 of the parts as 64 hexadecimal digits; parts cannot run into one another."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
