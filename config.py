"""Settings: read once from the environment; refuses to start when incomplete or unsafe."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

DEVELOPMENT_SECRET = "eventhub-development-secret-never-in-production"  # noqa: S105 - production refuses it
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
OLDEST_SAFE_SQLITE = (3, 51, 3)
SHORTEST_SECRET = 32
QUICKEST_PERSON = 2  # seconds from a form to its answers
APPLE_PUSH = "https://api.push.apple.com"
GOOGLE_WALLET = "https://walletobjects.googleapis.com"
MAIL_SCHEMES = frozenset({"smtp", "smtps", "console", "memory", "viewer"})
DATABASE_SCHEMES = frozenset({"sqlite", "postgresql", "postgres"})


class UnsafeSettings(Exception):
    """The environment does not allow a safe start; the message lists every reason."""


@dataclass(frozen=True, kw_only=True)
class AppleWallet:
    """Under which name, and with which files, passes of Apple's Wallet are signed; `push` is who wakes phones."""

    pass_type: str
    team: str
    certificate: Path
    key: Path
    intermediate: Path
    push: str


@dataclass(frozen=True, kw_only=True)
class GoogleWallet:
    """The number of an issuer at Google's Wallet, and the file with the key of its service account; `service` is
    where saved tickets are changed."""

    issuer: str
    key: Path
    service: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that differs between machines. `base_url` has no trailing slash; who answers a form of a guest in
    less than `form_seconds` is asked once more."""

    environment: str
    database_url: str
    secret_key: str
    field_keys: tuple[str, ...]
    base_url: str
    mail_url: str
    mail_from: str
    data_dir: Path
    port: int
    redis_url: str | None
    metrics_token: str | None
    trusted_proxies: int
    form_seconds: int
    apple_wallet: AppleWallet | None
    google_wallet: GoogleWallet | None

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).netloc.lower()

    @property
    def is_secure(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings. Raises UnsafeSettings with all reasons at once."""
    env = os.environ if environ is None else environ
    problems: list[str] = []
    settings = _read(env, problems)
    problems += _problems(settings)
    if problems:
        raise UnsafeSettings("EventHub does not start:\n- " + "\n- ".join(problems))
    return settings


def _read(env: Mapping[str, str], problems: list[str]) -> Settings:
    port = _number(env, "PORT", 8000, problems)
    base_url = env.get("BASE_URL", "").rstrip("/")
    environment = env.get("EVENTHUB_ENV") or _guess_environment(base_url)
    production = environment == "production"
    data_dir = Path(env.get("DATA_DIR") or "var").resolve()
    return Settings(
        environment=environment,
        database_url=_database_url(env, data_dir),
        secret_key=env.get("SECRET_KEY") or ("" if production else DEVELOPMENT_SECRET),
        field_keys=tuple(key for key in env.get("FIELD_KEYS", "").split(",") if key),
        base_url=base_url or ("" if production else f"http://127.0.0.1:{port}"),
        mail_url=env.get("MAIL_URL") or ("" if production else "viewer:"),
        mail_from=env.get("MAIL_FROM") or f"EventHub <no-reply@{_hostname(base_url) or 'localhost'}>",
        data_dir=data_dir,
        port=port,
        redis_url=env.get("REDIS_URL") or None,
        metrics_token=env.get("METRICS_TOKEN") or None,
        trusted_proxies=_number(env, "TRUSTED_PROXIES", 0, problems),
        form_seconds=_number(env, "FORM_SECONDS", QUICKEST_PERSON, problems),
        apple_wallet=_apple_wallet(env, problems),
        google_wallet=_google_wallet(env, problems),
    )


def _apple_wallet(env: Mapping[str, str], problems: list[str]) -> AppleWallet | None:
    names = ("APPLE_PASS_TYPE", "APPLE_TEAM", "APPLE_PASS_CERT", "APPLE_PASS_KEY", "APPLE_WWDR")
    values = _all_or_none(env, names, problems)
    if values is None:
        return None
    pass_type, team, *files = values
    certificate, key, intermediate = map(Path, files)
    return AppleWallet(
        pass_type=pass_type,
        team=team,
        certificate=certificate,
        key=key,
        intermediate=intermediate,
        push=_service(env, "APPLE_PUSH_URL", APPLE_PUSH, problems),
    )


def _google_wallet(env: Mapping[str, str], problems: list[str]) -> GoogleWallet | None:
    values = _all_or_none(env, ("GOOGLE_WALLET_ISSUER", "GOOGLE_WALLET_KEY"), problems)
    if values is None:
        return None
    issuer, key = values
    if not (issuer.isascii() and issuer.isdigit()):
        problems.append(f"GOOGLE_WALLET_ISSUER is the number of an issuer, not {issuer!r}.")
    service = _service(env, "GOOGLE_WALLET_URL", GOOGLE_WALLET, problems)
    return GoogleWallet(issuer=issuer, key=Path(key), service=service)


