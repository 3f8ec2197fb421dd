"""The pages for people. So far: a login, a plain status page, and what customers read: statement, terms."""

from flask import Flask

from bridge.pages import language, login, proxy, statement, status, terms
from bridge.pages.frame import blueprint
from bridge.runtime import Runtime


def register(app: Flask, runtime: Runtime) -> None:
    """Add all pages to the application. Every one asks for a login but those that say why not."""
    app.config.update(
        SESSION_COOKIE_NAME="rabattkonto_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=runtime.settings.public_url.startswith("https:"),
        # Checked in our own blueprint only: webhooks come from shops, which have no form to send.
        WTF_CSRF_CHECK_DEFAULT=False,
        # It compares with the Referer, which our own Referrer-Policy keeps browsers from sending.
        WTF_CSRF_SSL_STRICT=False,
    )
    language.prepare(app, runtime)
    pages = blueprint(app, runtime)
    login.add(pages, runtime)
    status.add(pages, runtime)
    statement.add(pages, runtime)
    terms.add(pages, runtime)
    app.register_blueprint(pages)
    app.register_blueprint(proxy.blueprint(runtime))
