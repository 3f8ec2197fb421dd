"""The pages of the merchant: does it work, what is owed, and everything that is done about it."""

from flask import Blueprint

from bridge.pages.merchant import (
    account,
    accounts,
    articles,
    cases,
    deliveries,
    effect,
    programme,
    proposals,
    questions,
    simulations,
    status,
    tree,
    words,
)
from bridge.runtime import Runtime


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes of every page here."""
    words.register(pages)
    for room in (
        status,
        deliveries,
        accounts,
        account,
        tree,
        proposals,
        cases,
        questions,
        programme,
        simulations,
        articles,
        effect,
    ):
        room.add(pages, runtime)
