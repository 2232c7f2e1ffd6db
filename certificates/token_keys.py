"""Keys that never leave their device: signing over PKCS#11, with a hardware module or SoftHSM.

A key is named by an address (RFC 7512), ``pkcs11:token=Accelerera;object=signer?module-path=/usr/lib/module.so``;
its certificate, and those above it, are kept on the same token.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from certificates.keys import Signer, SigningKeyError

try:
    import pkcs11
except ImportError:  # an extra that only those need who have such a device
    pkcs11 = None  # type: ignore[assignment]

PREFIX = "pkcs11:"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key is: the module that speaks to the device, the token on it, the key's label."""

    module: str
    token: str
    label: str

    @classmethod
    def of(cls, address: str) -> Place:
        """From a ``pkcs11:`` address. Raises ``SigningKeyError``."""
        path, _, query = address.removeprefix(PREFIX).partition("?")
        named = dict(part.partition("=")[::2] for part in [*path.split(";"), *query.split("&")] if part)
        found = {name: unquote(named.get(name, "")) for name in ("module-path", "token", "object")}
        missing = [name for name, value in found.items() if not value]
        if not address.startswith(PREFIX) or missing:
            raise SigningKeyError(f"the key's address lacks {', '.join(missing) or PREFIX}")
        return cls(found["module-path"], found["token"], found["object"])


@dataclass(slots=True)
class TokenKey:
    """A private key on a token. The session is kept, and opened anew once where the device has dropped it."""

    place: Place
    pin: str = field(repr=False)
    _session: Any = field(default=None, repr=False)
    _key: Any = field(default=None, repr=False)
    _public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey | None = field(default=None, repr=False)
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def public_key(self) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
        if self._public is None:
            raise SigningKeyError("the token holds no certificate for the key")
        return self._public

    def sign_data(self, data: bytes) -> bytes:
        """The signature over ``data`` with SHA-256, as ``Signer.sign`` gives it. Raises ``SigningKeyError``."""
        with self._turn:
            try:
                return self._signature(data)
            except pkcs11.PKCS11Error:
                self.close()
            try:
                return self._signature(data)
            except pkcs11.PKCS11Error as error:
                self.close()
                raise SigningKeyError(f"the device did not sign: {_said(error)}") from error

    def _signature(self, data: bytes) -> bytes:
        if self._session is None:
            self.open()
        if isinstance(self.public_key(), rsa.RSAPublicKey):
            return bytes(self._key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
        # many devices know ECDSA only over a digest that was made outside
        raw = self._key.sign(hashlib.sha256(data).digest(), mechanism=pkcs11.Mechanism.ECDSA)
        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))

    def open(self) -> list[x509.Certificate]:
        """Open the session and return the certificates on the token, the key's own first.

        Raises ``SigningKeyError``.
        """
        if pkcs11 is None:
            raise SigningKeyError("PKCS#11 needs the extra: pip install accelerera[pkcs11]")
        try:
            token = pkcs11.lib(self.place.module).get_token(token_label=self.place.token)
            self._session = self._opened(token)
            self._key = self._session.get_key(
                object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=self.place.label
            )
            kept = [
                (
                    one[pkcs11.Attribute.LABEL],
                    x509.load_der_x509_certificate(bytes(one[pkcs11.Attribute.VALUE])),
                )
                for one in self._session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE})
            ]
        except (pkcs11.PKCS11Error, RuntimeError, ValueError) as error:
            self.close()
            raise SigningKeyError(f"the token {self.place.token!r} cannot be used: {_said(error)}") from error
        own = [certificate for label, certificate in kept if label == self.place.label]
        if len(own) != 1:
            self.close()
            raise SigningKeyError(
                f"the token holds {len(own)} certificates labelled {self.place.label!r}, not one"
            )
        public = own[0].public_key()
        if not isinstance(public, (ec.EllipticCurvePublicKey, rsa.RSAPublicKey)):
            self.close()
            raise SigningKeyError("only elliptic-curve (P-256, P-384, P-521) and RSA keys can sign a PDF")
        self._public = public
        return own + [certificate for label, certificate in kept if label != self.place.label]

    def _opened(self, token: Any) -> Any:
        try:
            return token.open(user_pin=self.pin)
        except pkcs11.UserAlreadyLoggedIn:
            return token.open()  # another key of this process is: the device knows one login for all

    def close(self) -> None:
        """Let go of the device; the next signature opens it anew."""
        session, self._session, self._key = self._session, None, None
        if session is not None:
            try:
                session.close()
            except pkcs11.PKCS11Error:
                return  # the device has forgotten it already


def load_pkcs11(address: str, pin: str) -> Signer:
    """The signer at a ``pkcs11:`` address; its key stays on the device. Raises ``SigningKeyError``.

    Signs once, to learn now rather than at the first certificate that key and certificate belong together.
    """
    key = TokenKey(Place.of(address), pin)
    own, *others = key.open()
    signer = Signer(key, own, _chain(own, others))
    signer.check()
    return signer


def _chain(own: x509.Certificate, others: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    chain: list[x509.Certificate] = []
    current, rest = own, list(others)
    while current.issuer != current.subject:
        above = next((one for one in rest if one.subject == current.issuer), None)
        if above is None:
            break
        rest.remove(above)
        chain.append(above)
        current = above
    return tuple(chain)


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
