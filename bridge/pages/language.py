"""The language of pages: what the visitor asked for, what the browser prefers, what the installation speaks.

Times are written in the zone of the shop that a page is about.
"""

from collections.abc import Callable
from functools import cached_property

from babel.support import Translations
from flask import Flask, g, request, session
from flask_babel import Babel, Domain, get_locale
from markupsafe import Markup

from bridge.runtime import Runtime

LANGUAGES = ("de", "en")


class _Domain(Domain):  # type: ignore[misc]
    """Looks its texts up once for each request: a page asks for more than a hundred of them."""

    def get_translations(self) -> Translations:
        """The texts in the language of this request."""
        found: Translations | None = g.get("texts") if g else None
        if found is None:
            found = super().get_translations()
            if g:
                g.texts = found
        return found


class _Babel(Babel):  # type: ignore[misc]
    """Keeps the catalogues it has read: Flask-Babel reads their files anew for every request."""

    @cached_property
    def domain_instance(self) -> Domain:
        """The one domain of this application."""
        return _Domain(domain=self.domain)


def prepare(app: Flask, runtime: Runtime) -> None:
    """Choose the language of each request; ``?lang=`` holds until another is asked for."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = f"{__file__.rpartition('/')[0]}/translations"
    speaks = runtime.settings.language
    _Babel(app, default_locale=speaks, locale_selector=_selector(speaks), timezone_selector=_zone)
    domain = _Domain()
    app.jinja_env.globals.update(language=spoken, languages=LANGUAGES, _=_text(domain))


def _text(domain: Domain) -> Callable[..., str]:
    """``_`` in templates, which all escape: a page has a hundred texts, and Jinja takes four calls for each."""

    def text(string: str, **variables: object) -> str:
        said = Markup(domain.get_translations().ugettext(string))  # noqa: S704 - our own catalogue, as Jinja does
        return said % variables if "%" in said else said

    return text


def spoken() -> str:
    """The language of this request."""
    if "language" not in g:
        g.language = str(get_locale())
    language: str = g.language
    return language


def _zone() -> str | None:
    """The time zone that the page has set in ``g.zone``; UTC where it has none to choose."""
    zone: str | None = g.get("zone")
    return zone


def _selector(default: str) -> Callable[[], str]:
    def select() -> str:
        asked = request.args.get("lang", "")
        if asked in LANGUAGES:
            session["lang"] = asked
        return str(session.get("lang") or request.accept_languages.best_match(LANGUAGES, default))

    return select
