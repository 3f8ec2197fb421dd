"""The status page: does it work, and what is owed?"""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from bridge.pages.frame import needs
from bridge.reports.overview import overview
from bridge.runtime import Runtime
from bridge.services.users import Role


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The route."""

    @pages.get("/")
    @needs(Role.VIEWER)
    def status() -> ResponseReturnValue:
        seen = overview(runtime)
        g.zone = seen.shops[0].timezone if seen.shops else None
        return render_template("merchant/status.html", seen=seen)
