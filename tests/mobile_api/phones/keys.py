"""Keys of phones, and the proofs that they make (RFC 9449)."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

_NUMBERS = itertools.count(1)
ORIGIN = "http://localhost/api/v1/phone"


class P256:
    """A key of the curve P-256. ``secret`` makes it the same in every run."""

    def __init__(self, secret: int) -> None:
        self._key = ec.derive_private_key(secret, ec.SECP256R1())
        numbers = self._key.public_key().public_numbers()
        self.jwk: Mapping[str, str] = {
            "kty": "EC",
            "crv": "P-256",
            "x": _text(numbers.x.to_bytes(32)),
            "y": _text(numbers.y.to_bytes(32)),
        }

    def proof(self, method: str, url: str, token: str, nonce: str | None, *, made_at: int = 0, **claims: Any) -> str:
        """A proof for one request; ``claims`` replace those that it would make."""
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk}
        said = {
            "htm": method,
            "htu": ORIGIN + url,
            "iat": made_at,
            "jti": f"proof-{next(_NUMBERS)}",
            "ath": _text(hashlib.sha256(token.encode()).digest()),
            **({"nonce": nonce} if nonce is not None else {}),
            **claims,
        }
        signed = f"{_document(header)}.{_document(said)}"
        r, s = decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{_text(r.to_bytes(32) + s.to_bytes(32))}"


def _document(claims: Mapping[str, Any]) -> str:
    return _text(json.dumps(claims, separators=(",", ":")).encode())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


KEYS = tuple(P256(number) for number in range(1001, 1006))
"""One for each phone."""
