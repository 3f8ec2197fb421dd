"""The one place that puts the three packages together: the runtime for use cases, and the web application."""

import dataclasses
import os
from functools import cache
from pathlib import Path

from flask import Flask, Response, jsonify
from werkzeug.middleware.proxy_fix import ProxyFix

import adapters
import webhooks
from bridge import __version__, api, collector, headers, pages
from bridge.config import Settings
from bridge.doorbell import RedisBell, Ringer, SilentBell
from bridge.runtime import Doorbell, Runtime
from bridge.services import health, upgrade
from bridge.services.receive import Writer
from bridge.storage.db import Database
from bridge.vault import open_vault


def build_runtime(settings: Settings) -> Runtime:
    """Everything that use cases need. Opens no connection yet; makes the data folder and the key if missing."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    collector.calm()
    return Runtime(
        settings=settings,
        db=Database(settings.database_url),
        vault=open_vault(settings),
        platform=cache(adapters.load),
        bell=_bell(settings),
        platforms=tuple(adapters.names()),
    )


def migrate(settings: Settings) -> None:
    """Bring the database to the newest schema, with a backup from before, and let go of it."""
    runtime = build_runtime(settings)
    try:
        upgrade.bring_up_to_date(runtime)
    finally:
        runtime.db.close()


def _bell(settings: Settings) -> Doorbell:
    return SilentBell() if settings.redis_url is None else RedisBell(settings.redis_url)


def create_app(settings: Settings | None = None) -> Flask:
    """The web application: webhooks, health, pages. Settings come from the environment unless given."""
    runtime = build_runtime(settings or Settings.load(os.environ, Path(".env")))
    return web(dataclasses.replace(runtime, bell=Ringer(runtime.bell)))


def web(runtime: Runtime) -> Flask:
    """The application over a runtime that exists already."""
    settings = runtime.settings
    app = Flask("bridge", static_folder=None)
    app.url_map.merge_slashes = False  # merging would redirect, and a redirected webhook is lost
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.secret_key = runtime.vault.key_for("session")
    app.extensions["rabattkonto"] = runtime
    headers.protect(app)
    front = webhooks.Webhooks(runtime, Writer(runtime.db), headers.unstored, app.wsgi_app)
    app.wsgi_app = front  # type: ignore[assignment, method-assign]
    _add_health(app, runtime)
    programs = api.blueprint(runtime)
    keys = pages.setup.without_forms(runtime)
    for room in (programs, keys):
        app.register_blueprint(room)
    pages.register(app, runtime, without_forms=[programs, keys])
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _add_health(app: Flask, runtime: Runtime) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(ok=True)

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        reasons = health.obstacles(runtime)
        return jsonify(ok=not reasons, reasons=reasons), 503 if reasons else 200

    @app.get("/version")
    def version() -> Response:
        return jsonify(version=__version__)
