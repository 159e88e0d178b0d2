"""Who we are to the push services that browsers subscribe with: a key pair and an address (VAPID, RFC 8292).

A phone subscribes for this public key, so the key must stay: with another one, no subscription works any more. It is
made once and kept in the database, unless the settings bring one.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from dispatch.settings import Settings
from dispatch.store.engine import Store
from dispatch.store.installation_keys import installation_key

_BYTES = 32


@dataclass(frozen=True, slots=True)
class Vapid:
    """The key pair in PEM, the public key as browsers take it (``application_server_key``), and an e-mail address."""

    private: bytes
    public: bytes
    application_server_key: str
    contact: str

    @classmethod
    def of(cls, store: Store, settings: Settings) -> Vapid:
        """That of this installation; ask outside of transactions. Raises :class:`ValueError` for a wrong setting."""
        given = settings.vapid_private_key
        kept = given.get_secret_value() if given is not None else installation_key(store, "web push", _new_key)
        key = _private_key(kept)
        public = key.public_key()
        point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return cls(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
            public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            _text(point),
            settings.vapid_contact or f"postmaster@{_host(settings)}",
        )


def _new_key() -> str:
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return _text(number.to_bytes(_BYTES, "big"))


def _private_key(text: str) -> ec.EllipticCurvePrivateKey:
    try:
        number = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if len(number) != _BYTES:
            raise ValueError("it has another length")
        return ec.derive_private_key(int.from_bytes(number, "big"), ec.SECP256R1())
    except (ValueError, binascii.Error) as error:
        raise ValueError(
            "FIELDWRIGHT_VAPID_PRIVATE_KEY must be the 32 bytes of a P-256 private key in URL-safe base 64; leave it "
            "out to have one made"
        ) from error


def _host(settings: Settings) -> str:
    return (urlsplit(settings.public_url).hostname if settings.public_url else None) or "localhost"


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
