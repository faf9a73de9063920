"""create_app(settings): the list of parts, nothing else."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from config import Settings, from_environment
from eventhub import blueprints, storage
from eventhub.connections import engine_options, prepare_engine
from eventhub.core import keys, links
from eventhub.db import db, end_session
from eventhub.documents import compiler
from eventhub.jobs import queue
from eventhub.wallet.identity import wallets_of
from eventhub.web import (
    assets,
    caching,
    errors,
    forms,
    front,
    guards,
    headers,
    i18n,
    logs,
    migrations,
    numbers,
    pages,
    proxies,
    uploads,
    visitor,
)

MOST_BYTES = 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application for these settings, or for those of the environment."""
    settings = settings or from_environment()
    app = Flask("eventhub", root_path=str(Path(__file__).parent))
    app.jinja_environment = pages.Templates
    app.config.update(flask_config(settings))
    app.extensions["settings"] = settings
    app.extensions["wallets"] = wallets_of(settings)
    keys.configure(settings.secret_key)
    keys.configure_field_keys(settings.field_keys)
    links.configure(settings.base_url)
    storage.configure(settings.data_dir / "files")
    queue.configure(settings)
    compiler.configure(fonts=assets.PDF_FONTS)
    db.init_app(app)
    app.teardown_appcontext(end_session)
    with app.app_context():
        prepare_engine(db.engine)
    for part in (
        numbers,
        proxies,
        logs,
        headers,
        assets,
        i18n,
        uploads,
        forms,
        visitor,
        pages,
        caching,
        errors,
        migrations,
        front,
    ):
        part.init_app(app)
    blueprints.register(app)
    guards.check_every_route_is_declared(app)
    return app


def flask_config(settings: Settings) -> dict[str, object]:
    """Our settings in the words of Flask and its extensions."""
    return {
        "SECRET_KEY": keys.flask_secret(settings.secret_key),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
        "SESSION_COOKIE_NAME": "__Host-eventhub" if settings.is_secure else "eventhub",
        "SESSION_COOKIE_SECURE": settings.is_secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": MOST_BYTES,
        "MAX_FORM_MEMORY_SIZE": MOST_BYTES,
        "MAX_FORM_PARTS": 500,
        "WTF_CSRF_TIME_LIMIT": None,
        "PREFERRED_URL_SCHEME": "https" if settings.is_secure else "http",
        "TEMPLATES_AUTO_RELOAD": False,
    }
