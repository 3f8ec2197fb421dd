"""The status page: does it work, and what is owed? With the buttons that mend what does not."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from babel.dates import format_date
from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from bridge.errors import ShopError
from bridge.pages.charts import Chart, Series, chart
from bridge.pages.frame import needs
from bridge.pages.language import spoken
from bridge.pages.merchant import desk
from bridge.pages.words import amount
from bridge.reports.overview import Month, overview
from bridge.runtime import Runtime
from bridge.services import keys, replay, webhooks
from bridge.services.users import Role


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The routes."""

    @pages.get("/")
    @needs(Role.VIEWER)
    def status() -> ResponseReturnValue:
        seen = overview(runtime)
        g.zone = seen.shops[0].timezone if seen.shops else None
        charts = {shop.id: _year(shop.months, shop.currency) for shop in seen.shops}
        return render_template("merchant/status.html", seen=seen, charts=charts, tongue=desk.tongue())

    @pages.post("/shops/<int:shop_id>/webhooks")
    @needs(Role.ADMIN)
    def recreate_webhooks(shop_id: int) -> ResponseReturnValue:
        _exists(shop_id)
        try:
            webhooks.recreate(runtime, shop_id)
        except ShopError as error:
            desk.shop_refused(error)
        else:
            said = gettext("The shop sends its messages to us again.")
            desk.done(runtime, said, "webhooks made anew", f"shop:{shop_id}")
        return _back()

    @pages.post("/shops/<int:shop_id>/reconcile")
    @needs(Role.BOOKKEEPER)
    def reconcile_now(shop_id: int) -> ResponseReturnValue:
        _exists(shop_id)
        runtime.bell.ring("reconcile", shop_id)
        said = gettext("The comparison with the shop has begun. What was missing is booked in a moment.")
        desk.done(runtime, said, "comparison asked for", f"shop:{shop_id}")
        return _back()

    @pages.post("/shops/<int:shop_id>/replay")
    @needs(Role.BOOKKEEPER)
    def replay_failed(shop_id: int) -> ResponseReturnValue:
        _exists(shop_id)
        count = replay.ask(runtime, failed=True, shop_id=shop_id)
        said = gettext("%(count)s messages are processed once more.", count=count)
        desk.done(runtime, said, "messages replayed", f"shop:{shop_id}")
        return _back()

    @pages.post("/shops/<int:shop_id>/figures")
    @needs(Role.BOOKKEEPER)
    def figures_now(shop_id: int) -> ResponseReturnValue:
        _exists(shop_id)
        runtime.bell.ring("figures", shop_id)
        said = gettext("The figures are being worked out. Load this page again in a moment.")
        desk.done(runtime, said, "figures asked for", f"shop:{shop_id}")
        return _back()

    @pages.get("/shops/<int:shop_id>/access")
    @needs(Role.ADMIN)
    def access(shop_id: int) -> ResponseReturnValue:
        _exists(shop_id)
        return render_template("merchant/access.html", problem="")

    @pages.post("/shops/<int:shop_id>/access")
    @needs(Role.ADMIN)
    def enter_access(shop_id: int) -> ResponseReturnValue:
        _exists(shop_id)
        key, secret = (request.form.get(name, "").strip() for name in ("key", "secret"))
        if not key or not secret:
            return render_template("merchant/access.html", problem=gettext("Both fields are needed.")), 400
        try:
            keys.enter_access(runtime, shop_id, key, secret)
        except ShopError as error:
            problem = gettext("The shop does not take this key. Nothing was changed.")
            return render_template("merchant/access.html", problem=problem, detail=str(error)), 409
        said = gettext("The shop takes the new key. Everything goes on.")
        desk.done(runtime, said, "access entered", f"shop:{shop_id}")
        return redirect(url_for("pages.status"), 303)

    def _exists(shop_id: int) -> None:
        with runtime.db.reading() as database:
            desk.shop_of(database, shop_id)


def _back() -> ResponseReturnValue:
    """To the page whose button it was; only to one of ours."""
    wanted = request.form.get("back", "")
    return redirect(url_for(wanted if wanted in _BACK else "pages.status"), 303)


_BACK = frozenset({"pages.status", "pages.deliveries", "pages.cases", "pages.effect"})


def _year(months: Sequence[Month], currency: str) -> Chart:
    labels = [_named(month.label, spoken()) for month in months]
    series = [
        _series(gettext("Balance of all accounts"), [month.closing for month in months], currency),
        _series(gettext("Earned"), [month.earned for month in months], currency),
        _series(gettext("Redeemed"), [month.redeemed for month in months], currency),
    ]
    return chart(gettext("The last twelve months"), labels, series)


@lru_cache(maxsize=1024)
def _named(label: str, language: str) -> str:
    """“Mär 26” for ``2026-03``."""
    return format_date(date.fromisoformat(f"{label}-01"), "MMM yy", locale=language)


def _series(name: str, values: Sequence[int], currency: str) -> Series:
    return Series(name, values, [amount(value, currency) for value in values])
