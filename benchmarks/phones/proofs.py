"""Proofs that a request was made by the phone that holds the key (RFC 9449), made fast."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import time
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

_NUMBERS = itertools.count(1)


class Key:
    """A key pair on P-256; what never changes of its proofs is made once."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        public = self._private.public_key().public_numbers()
        self.jwk: Mapping[str, str] = {
            "kty": "EC",
            "crv": "P-256",
            "x": _base64url(public.x.to_bytes(32, "big")),
            "y": _base64url(public.y.to_bytes(32, "big")),
        }
        self._header = _document({"typ": "dpop+jwt", "alg": "ES256", "jwk": self.jwk})

    def proof(self, method: str, address: str, token: str, nonce: str) -> str:
        """A proof for one request."""
        claims = {
            "htm": method,
            "htu": address,
            "iat": int(time.time()),
            "jti": f"{id(self):x}-{next(_NUMBERS)}",
            "ath": _base64url(hashlib.sha256(token.encode()).digest()),
            "nonce": nonce,
        }
        signed = f"{self._header}.{_document(claims)}"
        r, s = decode_dss_signature(self._private.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{_base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _document(claims: Mapping[str, Any]) -> str:
    return _base64url(json.dumps(claims, separators=(",", ":")).encode())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
