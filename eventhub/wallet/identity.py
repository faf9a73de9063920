"""Decides whether the keys that an installation was given can sign passes; a wrong file stops the start."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import Certificate, Name, load_der_x509_certificate, load_pem_x509_certificate
from cryptography.x509.oid import NameOID

from config import AppleWallet, GoogleWallet, Settings, UnsafeSettings

TOKENS = "https://oauth2.googleapis.com/token"


@dataclass(frozen=True, kw_only=True)
class AppleIdentity:
    """Who signs passes for Apple's Wallet; `intermediate` is Apple's own certificate that vouches for ours, `push` the
    address of who wakes phones."""

    pass_type: str
    team: str
    certificate: Certificate
    key: RSAPrivateKey
    intermediate: Certificate
    push: str


@dataclass(frozen=True, kw_only=True)
class GoogleIdentity:
    """Who signs links to Google's Wallet: an issuer's number and its service account. For a token of `tokens` the
    account may change at `service` what was saved."""

    issuer: str
    account: str
    key: RSAPrivateKey
    tokens: str
    service: str


@dataclass(frozen=True, kw_only=True)
class Wallets:
    """The wallets that tickets are offered for."""

    apple: AppleIdentity | None = None
    google: GoogleIdentity | None = None

    def at(self, now: datetime) -> Wallets:
        """Those that phones accept at this moment: none of a certificate that is over."""
        is_over = self.apple is not None and self.apple.certificate.not_valid_after_utc <= now
        return replace(self, apple=None) if is_over else self


def wallets_of(settings: Settings) -> Wallets:
    """Read the files that the settings name. Raises UnsafeSettings with the setting and what is wrong with it."""
    try:
        return Wallets(
            apple=_apple(settings.apple_wallet) if settings.apple_wallet else None,
            google=_google(settings.google_wallet) if settings.google_wallet else None,
        )
    except _WrongFile as wrong:
        raise UnsafeSettings(f"EventHub does not start:\n- {wrong}") from None


class _WrongFile(Exception):
    """A file that a setting names does not serve."""


def _apple(wallet: AppleWallet) -> AppleIdentity:
    certificate = _certificate("APPLE_PASS_CERT", wallet.certificate)
    key = _private_key("APPLE_PASS_KEY", _content("APPLE_PASS_KEY", wallet.key))
    intermediate = _certificate("APPLE_WWDR", wallet.intermediate)
    if key.public_key() != certificate.public_key():
        raise _WrongFile("APPLE_PASS_KEY is not the key of APPLE_PASS_CERT.")
    if not _vouches(intermediate, certificate):
        raise _WrongFile("APPLE_WWDR is not the certificate that signed APPLE_PASS_CERT.")
    # Phones refuse a pass whose words differ from its certificate, and do not say why.
    if _named(certificate.subject, NameOID.USER_ID) != wallet.pass_type:
        raise _WrongFile("APPLE_PASS_TYPE is not what APPLE_PASS_CERT was made for.")
    if _named(certificate.subject, NameOID.ORGANIZATIONAL_UNIT_NAME) != wallet.team:
        raise _WrongFile("APPLE_TEAM is not the team of APPLE_PASS_CERT.")
    return AppleIdentity(
        pass_type=wallet.pass_type,
        team=wallet.team,
        certificate=certificate,
        key=key,
        intermediate=intermediate,
        push=wallet.push,
    )


def _google(wallet: GoogleWallet) -> GoogleIdentity:
    try:
        account = json.loads(_content("GOOGLE_WALLET_KEY", wallet.key))
        email, pem = str(account["client_email"]), str(account["private_key"])
        tokens = str(account.get("token_uri", TOKENS))
    except (ValueError, KeyError, TypeError):
        raise _WrongFile("GOOGLE_WALLET_KEY is not the JSON key of a service account.") from None
    if not tokens.startswith("https://"):
        raise _WrongFile("GOOGLE_WALLET_KEY names a token_uri that is not https.")
    key = _private_key("GOOGLE_WALLET_KEY", pem.encode())
    return GoogleIdentity(issuer=wallet.issuer, account=email, key=key, tokens=tokens, service=wallet.service)


def _content(name: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _WrongFile(f"{name}: {path} can't be read ({error.strerror}).") from None


def _certificate(name: str, path: Path) -> Certificate:
    """PEM, or DER as Apple hands them out."""
    content = _content(name, path)
    try:
        if content.startswith(b"\x30"):
            return load_der_x509_certificate(content)
        return load_pem_x509_certificate(content)
    except ValueError:
        raise _WrongFile(f"{name}: {path} is not a certificate.") from None


def _private_key(name: str, content: bytes) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError):  # no key, or one behind a password
        raise _WrongFile(f"{name} is not a private key in PEM without a password.") from None
    if not isinstance(key, RSAPrivateKey):
        raise _WrongFile(f"{name} is not an RSA key.")
    return key


def _vouches(issuer: Certificate, certificate: Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _named(subject: Name, attribute: object) -> str:
    return next((str(one.value) for one in subject if one.oid == attribute), "")
