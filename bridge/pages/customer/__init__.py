"""The pages that customers and partners read. None of them knows a login of the merchant's."""

from flask import Blueprint

from bridge.pages.customer import mails, partner, questions, statement, terms, visit, ways
from bridge.runtime import Runtime

__all__ = ["add", "mails"]


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes of every page here."""
    for page in (visit, ways, statement, questions, partner, terms):
        page.add(pages, runtime)
