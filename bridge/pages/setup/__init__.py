"""The first start: from an empty installation to a shop whose customers earn credit."""

from flask import Blueprint

from bridge.runtime import Runtime


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes of every page here."""
