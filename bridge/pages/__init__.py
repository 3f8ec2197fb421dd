"""The pages for people: the merchant's, the customers', and the way through the first start."""

from collections.abc import Sequence

from flask import Blueprint, Flask

from bridge.pages import assets, customer, errors, language, login, merchant, metrics, people, setup
from bridge.pages.frame import blueprint, protect_forms
from bridge.runtime import Runtime


def register(app: Flask, runtime: Runtime, without_forms: Sequence[Blueprint] = ()) -> None:
    """Add all pages to the application. Every one asks for a login but those that say why not.

    ``without_forms`` are blueprints that prove in another way who is speaking (a signature, a bearer token):
    for everything else a POST needs the token of one of our own forms.
    """
    app.config.update(
        SESSION_COOKIE_NAME="rabattkonto_form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=runtime.settings.public_url.startswith("https:"),
        # Whoever writes a long text must not lose it after an hour, which is the library's own limit.
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        # It compares with the Referer, which our own Referrer-Policy keeps browsers from sending.
        WTF_CSRF_SSL_STRICT=False,
    )
    mails = customer.mails.blueprint(runtime)
    protect_forms(app, [*without_forms, mails])
    metrics.add(app, runtime)
    language.prepare(app, runtime)
    errors.prepare(app)
    pages = blueprint(runtime)
    for room in (assets, login, people, setup, merchant, customer):
        room.add(pages, runtime)
    app.register_blueprint(pages)
    app.register_blueprint(mails)
