"""The first start: from an empty installation to a shop whose customers earn credit.

Each step is a page of its own that says what to do, works without JavaScript, and can be left and taken up again:
what is done is kept with the shop.
"""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from bridge.pages.setup import answers, programme, shop, start, steps
from bridge.runtime import Runtime
from bridge.services import setup


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes of every page here."""
    _name_observed(pages, runtime)
    start.add(pages, runtime)
    shop.add(pages, runtime)
    steps.add(pages, runtime)
    programme.add(pages, runtime)


def _name_observed(pages: Blueprint, runtime: Runtime) -> None:
    """For the status page: which shops are not live yet, and whether there is any."""

    @pages.record_once
    def prepare(state: BlueprintSetupState) -> None:
        state.app.jinja_env.globals.update(
            observed=lambda: setup.observed(runtime), no_shop=lambda: not setup.has_shop(runtime)
        )


def without_forms(runtime: Runtime) -> Blueprint:
    """Where shops send their keys to: no form of ours is behind that."""
    return answers.blueprint(runtime)
