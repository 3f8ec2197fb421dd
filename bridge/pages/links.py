"""Addresses in templates: this page with other parameters, and pages of lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Blueprint, current_app, request, url_for
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


def _can_be_opened() -> bool:
    if request.method == "GET":
        return True  # it just was
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(method="GET")


def here(**changes: str) -> str:
    """The address of this page with other parameters; an empty one is left out."""
    wanted = {**request.args.to_dict(), **changes}
    # Names that begin with an underscore mean something to url_for, and anybody can write them into an address.
    kept: dict[str, Any] = {name: value for name, value in wanted.items() if value and not name.startswith("_")}
    if request.endpoint is None or not _can_be_opened():
        # Nothing that a link could lead back to: a wrong address, or the answer to a form.
        return url_for("pages.status", **kept)
    return url_for(request.endpoint, **{**(request.view_args or {}), **kept})
