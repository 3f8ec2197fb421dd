"""The pages of the merchant: does it work, what is owed, and everything that is done about it."""

from flask import Blueprint

from bridge.pages.merchant import questions, status
from bridge.runtime import Runtime


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes of every page here."""
    status.add(pages, runtime)
    questions.add(pages, runtime)
