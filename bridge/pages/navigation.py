"""The merchant's menu: who sees which entry."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from flask import Blueprint, current_app, g, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import lazy_gettext

from bridge.services.users import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """A menu entry: the view it leads to, its text, the least role that sees it."""

    endpoint: str
    text: str
    role: Role = Role.VIEWER


MENU = (
    Entry("pages.status", lazy_gettext("Status")),
    Entry("pages.accounts", lazy_gettext("Accounts")),
    Entry("pages.cases", lazy_gettext("Cases")),
    Entry("pages.deliveries", lazy_gettext("Messages")),
    Entry("pages.programme", lazy_gettext("Programme")),
    Entry("pages.articles", lazy_gettext("Articles")),
    Entry("pages.effect", lazy_gettext("Effect")),
    Entry("pages.people", lazy_gettext("Logins"), Role.ADMIN),
    Entry("pages.changes", lazy_gettext("Changes"), Role.ADMIN),
)


def register(pages: Blueprint) -> None:
    """Make the menu known to all templates."""

    @pages.record_once
    def prepare(state: BlueprintSetupState) -> None:
        state.app.jinja_env.globals.update(menu=menu, may=may, href=href)


def menu() -> Iterator[Entry]:
    """The entries for whoever is logged in, as far as their pages exist."""
    for entry in MENU:
        if entry.endpoint in current_app.view_functions and may(entry.role):
            yield entry


def href(endpoint: str) -> str:
    """The address of one of the pages that every other one leads to."""
    return _address(request.script_root, endpoint)


@cache
def _address(_root: str, endpoint: str) -> str:
    """Worked out once for each root under which the pages stand: a page has more than a dozen such links."""
    return url_for(endpoint)


def may(role: str) -> bool:
    """Whether whoever is logged in has at least this role; for buttons that others would see refused."""
    user = g.get("user")
    return user is not None and Role(user.role).covers(Role(role))
