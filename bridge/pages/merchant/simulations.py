"""A simulation on its way and when it is done: what a programme would have made of the shop's own orders."""

from datetime import date

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from bridge.pages.frame import needs
from bridge.pages.merchant import desk
from bridge.runtime import Runtime
from bridge.services.simulate import jobs
from bridge.services.users import Role
from bridge.storage.models import Simulation


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The route."""

    @pages.get("/simulations/<int:number>")
    @needs(Role.VIEWER)
    def simulation(number: int) -> ResponseReturnValue:
        with runtime.db.reading() as database:
            asked = database.get(Simulation, number)
            shop = desk.shop_of(database, asked.shop_id if asked else 0)
            found = jobs.find(database, shop.id or 0, number)
        return render_template("merchant/simulation.html", shop=shop, asked=found, month=_month)


def _month(label: str) -> str:
    return str(format_date(date.fromisoformat(f"{label}-01"), "MMM yyyy"))