def _service(env: Mapping[str, str], name: str, default: str, problems: list[str]) -> str:
    """Where keys or names are sent: never in the clear."""
    url = env.get(name) or default
    if not (url.startswith("https://") and _is_plain_address(url)):
        problems.append(f"{name} must be https://host without a path.")
    return url


def _all_or_none(env: Mapping[str, str], names: tuple[str, ...], problems: list[str]) -> list[str] | None:
    """The values of settings that only serve together; one alone is a problem."""
    missing = [name for name in names if not env.get(name)]
    if not missing:
        return [env[name] for name in names]
    if len(missing) < len(names):
        problems.append(f"{', '.join(names)} are set together or not at all; missing: {', '.join(missing)}.")
    return None


def _guess_environment(base_url: str) -> str:
    """Only a machine that talks to itself may run on defaults."""
    hostname = _hostname(base_url)
    return "development" if hostname is None or hostname in LOOPBACK else "production"


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:  # "http://[::1" for example; _always() says so
        return None


def _database_url(env: Mapping[str, str], data_dir: Path) -> str:
    url = env.get("DATABASE_URL") or f"sqlite:///{data_dir / 'eventhub.sqlite3'}"
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def _number(env: Mapping[str, str], name: str, default: int, problems: list[str]) -> int:
    raw = env.get(name) or str(default)
    if raw.isascii() and raw.isdigit() and int(raw) < 65536:
        return int(raw)
    problems.append(f"{name} must be a number below 65536, not {raw!r}.")
    return default


def _problems(settings: Settings) -> list[str]:
    found = _always(settings)
    return found + _in_production(settings) if settings.is_production else found


def _always(settings: Settings) -> list[str]:
    rules = [
        (settings.environment in {"development", "production"}, "EVENTHUB_ENV is development or production."),
        (sys.flags.optimize == 0, "python -O removes checks that libraries rely on; start without it."),
        (settings.database_url.split(":")[0].split("+")[0] in DATABASE_SCHEMES,
         "DATABASE_URL must be sqlite:///path or postgresql://..."),
        (not settings.mail_url or settings.mail_url.split(":")[0] in MAIL_SCHEMES,
         "MAIL_URL must be smtp://, smtps://, console: or viewer:."),
        (_tls_words(settings.mail_url) <= {"starttls", "none"},
         "MAIL_URL takes ?tls=starttls or ?tls=none."),
        (not settings.base_url or _is_plain_address(settings.base_url),
         "BASE_URL must be http(s)://host without a path."),
        (not settings.is_sqlite or _sqlite_is_safe(),
         "This SQLite is older than 3.51.3 and can corrupt its write-ahead log; install pysqlite3."),
    ]  # fmt: skip
    return [reason for holds, reason in rules if not holds]


def _tls_words(mail_url: str) -> set[str]:
    return set(parse_qs(mail_url.partition("?")[2], keep_blank_values=True).get("tls", []))


def _is_plain_address(url: str) -> bool:
    """Scheme, host and perhaps a port: what browsers send as Host, and nothing that would end up in links."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    plain = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
    return (
        parts.scheme in {"http", "https"} and bool(parts.hostname) and url.lower() == plain and " " not in url
    )


def _in_production(settings: Settings) -> list[str]:
    secret = settings.secret_key
    rules = [
        (bool(secret), "SECRET_KEY is missing."),
        (not secret or (secret != DEVELOPMENT_SECRET and len(secret) >= SHORTEST_SECRET),
         f"SECRET_KEY must be your own, {SHORTEST_SECRET} characters or more."),
        (all(len(key) >= SHORTEST_SECRET for key in settings.field_keys),
         f"Each of FIELD_KEYS must have {SHORTEST_SECRET} characters or more."),
        (bool(settings.base_url), "BASE_URL is missing."),
        (not settings.base_url or settings.is_secure, "BASE_URL must be https: cookies never travel in the clear."),
        (bool(settings.mail_url), "MAIL_URL is missing."),
        (settings.mail_url.split(":")[0] not in {"memory", "viewer", "console"},
         "MAIL_URL must send real mail in production."),
        (settings.form_seconds >= QUICKEST_PERSON, f"FORM_SECONDS must be {QUICKEST_PERSON} or more in production."),
    ]  # fmt: skip
    return [reason for holds, reason in rules if not holds]


def _sqlite_is_safe() -> bool:
    try:
        from pysqlite3 import dbapi2  # noqa: PLC0415 - only an SQLite installation needs it
    except ImportError:
        return False
    return bool(dbapi2.sqlite_version_info >= OLDEST_SAFE_SQLITE)
