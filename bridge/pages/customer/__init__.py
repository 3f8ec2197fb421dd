"""The pages that customers and partners read. None of them knows a login of the merchant's."""

from flask import Blueprint

from bridge.pages.customer import statement, terms
from bridge.runtime import Runtime


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes of every page here."""
    statement.add(pages, runtime)
    terms.add(pages, runtime)
