"""`create_app`: the only place that puts the parts of the web application together."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask

from app.db import bind, engine_for
from app.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
MAX_FORM_BYTES = 64 * 1024
MAX_FORM_PARTS = 100
PATIENCE = timedelta(seconds=20)  # with one statement of the database


def create_app(settings: Settings | None = None) -> Flask:
    """The web application, ready to serve."""
    settings = settings or Settings.from_environment()
    app = Flask("app", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    _configure(app, settings)
    _use_database(settings)

    from app.web import assets, errors, health, languages, limits, log, metrics, security, sessions

    for part in (log, metrics, security, sessions, languages, limits, assets, errors, health):
        part.init_app(app)
    _register_pages(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    from urllib.parse import urlsplit

    from werkzeug.middleware.proxy_fix import ProxyFix

    public = urlsplit(settings.public_url)
    app.extensions["fanfare"] = settings
    app.config.update(
        SECRET_KEY=settings.secret,
        TRUSTED_HOSTS=[public.hostname, *settings.trusted_hosts],
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1),
        SESSION_COOKIE_NAME="studio",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=public.scheme == "https",
        SESSION_COOKIE_PATH="/studio",
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies)  # type: ignore[method-assign]


def _use_database(settings: Settings) -> None:
    from app.jobs.ringing import bell_of

    bind(engine_for(settings.database_url, PATIENCE), settings.secret, bell_of(settings.redis_url))


def _register_pages(app: Flask) -> None:
    from app.web.api import bp as api
    from app.web.dev import bp as dev
    from app.web.fan.connect import bp as connect
    from app.web.fan.mailbox import bp as mailbox
    from app.web.fan.pages import error_page
    from app.web.fan.public import public
    from app.web.fan.tab import bp as tab
    from app.web.studio import bp as studio

    app.extensions["fanfare.error_page"] = error_page
    for pages in (public, tab, connect, mailbox, studio, api, dev):
        app.register_blueprint(pages)
