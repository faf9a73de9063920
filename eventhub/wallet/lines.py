"""Opens the lines to Apple and Google: HTTP/2 over TLS, no redirect followed, nobody waited for long."""

from __future__ import annotations

import ssl
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from eventhub.wallet.identity import AppleIdentity

_SECONDS = httpx.Timeout(10, connect=5)


def open_line(url: str, *, as_whom: AppleIdentity | None = None) -> httpx.Client:
    """A client for this address, which shows the certificate of the pass type if it is asked for one."""
    context = ssl.create_default_context()
    if as_whom is not None:
        _show(context, as_whom)
    # A server that does not speak HTTP/2 is none of theirs.
    return httpx.Client(
        base_url=url, verify=context, timeout=_SECONDS, http1=False, http2=True, follow_redirects=False
    )


def _show(context: ssl.SSLContext, identity: AppleIdentity) -> None:
    """OpenSSL takes a key from a file alone: ours, which nobody else may read, is gone after it was read."""
    key = identity.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    certificates = [one.public_bytes(Encoding.PEM) for one in (identity.certificate, identity.intermediate)]
    with TemporaryDirectory() as folder:
        file = Path(folder, "pass.pem")
        file.write_bytes(b"".join([key, *certificates]))
        context.load_cert_chain(file)
