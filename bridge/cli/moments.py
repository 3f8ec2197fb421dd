"""Dates and times as they are typed: without an offset they are meant in the shop's own time."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from bridge.runtime import Runtime
from bridge.services.contact import find_shop


class _Moment(click.ParamType[datetime]):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}” is no date; write it like 2026-03-01 or 2026-03-01T12:00", param, ctx)


MOMENT = _Moment()


def in_zone(runtime: Runtime, shop_id: int, moment: datetime | None) -> datetime | None:
    """The moment in UTC, read in the shop's time zone unless it names its own offset."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        with runtime.db.reading() as session:
            moment = moment.replace(tzinfo=ZoneInfo(find_shop(session, shop_id).timezone))
    return moment.astimezone(UTC)
