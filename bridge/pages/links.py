"""Addresses in templates: this page with other parameters, and pages of lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import Blueprint, request, url_for
from flask.blueprints import BlueprintSetupState

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. ``before`` and ``after`` are cursors for the pages beside it, empty where none is.

    ``total`` is how many there are in all, None where counting would cost more than it tells.
    """

    rows: Sequence[T]
    before: str = ""
    after: str = ""
    total: int | None = None


def register(pages: Blueprint) -> None:
    """Make the links known to all templates."""

    @pages.record_once
    def prepare(state: BlueprintSetupState) -> None:
        state.app.jinja_env.globals.update(here=here)


def here(**changes: str) -> str:
    """The address of this page with other parameters; an empty one is left out."""
    wanted = {**request.args.to_dict(), **changes}
    kept = {name: value for name, value in wanted.items() if value}
    if request.endpoint is None:
        return f"?lang={kept.get('lang', '')}"
    return url_for(request.endpoint, **{**(request.view_args or {}), **kept})
