"""Keys of wallets as a test's own root, intermediate and service account give them, in files."""

from __future__ import annotations

import json
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.certificates import VALID

PASS_TYPE, TEAM = "pass.org.example.ticket", "TEAM123456"
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def apple_files(folder: Path) -> dict[str, str]:
    """The five settings of Apple's Wallet. `root.pem` in the folder vouches for the intermediate."""
    root_key, middle_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    key = new_key()
    root, middle = name("Root of a test"), name("Intermediate of a test")
    holder = x509.Name(
        [
            x509.NameAttribute(NameOID.USER_ID, PASS_TYPE),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Pass Type ID: {PASS_TYPE}"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, TEAM),
        ]
    )
    certificates = {
        "root": certificate(root, root_key, issuer=root, by=root_key, is_authority=True),
        "wwdr": certificate(middle, middle_key, issuer=root, by=root_key, is_authority=True),
        "pass": certificate(holder, key, issuer=middle, by=middle_key, is_authority=False),
    }
    for file, content in certificates.items():
        (folder / f"{file}.pem").write_bytes(content.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(pem(key))
    return {
        "APPLE_PASS_TYPE": PASS_TYPE,
        "APPLE_TEAM": TEAM,
        "APPLE_PASS_CERT": str(folder / "pass.pem"),
        "APPLE_PASS_KEY": str(folder / "key.pem"),
        "APPLE_WWDR": str(folder / "wwdr.pem"),
    }


def google_file(folder: Path) -> dict[str, str]:
    """The two settings of Google's Wallet."""
    account = {"client_email": "wallet@example.org", "private_key": pem(new_key()).decode()}
    (folder / "account.json").write_text(json.dumps(account))
    return {"GOOGLE_WALLET_ISSUER": "3388000000000000001", "GOOGLE_WALLET_KEY": str(folder / "account.json")}


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def certificate(
    subject: x509.Name, key: Key, *, issuer: x509.Name, by: Key, is_authority: bool
) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID[0])
        .not_valid_after(VALID[1])
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .sign(by, hashes.SHA256())
    )
