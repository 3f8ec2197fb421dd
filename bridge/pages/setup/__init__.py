"""The first start: from an empty installation to a shop whose customers earn credit.

Each step is a page of its own that says what to do, works without JavaScript, and can be left and taken up again:
what is done is kept with the shop.
"""

from flask import Blueprint

from bridge.pages.setup import answers, programme, shop, start, steps
from bridge.runtime import Runtime


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes of every page here."""
    start.add(pages, runtime)
    shop.add(pages, runtime)
    steps.add(pages, runtime)
    programme.add(pages, runtime)


def without_forms(runtime: Runtime) -> Blueprint:
    """Where shops send their keys to: no form of ours is behind that."""
    return answers.blueprint(runtime)
