"""Effect: few pictures of what the programme does, each with its numbers and what it does not show."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from bridge.pages.frame import needs
from bridge.pages.merchant import desk
from bridge.runtime import Runtime
from bridge.services.figures import EFFECT
from bridge.services.figures.effect import FOLLOWED, SETTLED, Effect
from bridge.services.users import Role
from bridge.storage.models import Figure


def add(pages: Blueprint, runtime: Runtime) -> None:
    """The route."""

    @pages.get("/effect")
    @needs(Role.VIEWER)
    def effect() -> ResponseReturnValue:
        with runtime.db.reading() as database:
            shop = desk.chosen_shop(database)
            kept = database.get(Figure, (shop.id, EFFECT)) if shop else None
        found = Effect.of_json(kept.value) if kept else None
        return render_template(
            "merchant/effect.html", shop=shop, found=found, at=kept.at if kept else None,
            settled=SETTLED.days, followed=FOLLOWED.days,
        )  # fmt: skip
