"""totals beside the ledger, words to search by, proposals and simulations of the desk"""

import re
import tomllib
from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from bridge.storage.columns import Moment, moment

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    _make_tables()
    with op.batch_alter_table("account") as batch_op:
        batch_op.add_column(sa.Column("paused_at", Moment(), nullable=True))
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index("account_merged", "account", ["merged_into"], sqlite_where=merged, postgresql_where=merged)
    open_case = sa.text("closed_at IS NULL")
    op.create_index(
        "case_waiting", "needs_attention", ["shop_id", "id"], sqlite_where=open_case, postgresql_where=open_case
    )
    attention = sa.text("state = 'attention'")
    op.create_index(
        "delivery_attention", "delivery", ["shop_id", "id"], sqlite_where=attention, postgresql_where=attention
    )
    _fill(op.get_bind())


def _make_tables() -> None:
    op.create_table(
        "figure",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("shop_id", "name"),
    )
    op.create_table(
        "month_total",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("shop_id", "month", "kind"),
    )
    op.create_table(
        "shop_total",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("accounts", sa.BigInteger(), nullable=False),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.BigInteger(), nullable=False),
        sa.Column("overspent", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("shop_id"),
    )
    op.create_table(
        "simulation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("since", Moment(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_simulation_shop_id", "simulation", ["shop_id"])
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_proposal_account_id", "proposal", ["account_id"])
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "proposal_waiting", "proposal", ["shop_id", "id"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table(
        "person_word",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"]),
        sa.PrimaryKeyConstraint("shop_id", "word", "account_id"),
    )
    op.create_index("ix_person_word_account_id", "person_word", ["account_id"])


# --- what is there already ----------------------------------------------------------------------------------


def _fill(connection: sa.Connection) -> None:
    for shop_id, name in connection.execute(sa.text("SELECT id, timezone FROM shop ORDER BY id")).all():
        zone = _zone(connection, shop_id) or ZoneInfo(name)
        _fill_months(connection, shop_id, zone)
        _fill_stand(connection, shop_id)
    _fill_words(connection)


def _zone(connection: sa.Connection, shop_id: int) -> ZoneInfo | None:
    """The zone of the newest programme; what it does not say is what programmes say by default."""
    newest = sa.text("SELECT document FROM programme_version WHERE shop_id = :shop ORDER BY number DESC LIMIT 1")
    document = connection.execute(newest, {"shop": shop_id}).scalar()
    if document is None:
        return None
    return ZoneInfo(tomllib.loads(document).get("programme", {}).get("timezone", "Europe/Berlin"))


def _fill_months(connection: sa.Connection, shop_id: int, zone: ZoneInfo) -> None:
    sums: Counter[tuple[str, str]] = Counter()
    counts: Counter[tuple[str, str]] = Counter()
    booked = sa.text(
        "SELECT booked_at, kind, SUM(amount), COUNT(*) FROM entry WHERE shop_id = :shop GROUP BY booked_at, kind"
    )
    for at, kind, amount, entries in connection.execute(booked, {"shop": shop_id}):
        key = (f"{_local(at, zone):%Y-%m}", kind)
        sums[key] += int(amount)
        counts[key] += entries
    for (month, kind), entries in counts.items():
        connection.execute(
            sa.text("INSERT INTO month_total VALUES (:shop, :month, :kind, :zone, :amount, :entries)"),
            {"shop": shop_id, "month": month, "kind": kind, "zone": zone.key, "amount": sums[month, kind],
             "entries": entries},
        )  # fmt: skip


def _local(at: int, zone: ZoneInfo) -> datetime:
    return moment(at).astimezone(zone)


def _fill_stand(connection: sa.Connection, shop_id: int) -> None:
    """As ``storage.totals`` counts: no more than the balance itself is pending."""
    held = "CASE WHEN balance > 0 THEN balance ELSE 0 END"
    connection.execute(
        sa.text(
            "INSERT INTO shop_total (shop_id, accounts, owed, pending, overspent) "  # noqa: S608 - our own names
            f"SELECT :shop, COUNT(*), COALESCE(SUM({held}), 0), "
            f"COALESCE(SUM(CASE WHEN pending < ({held}) THEN pending ELSE ({held}) END), 0), "
            "COALESCE(SUM(CASE WHEN balance < 0 THEN balance ELSE 0 END), 0) "
            "FROM account WHERE shop_id = :shop AND entries > 0"
        ),
        {"shop": shop_id},
    )


def _fill_words(connection: sa.Connection) -> None:
    """As ``storage.search`` splits them."""
    persons = sa.text(
        "SELECT a.shop_id, p.account_id, p.email, p.name FROM person p JOIN account a ON a.id = p.account_id"
    )
    rows = [
        {"shop": shop, "account": account, "word": word}
        for shop, account, email, name in connection.execute(persons).all()
        for word in sorted(_words(email, name))
    ]
    if rows:
        connection.execute(
            sa.text("INSERT INTO person_word (shop_id, word, account_id) VALUES (:shop, :word, :account)"), rows
        )


def _words(email: str, name: str) -> set[str]:
    address = email.strip().casefold()
    parts = re.split(r"[\W_]+", f"{name.casefold()} {address.partition('@')[0]}")
    return {word for word in (address, *parts) if word}


def downgrade() -> None:
    raise NotImplementedError("schemas are restored from a backup, never stepped down")
