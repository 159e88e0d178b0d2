"""Proof that who sends a token also holds the key it is bound to: DPoP (RFC 9449).

A phone makes a key pair that never leaves it and registers the public key when it signs in. With each request it sends
a small signed document (the *proof*) that names the request's method and address and the token. So a token that leaks,
out of a log or a backup, opens nothing.

**Freshness** comes from this server's nonce and not from the phone's clock, which is wrong often enough. A nonce is an
HMAC over the number of the current :data:`BUCKET`; those of this bucket and of the one before hold. No server has to
remember any, and all servers of an installation recognise each other's. Every answer to a request that carries a proof
brings the current nonce along, so a phone that is in touch is never sent back for one. ``iat`` is therefore required
and not judged.

**Repeats.** ``jti`` is required and not remembered. Somebody who could read a request on its way, in spite of TLS,
could send that same request again for ten minutes at most, and would gain little: the phone's actions are applied once
whatever happens, and what is read or set is what the phone itself has just read or set.

**Signatures** are ES256 alone, so nothing can be negotiated down (RFC 8725, section 3.1).
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from dispatch.domain.errors import Invalid, NotSignedIn
from dispatch.store.engine import Store
from dispatch.store.installation_keys import installation_key

SCHEME = "dpop"
"""What such a request says before its token in ``Authorization``, in any case of letters."""
BUCKET = dt.timedelta(minutes=5)
"""A nonce holds for one to two of these."""
_ALGORITHM, _TYPE = "ES256", "dpop+jwt"
_LONGEST = 4000
_NONCE_BYTES = 16
_DEFAULT_PORTS = {"https": 443, "http": 80}


class ProofRefused(NotSignedIn):
    """The request does not prove that it comes from the device that its token belongs to. ``because`` says why."""

    code, title = "invalid_dpop_proof", "That does not prove who sends it"
    challenge = 'DPoP error="invalid_dpop_proof", algs="ES256"'


class NonceWanted(ProofRefused):
    """The proof holds no nonce, or an old one; the header ``DPoP-Nonce`` of the answer brings one to use."""

    code, title = "use_dpop_nonce", "Prove it again with the nonce of this answer"
    challenge = 'DPoP error="use_dpop_nonce", algs="ES256"'


@dataclass(frozen=True, slots=True)
class Proof:
    """What a request says to prove its key: the header ``DPoP`` (each of them), and what it must be about.

    ``addresses``: those under which this request's target is known, without their queries; one of them must be named.
    """

    headers: tuple[str, ...]
    method: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Nonces:
    """The nonces of an installation."""

    key: bytes

    @classmethod
    def of(cls, store: Store) -> Nonces:
        """Those of the installation whose store this is. Call it outside of transactions."""
        return cls(bytes.fromhex(installation_key(store, "dpop nonces", lambda: secrets.token_hex(32))))

    def at(self, now: dt.datetime) -> str:
        """The nonce that is given out at an instant (of this machine)."""
        return self._of_bucket(int(now.timestamp() // BUCKET.total_seconds()))

    def hold(self, nonce: str, now: dt.datetime) -> bool:
        """Whether a nonce was given out by us, not too long ago."""
        given = nonce.encode()
        return any(hmac.compare_digest(self.at(at).encode(), given) for at in (now, now - BUCKET))

    def _of_bucket(self, number: int) -> str:
        digest = hmac.digest(self.key, number.to_bytes(8, "big"), "sha256")
        return _base64url(digest[:_NONCE_BYTES])


def registered_key(jwk: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """A public P-256 key as it is kept, and its thumbprint (RFC 7638). Raises :class:`Invalid` for anything else."""
    if "d" in jwk:
        _refuse_key(
            "it holds the private key, which must stay on the phone", "send the public key, and make a new pair"
        )
    public = {name: jwk.get(name) for name in ("kty", "crv", "x", "y")}
    if (public["kty"], public["crv"]) != ("EC", "P-256"):
        _refuse_key("it is no key for ES256", "make one on the curve P-256")
    try:
        key = ECKey.import_key(cast("dict[str, Any]", public))
        if key.as_dict(private=False) != public:
            raise ValueError("the coordinates are not in their one form")
        return public, key.thumbprint()
    except (JoseError, ValueError, TypeError) as error:
        raise _wrong_key("its coordinates are no point of P-256", "send the key as the browser exports it") from error


def check_proof(proof: Proof, key: Mapping[str, Any], token: str, nonces: Nonces, now: dt.datetime) -> None:
    """Raise :class:`ProofRefused` unless the proof was made with this key for this request and this token, just now."""
    if len(proof.headers) != 1:
        raise ProofRefused("The request must carry one header DPoP with a proof; it carries none or several.")
    if len(proof.headers[0]) > _LONGEST:
        raise ProofRefused(f"The proof is longer than {_LONGEST} characters.")
    claims = _claims(proof.headers[0], key)
    if claims.get("htm") != proof.method:
        raise ProofRefused(f"The proof is for another method; htm must be {proof.method}.")
    if not _is_one_of(claims.get("htu"), proof.addresses):
        raise ProofRefused(f"The proof is for another address; htu must be {proof.addresses[0]}.")
    if not hmac.compare_digest(str(claims.get("ath")).encode(), _hash_of(token).encode()):
        raise ProofRefused("The proof is for another token; ath must be the SHA-256 of this one.")
    if not isinstance(claims.get("jti"), str) or not claims["jti"]:
        raise ProofRefused("The proof has no jti; give each one a new one.")
    if isinstance(claims.get("iat"), bool) or not isinstance(claims.get("iat"), int | float):
        raise ProofRefused("The proof has no iat; say when it was made by the clock of the phone.")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not nonces.hold(nonce, now):
        raise NonceWanted("The proof must hold the nonce that the header DPoP-Nonce of this answer brings.")


def _claims(header: str, key: Mapping[str, Any]) -> dict[str, Any]:
    """What a proof says, once its form, its key and its signature are known to be right."""
    try:
        signed = jws.deserialize_compact(header, _imported(key["x"], key["y"]), algorithms=[_ALGORITHM])
        said = json.loads(signed.payload)
    except (JoseError, ValueError) as error:
        raise ProofRefused("The proof is not signed with the key of this device by ES256.") from error
    named = signed.headers()
    shown = named.get("jwk")
    if named.get("typ") != _TYPE or not isinstance(said, dict):
        raise ProofRefused(f"The proof is not of the type {_TYPE}.")
    if not isinstance(shown, dict) or any(shown.get(name) != key[name] for name in ("kty", "crv", "x", "y")):
        raise ProofRefused("The proof must name the public key of this device in its header jwk.")
    return said


@lru_cache(maxsize=4096)
def _imported(x: str, y: str) -> ECKey:
    return ECKey.import_key({"kty": "EC", "crv": "P-256", "x": x, "y": y})


def _is_one_of(htu: Any, addresses: tuple[str, ...]) -> bool:
    try:
        return isinstance(htu, str) and _normal(htu) in {_normal(address) for address in addresses}
    except ValueError:
        return False


def _normal(address: str) -> tuple[str, str, int | None, str]:
    """An address in the form in which equal ones are equal (RFC 3986, sections 6.2.2 and 6.2.3), without its query."""
    parts = urlsplit(address)
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    return parts.scheme, parts.hostname or "", port, unquote(parts.path) or "/"


def _hash_of(token: str) -> str:
    return _base64url(hashlib.sha256(token.encode()).digest())


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _refuse_key(problem: str, remedy: str) -> None:
    raise _wrong_key(problem, remedy)


def _wrong_key(problem: str, remedy: str) -> Invalid:
    error = {"place": "body.device.key", "value": None, "problem": problem, "remedy": remedy}
    return Invalid(f"The key of the device cannot be used: {problem}; {remedy}.", errors=[error])
